"""Run functions at the same moment, each in a thread with a database connection of its own."""

import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

from django.db import connections

Result = TypeVar("Result")


def together(functions: Sequence[Callable[[], Result]]) -> list[Result | BaseException]:
    """Start all functions at once and return what each returned or raised, in their order."""
    results: list[Result | BaseException] = [RuntimeError("never ran")] * len(functions)
    barrier = threading.Barrier(len(functions))

    def run(position: int) -> None:
        try:
            barrier.wait(timeout=30)
            results[position] = functions[position]()
        except BaseException as error:  # noqa: BLE001 - the test looks at every one
            results[position] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(position,)) for position in range(len(functions))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
        if thread.is_alive():
            raise TimeoutError("A thread did not end within 120 s; two requests may wait for each other.")
    return results


def errors(results: Sequence[object]) -> list[BaseException]:
    """Return what was raised."""
    return [result for result in results if isinstance(result, BaseException)]
