"""The two databases that every database test runs on: a SQLite file and a PostgreSQL database.

One pytest session covers both. A test that touches the database runs twice, as `test_x[sqlite]` and as
`test_x[postgresql]`; before each group of tests the alias `default` points at the right one. Both are real
databases that other threads and processes can open by address: the SQLite one is a file, not memory.
"""

import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connections
from django.db.utils import ConnectionHandler
from psycopg import sql

from config.databases import database
from tests.postgres_cluster import NoPostgres, PostgresCluster

BACKENDS = ("sqlite", "postgresql")


class PostgresServer:
    """Where PostgreSQL databases for tests are made: TEST_POSTGRES_URL, else a throwaway cluster."""

    def __init__(self) -> None:
        self._cluster: PostgresCluster | None = None
        self._failure: NoPostgres | None = None
        self._made: list[str] = []
        self._url = os.environ.get("TEST_POSTGRES_URL", "")

    @property
    def url(self) -> str:
        """The server's address. Starts the throwaway cluster when it is first asked for."""
        if self._failure is not None:
            raise self._failure
        if not self._url:
            cluster = PostgresCluster()
            try:
                cluster.start()
            except NoPostgres as failure:
                self._failure = failure
                raise
            self._cluster = cluster
            self._url = cluster.url
        return self._url

    def new_database(self, *, template: str = "template0") -> str:
        """Make a database, empty or a copy of the one named `template`, and return its address."""
        name = f"human_baseline_test_{secrets.token_hex(6)}"
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE {}").format(
                    sql.Identifier(name), sql.Identifier(template)
                )
            )
        self._made.append(name)
        return urlunsplit(urlsplit(self.url)._replace(path=f"/{name}"))

    def close(self) -> None:
        """Remove every database that was made, and the cluster if it is ours."""
        if self._cluster is not None:
            self._cluster.stop()
        elif self._made:
            with psycopg.connect(self._url, autocommit=True) as connection:
                for name in self._made:
                    connection.execute(
                        sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
                    )


class Databases:
    """The migrated test databases, each made when it is first needed."""

    def __init__(self, *, folder: Path, postgres: PostgresServer) -> None:
        self._folder = folder
        self._postgres = postgres
        self._urls: dict[str, str] = {}

    def use(self, backend: str) -> str:
        """Point `default` at this backend's test database and return its address."""
        url = self._urls.get(backend)
        new = url is None
        if url is None:
            if backend == "sqlite":
                url = f"sqlite:///{self._folder / 'test.sqlite3'}"
            else:
                url = self._postgres.new_database()
        _point_default_at(url)
        if new:
            call_command("migrate", verbosity=0, interactive=False)
            from labelling.services.steady_clock import steady_now

            steady_now()  # a process's first call queries the database: here, not in a test that counts
            self._urls[backend] = url
        return url


def _point_default_at(url: str) -> None:
    """Make every connection that is opened from now on, in any thread, one to `url`."""
    connections["default"].close()
    del connections["default"]
    # Without a pool: a test's threads and forks come and go, and each closes what it opened.
    settings = ConnectionHandler({"default": database(url, pooled=False)}).settings
    connections.settings["default"] = settings["default"]
    # Content types are remembered by alias; the other database has numbered them differently.
    ContentType.objects.clear_cache()
