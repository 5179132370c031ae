"""From a database's address to Django's settings for it, with the durability that labels need."""

from typing import Any

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

ENGINES = ("django.db.backends.sqlite3", "django.db.backends.postgresql")
FORMS = "Write sqlite:////folder/file.sqlite3 or postgres://name:password@host:5432/database."

# One process holds at most this many connections: more than a server process has threads.
POOL = {"min_size": 1, "max_size": 16, "timeout": 30}

# Seconds to wait for a lock before giving up: somebody may hold one for long, and not all threads of a server
# must wait for it. Who is told to try again loses nothing.
LOCK_WAIT = 30

SQLITE_PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"


def database(url: str, *, pooled: bool = True) -> dict[str, Any]:
    """Return Django's settings for the database at `url`.

    A label that was answered with success is on disk: SQLite syncs its write-ahead log at every commit,
    PostgreSQL waits for its own at every commit. On SQLite a transaction takes the write lock when it begins,
    so that two of them wait for each other rather than fail.
    """
    try:
        settings: dict[str, Any] = dict(dj_database_url.parse(url))
    except ValueError as error:
        raise ImproperlyConfigured(f"DATABASE_URL is no database's address. {FORMS}") from error
    if settings["ENGINE"] not in ENGINES:
        raise ImproperlyConfigured(f"DATABASE_URL names a database that is not supported. {FORMS}")
    options = dict(settings.get("OPTIONS", {}))
    if settings["ENGINE"] == "django.db.backends.sqlite3":
        settings["CONN_MAX_AGE"] = None
        options |= {"transaction_mode": "IMMEDIATE", "timeout": LOCK_WAIT, "init_command": SQLITE_PRAGMAS}
    else:
        options["options"] = f"-c synchronous_commit=on -c lock_timeout={LOCK_WAIT}s"
        if pooled:
            options["pool"] = POOL
    settings["OPTIONS"] = options
    return settings
