"""A throwaway PostgreSQL that may be killed and started again on the same data."""

import contextlib
import os
import secrets
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from tests.postgres_cluster import PostgresCluster, find_binaries


def children_of(pid: int) -> Iterator[int]:
    """Yield the processes that `pid` has started and that are still there."""
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with contextlib.suppress(OSError):  # it has gone meanwhile
                after_name = (folder / "stat").read_text().rpartition(")")[2].split()
                if int(after_name[1]) == pid and after_name[0] != "Z":
                    yield int(folder.name)


class CrashablePostgres(PostgresCluster):
    """A cluster whose processes can be killed at any moment, and which starts again on the same data."""

    @property
    def pid(self) -> int:
        """The postmaster's process id."""
        if self._server is None:
            raise RuntimeError("The cluster does not run.")
        return self._server.pid

    def new_database(self) -> str:
        """Make an empty database and return its address."""
        name = f"faults_{secrets.token_hex(6)}"
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE template0").format(sql.Identifier(name))
            )
        return urlunsplit(urlsplit(self.url)._replace(path=f"/{name}"))

    def backends(self) -> list[int]:
        """Return the processes that serve a connection; none while PostgreSQL takes no connection."""
        try:
            connection = psycopg.connect(self.url, autocommit=True)
        except psycopg.OperationalError:
            return []
        with connection:
            rows = connection.execute(
                "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' "
                "AND pid <> pg_backend_pid()"
            )
            return [pid for (pid,) in rows]

    def kill(self) -> None:
        """End the postmaster and every process of it at once: kill -9, nothing is flushed."""
        if self._server is None:
            return
        doomed = [*children_of(self.pid)]
        self._server.kill()  # first, so that it does not tidy up after the others
        for pid in doomed:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._server.wait()
        # The next postmaster refuses to start while a process of the last one holds the shared memory.
        deadline = time.monotonic() + 30
        while any(Path(f"/proc/{pid}").exists() for pid in doomed):
            if time.monotonic() > deadline:
                raise TimeoutError("A killed PostgreSQL process is still there after 30 s.")
            time.sleep(0.01)

    def restart(self, *, tries: int = 10) -> None:
        """Start again on the same data and port; PostgreSQL recovers from its write-ahead log."""
        if self._folder is None:
            raise RuntimeError("The cluster was never started.")
        port = urlsplit(self.url).port
        if port is None:
            raise RuntimeError(f"The address {self.url} has no port.")
        for _ in range(tries):
            self._launch(find_binaries(), self._folder, port)
            if self._answers():
                return
            time.sleep(1)  # while it was away a client may have got its port, and will be gone soon
        raise RuntimeError((self._folder / "log").read_text(errors="replace")[-2000:])

    def _answers(self, seconds: float = 60) -> bool:
        """Wait until the server answers; False where it ends or takes too long."""
        deadline = time.monotonic() + seconds
        while self._server is not None and self._server.poll() is None and time.monotonic() < deadline:
            try:
                psycopg.connect(self.url).close()
            except psycopg.OperationalError:
                time.sleep(0.02)
            else:
                return True
        return False


def kill_process(pid: int) -> bool:
    """Kill -9 a process; False where it has gone by itself."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True
