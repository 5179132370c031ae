"""Making a backup while annotators label, and putting one back.

A backup is one moment of the database, and the images that it names. Images are written before the rows that
name them and never changed, so they may be read afterwards.
"""

import io
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import psycopg
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader

from labelling.errors import BackupError
from labelling.services import backup_postgresql, backup_sqlite
from labelling.services.backup_archive import (
    DATABASES,
    IMAGES,
    ArchiveWriter,
    Manifest,
    archived_images,
    check_archive,
    new_archive,
)
from labelling.services.backup_snapshot import Snapshot

Progress = Callable[[str, int, int], None]
PROGRESS_EVERY = 100

# What does not end in this is a folder, whether it is there yet or not.
SUFFIX = ".tar.gz"

# A database with rows in one of these is not empty.
VALUED = {"labelling_dataset", "labelling_study", "auth_user"}


class _Vendor(Protocol):
    """What a database's own file does."""

    def take_snapshot(self, *, target: Path) -> Snapshot: ...

    def put_back(self, *, source: Path, rows: dict[str, int]) -> None: ...


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup's file and what it says of itself."""

    path: Path
    manifest: Manifest


def write_backup(*, path: Path, now: datetime, progress: Progress | None = None) -> Backup:
    """Write a backup into the folder `path`, under a name with the time, or to a new file `...tar.gz`.

    A folder that is missing is made, for its owner alone. Whoever labels meanwhile does not wait. An image
    that the storage has lost is named in the manifest, and the rest is kept.

    Raises
    ------
    BackupError
        When it cannot be written; then there is no file.
    """
    if path.is_dir() or not path.name.endswith(SUFFIX):
        _make_folder(path)
        path = path / f"human-baseline-{now:%Y%m%dT%H%M%SZ}{SUFFIX}"
    with (
        new_archive(path=path, made_at=int(now.timestamp())) as archive,
        tempfile.TemporaryDirectory(prefix=".backup-", dir=path.parent) as folder,
    ):
        database = Path(folder) / DATABASES[connection.vendor]
        with _plain_words():
            snapshot = _vendor().take_snapshot(target=database)
        with database.open("rb") as file:
            archive.add(name=database.name, file=file, size=database.stat().st_size)
        database.unlink()
        missing = _add_images(archive, snapshot.images, progress)
        manifest = Manifest(
            made_at=now.isoformat(),
            database=connection.vendor,
            migrations=snapshot.migrations,
            rows=snapshot.rows,
            images=len(snapshot.images) - len(missing),
            missing_images=missing,
            sums_sha256=archive.sums_sha256(),
        )
        archive.finish(manifest)
    return Backup(path=path, manifest=manifest)


def restore_backup(*, path: Path, replace: bool = False, progress: Progress | None = None) -> Backup:
    """Put a backup back into this database and this image storage, and bring the tables up to date.

    Everything is checked before anything is changed. The database changes in one transaction. With `replace`
    what it holds now is lost; images that nothing names any more stay in the storage.

    Raises
    ------
    BackupError
        When the file is damaged, of another kind of database or of a newer version, or when the database
        holds something and `replace` is false. Database and images are then as they were.
    """
    with tempfile.TemporaryDirectory(prefix="human-baseline-restore-") as folder:
        manifest = check_archive(path=path, folder=Path(folder))
        _refuse_foreign(manifest, path)
        written: list[str] = []
        try:
            with _plain_words():
                if not replace:
                    _refuse_full()
                _restore_images(path, manifest, written, progress)
                connection.close()
                database = Path(folder) / DATABASES[manifest.database]
                _vendor().put_back(source=database, rows=manifest.rows)
        except BaseException:
            for name in written:
                default_storage.delete(name)
            raise
    # Lays the triggers down as well, where there is no migration to do.
    call_command("migrate", interactive=False, verbosity=0)
    return Backup(path=path, manifest=manifest)


def _make_folder(path: Path) -> None:
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise BackupError(
            f"The folder {path} cannot be made ({error.strerror or error}). Make it yourself, name another "
            f"one, or a new file that ends in {SUFFIX}."
        ) from error


def _vendor() -> _Vendor:
    return {"sqlite": backup_sqlite, "postgresql": backup_postgresql}[connection.vendor]


def _add_images(archive: ArchiveWriter, names: list[str], progress: Progress | None) -> list[str]:
    """Add every image and return the names of those that the storage has not."""
    missing = []
    for done, name in enumerate(names, start=1):
        content = _image(name)
        if content is None:
            missing.append(name)
        else:
            archive.add(name=f"{IMAGES}{name}", file=io.BytesIO(content), size=len(content))
        if progress and (done % PROGRESS_EVERY == 0 or done == len(names)):
            progress("Backing up the images", done, len(names))
    return missing


def _image(name: str) -> bytes | None:
    """Return the image's bytes; None for one that the storage has not."""
    try:
        with default_storage.open(name) as file:
            content: bytes = file.read()
    except FileNotFoundError:
        return None
    except OSError as error:
        storage: Any = default_storage  # a folder and an object storage both have a location
        raise BackupError(
            f"The image {name} cannot be read from the image storage {storage.location} "
            f"({error.strerror or error}). See that it answers and lets this host read, and begin again."
        ) from error
    return content


def _refuse_foreign(manifest: Manifest, path: Path) -> None:
    if manifest.database != connection.vendor:
        raise BackupError(
            f"{path} is a backup of a {manifest.database} database; the one here is {connection.vendor}. "
            "Set DATABASE_URL to a database of its kind."
        )
    known = MigrationLoader(None).disk_migrations
    newer = [f"{app}.{name}" for app, name in manifest.migrations if (app, name) not in known]
    if newer:
        raise BackupError(
            f"{path} was made by a newer version of the product: {newer[0]} is unknown here. "
            "Restore it with that version."
        )


def _refuse_full() -> None:
    """Refuse a database that holds anything of value. One with empty tables is as good as none."""
    if connection.vendor == "sqlite" and not Path(connection.settings_dict["NAME"]).exists():
        return
    with connection.cursor() as cursor:
        for table in sorted(VALUED & set(connection.introspection.table_names(cursor))):
            cursor.execute(f"SELECT 1 FROM {table} LIMIT 1")  # noqa: S608 - one of our own names
            if cursor.fetchone():
                raise BackupError(
                    f"The database here is not empty (it has rows in {table}). Restore into an empty one, or "
                    "say --replace; what it holds is then lost."
                )


@contextmanager
def _plain_words() -> Iterator[None]:
    """Turn what a database says into an error with a way out."""
    try:
        yield
    except (DatabaseError, sqlite3.Error, psycopg.Error) as error:
        words = str(error).strip().partition("\n")[0]
        raise BackupError(f"The database refuses ({words}). See that it answers and has room.") from error


def _restore_images(path: Path, manifest: Manifest, written: list[str], progress: Progress | None) -> None:
    """Store the images that the storage has not. `written` names each before it is begun."""
    for done, (name, content) in enumerate(archived_images(path=path), start=1):
        if default_storage.exists(name):
            with default_storage.open(name) as file:
                if file.read() != content:
                    raise BackupError(
                        f"The image storage holds another file under {name}. Move it away and try again."
                    )
        else:
            written.append(name)
            if default_storage.save(name, ContentFile(content)) != name:
                raise BackupError(f"The image storage does not take a file under the name {name}.")
        if progress and (done % PROGRESS_EVERY == 0 or done == manifest.images):
            progress("Restoring the images", done, manifest.images)
