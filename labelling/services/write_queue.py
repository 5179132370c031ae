"""Waiting one's turn to write on SQLite.

SQLite lets one connection write at a time, and those who wait look again after ever longer sleeps: with many
annotators most of the time nobody writes and all sleep. Here they stand in line, across threads and
processes, and the next one goes the moment the one before has finished. Nothing depends on it but speed: who
stands too long behind threads, or does not stand in line at all, still waits for SQLite's own lock.

One thread of a process at a time stands behind the other processes, and there no time is set. A lock on a
file has none, and looking again and again lets the process that has just written go first: the longest wait
was five times as long. The kernel gives the turn of a process that dies to the next one. One that is stopped
in the middle of its turn, when it has SQLite's own lock too, keeps that one thread of each process until it
goes on or is ended; the others pass it by.
"""

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from django.db import connection, transaction

# Somebody holds the database for longer, as a migration may: then everybody waits as SQLite does.
_LONGEST_WAIT = 2.0

_threads = threading.Lock()
_files: dict[str, int] = {}


@contextmanager
def short_transaction() -> Iterator[None]:
    """Do as `transaction.atomic()` does; on PostgreSQL, and inside another transaction, nothing else."""
    alone = connection.vendor == "sqlite" and not connection.in_atomic_block
    with _turn() if alone else nullcontext(), transaction.atomic():
        yield


@contextmanager
def _turn() -> Iterator[None]:
    """Wait until the other threads of this process, and then the other processes, have had their turn."""
    if not _threads.acquire(timeout=_LONGEST_WAIT):
        yield
        return
    try:
        file = _line(str(connection.settings_dict["NAME"]))
        fcntl.flock(file, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(file, fcntl.LOCK_UN)
    finally:
        _threads.release()


def _line(database: str) -> int:
    """Return this process's descriptor of the file beside the database by which processes stand in line.

    Not the database itself: closing that anywhere would give up SQLite's own locks on it.
    """
    path = f"{database}-queue"
    if path not in _files:
        _files[path] = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    return _files[path]
