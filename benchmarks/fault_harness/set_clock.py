"""A clock that a harness can set, for real processes: libfaketime between them and the kernel.

The counter since the machine's start goes on by itself, as it does when somebody sets a real clock.
"""

import shlex
import tempfile
from pathlib import Path
from types import TracebackType

from benchmarks.fault_harness.postgres import CrashablePostgres

# Python 3.11 sleeps until a moment of the machine's counter. Debian 12's libfaketime shifts that moment as if
# it were the clock's, and the sleep fails; a wait for no file is left alone.
_SLEEP = """\
import select
import time

time.sleep = lambda seconds: select.select([], [], [], seconds) and None
"""

ADVICE = "install libfaketime (Debian: apt-get install faketime)"


class NoSettableClock(Exception):
    """There is no libfaketime; the message says what to do."""


def libfaketime() -> Path:
    """Return the library. Raises NoSettableClock where it is not installed."""
    found = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
    if not found:
        raise NoSettableClock(f"libfaketime is not installed: {ADVICE}.")
    return found[0]


class SettableClock:
    """The clock of all processes that are started with `environment`. `ahead` is in seconds."""

    def __init__(self) -> None:
        self._library = libfaketime()
        self._folder = tempfile.TemporaryDirectory(prefix="set-clock-")
        # PostgreSQL runs as an ordinary user and reads it too.
        Path(self._folder.name).chmod(0o755)
        self._file = Path(self._folder.name) / "ahead"
        self.ahead = 0

    def __enter__(self) -> "SettableClock":
        self.set(0)
        (Path(self._folder.name) / "sitecustomize.py").write_text(_SLEEP)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._folder.cleanup()

    @property
    def environment(self) -> dict[str, str]:
        """What a process is started with so that it goes by this clock."""
        return {
            "LD_PRELOAD": str(self._library),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "PYTHONPATH": self._folder.name,
        }

    def set(self, ahead: int) -> None:
        """Set the clock so many seconds ahead of the real time; behind it where negative."""
        self.ahead = ahead
        new = self._file.with_suffix(".new")
        new.write_text(f"{ahead:+d}\n")
        new.chmod(0o644)
        new.replace(self._file)  # a process reads the old one or the new one, never half


class PostgresByTheClock(CrashablePostgres):
    """A throwaway PostgreSQL that goes by a clock that can be set."""

    def __init__(self, *, clock: SettableClock) -> None:
        super().__init__()
        self._clock = clock

    def _launch(self, binaries: Path, folder: Path, port: int) -> None:
        surroundings = [f"{name}={value}" for name, value in self._clock.environment.items()]
        by_the_clock = folder / "by-the-clock"
        by_the_clock.mkdir(exist_ok=True)
        starter = by_the_clock / "postgres"
        starter.write_text(f'#!/bin/sh\nexec env {shlex.join(surroundings)} {binaries / "postgres"} "$@"\n')
        starter.chmod(0o755)
        super()._launch(by_the_clock, folder, port)
