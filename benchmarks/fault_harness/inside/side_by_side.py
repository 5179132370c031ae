"""A crew of threads that keep their database connections and start each round at the same moment."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Barrier
from types import TracebackType
from typing import Any

from django.db import connections

# Whoever waits longer than this waits for somebody who waits for them.
_LONGEST_WAIT = 120


class Crew:
    """`size` threads, each with a connection of its own, for many rounds.

    A new connection for every round would take longer than the race that it is for.
    """

    def __init__(self, *, size: int) -> None:
        # One executor a thread: each round then finds every thread and its connection again.
        self._threads = [ThreadPoolExecutor(1) for _ in range(size)]

    def __enter__(self) -> "Crew":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for thread in self._threads:
            thread.submit(connections.close_all).result(timeout=_LONGEST_WAIT)
            thread.shutdown()

    def together(self, functions: Sequence[Callable[[], Any]]) -> list[Any]:
        """Start all functions at once; return what each returned, or the error that it raised."""
        barrier = Barrier(len(functions))

        def run(function: Callable[[], Any]) -> Any:
            barrier.wait(timeout=_LONGEST_WAIT)
            return function()

        futures: list[Future[Any]] = [
            thread.submit(run, function) for thread, function in zip(self._threads, functions, strict=False)
        ]
        return [_outcome(future) for future in futures]


def _outcome(future: Future[Any]) -> Any:
    error = future.exception(timeout=_LONGEST_WAIT)
    return future.result() if error is None else error


def raised(outcomes: Sequence[Any]) -> list[str]:
    """Return a sentence for each outcome that is an error."""
    return [f"{type(o).__name__}: {o}" for o in outcomes if isinstance(o, BaseException)]
