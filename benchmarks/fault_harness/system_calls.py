"""System calls of running processes, in the order in which they happened, as strace sees them."""

import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

TRACED = ("recvfrom", "sendto", "sendmsg", "fsync", "fdatasync", "pwrite64", "pwritev", "pwritev2")
_LINE = re.compile(r"^(\d+)\s+([\d.]+) (.*)$")
_RESUMED = re.compile(r"^<\.\.\. \w+ resumed>\s?")
_CALL = re.compile(r"^(\w+)\((\d+)(?:<(.*?)>)?(?=\s*[,)])")
_UNFINISHED = "<unfinished ...>"


class NoTracer(Exception):
    """System calls cannot be traced here; the message says why and what to do."""


@dataclass(frozen=True)
class Call:
    """One finished system call on a file or socket.

    `began` and `ended` count the lines of the trace, so that calls of all processes have one order. `target`
    is the file's path or the socket's two ends.
    """

    thread: int
    began: int
    ended: int
    name: str
    descriptor: int
    target: str
    text: str

    @property
    def succeeded(self) -> bool:
        """Whether it did not return an error."""
        return not re.search(r"= -1 \w+ \(", self.text)

    @property
    def is_sync(self) -> bool:
        return self.name in ("fsync", "fdatasync") and self.succeeded

    @property
    def is_write(self) -> bool:
        return self.name.startswith("pwrite")


@contextmanager
def traced(pids: Iterable[int], *, log: Path, seconds: float = 30) -> Iterator[None]:
    """Trace these processes, their threads and those they start, into `log`.

    Raises
    ------
    NoTracer
        When strace is not installed or may not attach.
    """
    strace = shutil.which("strace")
    if strace is None:
        raise NoTracer("strace is not installed (Debian: apt-get install strace).")
    pids = list(pids)
    tracer = subprocess.Popen(
        [
            *(strace, "-f", "-q", "-ttt", "-yy", "-s", "160", "-o", str(log)),
            *("-e", f"trace={','.join(TRACED)}", "-e", "signal=none"),
            *(word for pid in pids for word in ("-p", str(pid))),
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        deadline = time.monotonic() + seconds
        while not all(_is_traced(pid) for pid in pids):
            if tracer.poll() is not None or time.monotonic() > deadline:
                tracer.kill()
                said = tracer.communicate()[1].strip()
                raise NoTracer(
                    f"strace cannot attach ({said}). Run as root, or allow it: "
                    "sysctl kernel.yama.ptrace_scope=0"
                )
            time.sleep(0.02)
        yield
    finally:
        if tracer.poll() is None:
            tracer.send_signal(signal.SIGINT)  # it lets the processes go and runs no more
            tracer.communicate(timeout=seconds)


def _is_traced(pid: int) -> bool:
    """Return whether a process is traced, or gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return True
    return "TracerPid:\t0\n" not in status


def read_calls(log: Path) -> list[Call]:
    """Return the finished calls of a trace, by the line on which they ended."""
    calls: list[Call] = []
    unfinished: dict[int, tuple[int, str]] = {}
    for number, line in enumerate(log.read_text(errors="replace").splitlines()):
        found = _LINE.match(line)
        if found is None:
            continue
        thread, text = int(found[1]), found[3]
        began = number
        if text.endswith(_UNFINISHED):
            unfinished[thread] = (number, text.removesuffix(_UNFINISHED))
            continue
        if resumed := _RESUMED.match(text):
            began, start = unfinished.pop(thread, (number, ""))
            text = start + text[resumed.end() :]
        if call := _CALL.match(text):
            calls.append(
                Call(
                    thread=thread,
                    began=began,
                    ended=number,
                    name=call[1],
                    descriptor=int(call[2]),
                    target=call[3] or "",
                    text=text,
                )
            )
    return calls
