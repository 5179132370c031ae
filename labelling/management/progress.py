"""Progress bars for commands: drawn on a terminal, and silent in a file or a pipe."""

import sys
from types import TracebackType
from typing import Any

from django.core.management.base import OutputWrapper
from tqdm import tqdm


class Bars:
    """One bar for each thing that goes on; called as bars(what, done, total)."""

    def __init__(self, stream: Any) -> None:
        """Draw on this stream if it is a terminal."""
        # Django's wrapper colours what passes and ends each write with a new line; a bar would fall apart.
        self._stream = sys.stderr if isinstance(stream, OutputWrapper) else stream
        self._visible = bool(stream.isatty())
        self._bars: dict[str, tqdm[Any]] = {}

    def __enter__(self) -> "Bars":
        return self

    def __call__(self, what: str, done: int, total: int) -> None:
        """Show how far it is."""
        if not self._visible:
            return
        if what not in self._bars:
            self._bars[what] = tqdm(
                total=total, desc=what, file=self._stream, unit_scale=True, dynamic_ncols=True
            )
        bar = self._bars[what]
        bar.update(done - bar.n)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for bar in self._bars.values():
            bar.close()
