"""A SQLite database as a file of its own, and back, also while others use it."""

import sqlite3
from contextlib import closing
from pathlib import Path

from django.db import connection

from labelling.errors import BackupError
from labelling.services.backup_snapshot import Snapshot, read_snapshot

# How long to wait for somebody who is writing.
PATIENCE_SECONDS = 30


def take_snapshot(*, target: Path) -> Snapshot:
    """Write the database's state at one moment into the new file `target`, and say what is in it.

    Nobody waits: in a write-ahead log a reader and a writer do not meet. VACUUM INTO copies what the tables
    hold and not the pages as they lie, in which erased answers may still be found.

    Raises
    ------
    BackupError
        When the database is no file, or its copy is not sound.
    """
    with closing(_open(_file(), "ro")) as database:
        database.execute("VACUUM INTO ?", [str(target)])
    with closing(_open(target, "ro")) as copy:
        _check(copy)
        return _read(copy)


def put_back(*, source: Path, rows: dict[str, int]) -> None:
    """Replace the database's whole content by that of the file `source`: in one transaction, or not at all.

    `rows` is the number of rows that each table must have.

    Raises
    ------
    BackupError
        When the file is not sound. The database is then as it was.
    """
    target = _file()
    target.parent.mkdir(parents=True, exist_ok=True)
    with closing(_open(source, "ro")) as copy:
        _check(copy)
        if _read(copy).rows != rows:
            raise BackupError("The backup's database has other rows than its manifest says: it is damaged.")
        with closing(_open(target, "rwc")) as database:
            copy.backup(database)


def _file() -> Path:
    name = str(connection.settings_dict["NAME"])
    if ":memory:" in name or "mode=memory" in name:
        raise BackupError("A database in memory cannot be backed up. Set DATABASE_URL to a file.")
    return Path(name)


def _open(path: Path, mode: str) -> sqlite3.Connection:
    return sqlite3.connect(
        f"{path.resolve().as_uri()}?mode={mode}", uri=True, timeout=PATIENCE_SECONDS, isolation_level=None
    )


def _read(database: sqlite3.Connection) -> Snapshot:
    tables = database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
    return read_snapshot(
        lambda statement: database.execute(statement).fetchall(), [name for (name,) in tables]
    )


def _check(database: sqlite3.Connection) -> None:
    found = [row[0] for row in database.execute("PRAGMA integrity_check(1)")]
    if found != ["ok"]:
        raise BackupError(f"SQLite finds the database damaged: {found[0]}")
    if database.execute("PRAGMA foreign_key_check").fetchone():
        raise BackupError("The database holds rows that point to rows which are not there.")
