"""A job's folder: what it leaves for people, and the lock that its process holds while it lives.

The operating system lets go of the lock when the process ends, however it ends. So anybody on this machine
can tell a job that works from one whose process was killed.
"""

import fcntl
import os
import shutil
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

_LOCK = "lock"


def folder_of(token: str) -> Path:
    """Return where the job of this token keeps its files. It need not be there."""
    return Path(settings.VAR_DIR) / "jobs" / token


def stored_tokens() -> dict[str, datetime]:
    """Return the tokens of the jobs that have a folder on this machine, and when each was last changed."""
    found = {}
    with suppress(FileNotFoundError):
        for folder in sorted(each for each in folder_of("").iterdir() if each.is_dir()):
            with suppress(FileNotFoundError):  # somebody else removes it at this moment
                found[folder.name] = datetime.fromtimestamp(folder.stat().st_mtime, tz=UTC)
    return found


def take_lock(token: str) -> int:
    """Make the job's folder, and return its lock as an open file descriptor, held.

    The lock lasts as long as any process has the descriptor open. Whoever looks sees it held from the start.

    Raises
    ------
    OSError
        When the folder cannot be written.
    BlockingIOError
        When a process holds the lock.
    """
    folder = folder_of(token)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if lock_held(token):
        raise BlockingIOError(f"A process holds the lock of {folder}.")
    aside = folder / f".{_LOCK}.{os.getpid()}"
    descriptor = os.open(aside, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        aside.replace(folder / _LOCK)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def lock_held(token: str) -> bool | None:
    """Tell whether a process holds the job's lock; None where this machine has no such folder."""
    try:
        descriptor = os.open(folder_of(token) / _LOCK, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        # Shared, so that two who look at one moment do not take each other for the process.
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def remove_folder(token: str) -> None:
    """Remove what the job left. Doing it again changes nothing."""
    shutil.rmtree(folder_of(token), ignore_errors=True)
