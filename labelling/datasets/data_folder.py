"""The folders that the desk may import from: those in the data folder, and nothing else of the server's disk.

A path that somebody types could name any file that the server may read, and an uploaded archive can unpack to
more than the disk holds. So whoever has the machine puts a folder there, and the desk offers it by name.
"""

from pathlib import Path

from django.conf import settings

from labelling.errors import DatasetNotFound


def data_folder() -> Path:
    """Return the folder in which datasets are put for the desk."""
    return Path(settings.DATA_DIR)


def offered_folders() -> list[str]:
    """Return the names of the folders there, in alphabetical order. A link that leads elsewhere is none."""
    base = data_folder().resolve()
    if not base.is_dir():
        return []
    entries = [entry for entry in base.iterdir() if not entry.name.startswith(".")]
    return sorted(entry.name for entry in entries if entry.is_dir() and entry.resolve().parent == base)


def offered_folder(name: str) -> Path:
    """Return the folder of this name.

    Raises
    ------
    DatasetNotFound
        When it is not among those that are offered.
    """
    if name not in offered_folders():
        raise DatasetNotFound(f"There is no folder {name!r} in {data_folder()}. Put it there first.")
    return data_folder() / name
