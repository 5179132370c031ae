"""Whether this host can do its work: database, images, free disk. Looking changes nothing."""

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from django.conf import settings
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import DatabaseError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

from labelling.object_storage import ObjectStorage

# A load balancer asks every few seconds and does not wait long.
PATIENCE_SECONDS = 3
POSTGRES_OPTIONS = f"-c statement_timeout={PATIENCE_SECONDS}s"
ONE_IMAGE = "SELECT image FROM labelling_item WHERE image <> '' ORDER BY id DESC LIMIT 1"
MEGABYTE = 10**6


def faults() -> Mapping[str, str]:
    """Return what is wrong with `database`, `images` and `disk`, in a few words; empty where all is well.

    The words name no address, no file and no person: anyone may read them.
    """
    database, image = _look_into_database()
    return {"database": database, "images": _images_fault(image), "disk": _disk_fault()}


def free_disk() -> int:
    """Return the bytes that are free where this host writes; of several disks, the least."""
    folders = [Path(settings.VAR_DIR)]
    if isinstance(default_storage, FileSystemStorage):
        folders.append(Path(default_storage.location))
    if connection.vendor == "sqlite":
        folders.append(Path(connection.settings_dict["NAME"]).parent)
    return min(shutil.disk_usage(_existing(folder)).free for folder in folders)


def _look_into_database() -> tuple[str, str]:
    """Return the database's fault, and the name of a stored image if there is one."""
    if connection.vendor == "sqlite" and not Path(connection.settings_dict["NAME"]).is_file():
        return "is not there", ""  # to open it would be to make it
    probe = _own_connection()
    try:
        with probe.cursor() as cursor:
            if _refuses_writing(cursor):
                return "is read-only", ""
            cursor.execute(ONE_IMAGE)
            row = cursor.fetchone()
            return "", row[0] if row else ""
    except DatabaseError:
        return "does not answer", ""
    finally:
        probe.close()


def _own_connection() -> BaseDatabaseWrapper:
    """Return a connection that gives up soon. The pool's patience is for people who wait."""
    probe = connection.copy()
    options = probe.settings_dict["OPTIONS"]
    options.pop("pool", None)
    if probe.vendor == "postgresql":
        options |= {"connect_timeout": PATIENCE_SECONDS, "options": POSTGRES_OPTIONS}
    else:
        options["timeout"] = PATIENCE_SECONDS
    return probe


def _refuses_writing(cursor: CursorWrapper) -> bool:
    """Tell of a standby server, and of a file without the right to write it."""
    if connection.vendor == "sqlite":
        return not os.access(connection.settings_dict["NAME"], os.W_OK)
    cursor.execute("SHOW transaction_read_only")
    return bool(cursor.fetchone()[0] == "on")


def _images_fault(image: str) -> str:
    """Read one stored image; where images are files, write one that never has a name."""
    storage = default_storage.hurried if isinstance(default_storage, ObjectStorage) else default_storage
    try:
        if image:
            with storage.open(image) as file:
                file.read()
    except OSError:
        return "cannot be read"
    if isinstance(default_storage, FileSystemStorage):
        try:
            with tempfile.TemporaryFile(dir=_existing(Path(default_storage.location))) as file:
                file.write(b"writable")
                file.flush()
        except OSError:
            return "cannot be written"
    return ""


def _disk_fault() -> str:
    least = settings.MIN_FREE_DISK_MB
    return f"has less than {least} MB free" if free_disk() < least * MEGABYTE else ""


def _existing(folder: Path) -> Path:
    """Return the folder, or the nearest one above it that is there: the first import makes the rest."""
    return next(place for place in (folder, *folder.parents) if place.is_dir())
