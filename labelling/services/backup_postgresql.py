"""A PostgreSQL database as a file of its own, and back, with PostgreSQL's own tools."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection
from psycopg.conninfo import make_conninfo
from psycopg.pq import Conninfo
from psycopg.sql import SQL, Identifier, Literal

from labelling.errors import BackupError
from labelling.services.backup_snapshot import Snapshot, is_ours, read_snapshot

# How long a restoring waits for somebody who is using a table.
LOCK_SECONDS = 30
_OURS = ["--no-owner", "--no-privileges", "--no-comments", "--no-security-labels", "--no-tablespaces"]

_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
# Each with a table that it guards; with none where the trigger was taken up and the function left.
_TRIGGER_FUNCTIONS = """
    SELECT proname, relname FROM pg_proc
    LEFT JOIN pg_trigger ON tgfoid = pg_proc.oid LEFT JOIN pg_class ON pg_class.oid = tgrelid
    WHERE pronamespace = current_schema()::regnamespace AND prorettype = 'trigger'::regtype
"""


def take_snapshot(*, target: Path) -> Snapshot:
    """Write the database's state at one moment into the new file `target`, and say what is in it.

    Nobody waits. pg_dump and we read in one and the same snapshot.

    Raises
    ------
    BackupError
        When pg_dump is not installed or fails.
    """
    with _own_connection() as database:
        database.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        [(name,)] = database.execute("SELECT pg_export_snapshot()").fetchall()
        with _address(database) as address:
            _run(
                *("pg_dump", "--format=custom", "--compress=0", "--no-password", *_OURS),
                *(f"--snapshot={name}", f"--file={target}", f"--dbname={address}"),
            )
        tables = [name for (name,) in database.execute(_TABLES)]
        return read_snapshot(lambda statement: database.execute(statement.encode()).fetchall(), tables)


def put_back(*, source: Path, rows: dict[str, int]) -> None:
    """Replace the product's tables by those of the dump `source`: in one transaction, or not at all.

    `rows` is the number of rows that each table must have.

    Raises
    ------
    BackupError
        When PostgreSQL's tools are not installed, or the dump cannot be put back as a whole. The database is
        then as it was.
    """
    before, script, after = (source.with_suffix(suffix) for suffix in (".before", ".sql", ".after"))
    _run("pg_restore", "--exit-on-error", *_OURS, f"--file={script}", str(source))
    with _own_connection() as database:
        before.write_text(_removal(database))
        after.write_text(_counting(database, rows))
        with _address(database) as address:
            _run(
                *("psql", "--no-psqlrc", "--quiet", "--no-password", "--set=ON_ERROR_STOP=1"),
                *("--single-transaction", f"--dbname={address}"),
                *(f"--file={part}" for part in (before, script, after)),
            )


def _removal(database: psycopg.Connection) -> str:
    """Return the statements that remove the product's tables and its triggers' functions."""
    tables = [name for (name,) in database.execute(_TABLES) if is_ours(name)]
    guarding = database.execute(_TRIGGER_FUNCTIONS).fetchall()
    of_others = {name for name, table in guarding if table and not is_ours(table)}
    functions = sorted({name for name, _ in guarding} - of_others)
    statements = [
        SQL("SET lock_timeout = {}").format(Literal(f"{LOCK_SECONDS}s")),
        *(SQL("DROP TABLE IF EXISTS {} CASCADE").format(Identifier(name)) for name in tables),
        *(SQL("DROP FUNCTION IF EXISTS {}() CASCADE").format(Identifier(name)) for name in functions),
    ]
    return "".join(f"{statement.as_string(database)};\n" for statement in statements)


def _counting(database: psycopg.Connection, rows: dict[str, int]) -> str:
    """Return statements that fail where a table has another number of rows."""
    [(schema,)] = database.execute("SELECT current_schema()").fetchall()
    check = SQL(
        "DO $$ BEGIN IF (SELECT count(*) FROM {}) <> {} THEN"
        " RAISE EXCEPTION 'the rows of % differ from the manifest', {}; END IF; END $$;\n"
    )
    checks = [
        check.format(Identifier(schema, table), Literal(number), Literal(table))
        for table, number in rows.items()
    ]
    return "".join(each.as_string(database) for each in checks)


@contextmanager
def _own_connection() -> Iterator[psycopg.Connection]:
    """Open a connection outside the pool; it ends with the block."""
    own = connection.copy()
    own.settings_dict["OPTIONS"].pop("pool", None)
    own.connect()
    try:
        yield own.connection
    finally:
        own.close()


@contextmanager
def _address(database: psycopg.Connection) -> Iterator[str]:
    """Yield the database's address for PostgreSQL's tools.

    The password goes into a file that only we can read: what stands on a command line, everybody sees.
    """
    with tempfile.TemporaryDirectory(prefix="human-baseline-") as folder:
        passwords = Path(folder) / "passwords"
        password = database.info.password.replace("\\", "\\\\").replace(":", "\\:")
        passwords.touch(mode=0o600)
        passwords.write_text(f"*:*:*:*:{password}\n")
        yield make_conninfo(**_given(), passfile=str(passwords))


def _given() -> dict[str, Any]:
    """Return the parameters of the connection that were set, and no default: the tools may know fewer."""
    known = {option.keyword.decode() for option in Conninfo.get_defaults()} - {"password"}
    return {name: value for name, value in connection.get_connection_params().items() if name in known}


def _run(program: str, *arguments: str) -> None:
    done = subprocess.run(  # noqa: S603 - one of PostgreSQL's own tools, without a shell
        [_tool(program), *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if "ERROR" in line or "error:" in line]
        raise BackupError(f"{program} failed: {(lines or [done.stderr.strip()])[0]}")


def _tool(program: str) -> str:
    """Find one of PostgreSQL's tools: on the PATH, else the newest that Debian installs beside its server."""
    installed = Path("/usr/lib/postgresql").glob(f"*/bin/{program}")
    newest = max(installed, key=lambda path: int(path.parts[4]), default=None)
    found = shutil.which(program) or newest
    if found is None:
        raise BackupError(
            f"PostgreSQL's {program} is not installed. Install its client tools "
            "(Debian: apt-get install postgresql-client), of the server's version or newer."
        )
    return str(found)
