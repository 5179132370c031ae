"""A disk of a few megabytes that can be filled and emptied: a tmpfs of its own."""

import contextlib
import os
import subprocess
from pathlib import Path
from types import TracebackType

_CHUNK = 1 << 20


class NoSmallDisk(Exception):
    """No file system can be mounted here; the message says why."""


class SmallDisk:
    """An empty disk at `folder`, which belongs to the user with the id `owner`."""

    def __init__(self, *, folder: Path, megabytes: int, owner: int | None = None) -> None:
        self.folder = folder
        self._size = f"{megabytes}m"
        self._owner = owner
        self._ballast = folder / "ballast"

    def __enter__(self) -> "SmallDisk":
        self.folder.mkdir(parents=True, exist_ok=True)
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={self._size}", "tmpfs", self.folder],
            capture_output=True,
            text=True,
            check=False,
        )
        if mounted.returncode:
            raise NoSmallDisk(f"mounting a small disk needs root: {mounted.stderr.strip()}")
        if self._owner is not None:
            os.chown(self.folder, self._owner, self._owner)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # Lazily: a process that is just ending may still hold a file of it.
        subprocess.run(["umount", "--lazy", self.folder], check=True)

    def fill(self) -> None:
        """Leave not a byte free."""
        file = os.open(self._ballast, os.O_CREAT | os.O_WRONLY)
        try:
            chunk, end = _CHUNK, os.fstat(file).st_size
            while chunk:
                try:
                    os.posix_fallocate(file, end, chunk)
                except OSError:
                    chunk //= 2
                else:
                    end += chunk
        finally:
            os.close(file)

    def empty(self) -> None:
        """Give back what `fill` took."""
        with contextlib.suppress(FileNotFoundError):
            self._ballast.unlink()
