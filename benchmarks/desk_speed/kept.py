"""Databases that may be kept between runs: a file, or the data of a PostgreSQL server of one's own."""

import shutil
from pathlib import Path

from tests.live_server import LiveServer
from tests.postgres_cluster import PostgresCluster, find_binaries, free_port

BACKENDS = ("sqlite", "postgresql")


class KeptCluster(PostgresCluster):
    """A PostgreSQL server on data that a run before it has made."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._kept = folder

    def start(self) -> None:
        """Start on the kept data; the first time, make it."""
        if not self._kept.exists():
            super().start()
            made = self._folder
            self._halt()
            shutil.move(made, self._kept)
        self._folder = self._kept
        (self._kept / "data" / "postmaster.pid").unlink(missing_ok=True)
        port = free_port()
        self._launch(find_binaries(), self._kept, port)
        password = (self._kept / "password").read_text()
        self.url = f"postgres://postgres:{password}@127.0.0.1:{port}/postgres"
        self._wait()

    def stop(self) -> None:
        """Stop the server; its data stays."""
        self._halt()

    def _halt(self) -> None:
        self._folder = None
        super().stop()


class Desk:
    """One database with the desk's data, made now or by a run before, and a way to run Python beside it."""

    def __init__(self, backend: str, folder: Path) -> None:
        self.backend = backend
        self._folder = folder / backend
        self._cluster: KeptCluster | None = None

    def start(self) -> LiveServer:
        """Return something that runs Python on the database, with tables and static files as they are now."""
        self._folder.mkdir(parents=True, exist_ok=True)
        url = f"sqlite:///{self._folder / 'desk.sqlite3'}"
        if self.backend == "postgresql":
            self._cluster = KeptCluster(self._folder / "server")
            self._cluster.start()
            url = self._cluster.url
        server = LiveServer(var_dir=self._folder, database_url=url)
        server.manage("migrate", "--verbosity", "0")
        server.manage("collectstatic", "--noinput", "--verbosity", "0")
        return server

    @property
    def is_built(self) -> bool:
        """Whether a run before has made all of the data."""
        return (self._folder / "built").exists()

    def built(self) -> None:
        """Say that all of the data is there."""
        (self._folder / "built").touch()

    def stop(self) -> None:
        """Stop what runs."""
        if self._cluster is not None:
            self._cluster.stop()
