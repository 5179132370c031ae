"""A throwaway PostgreSQL server, made with the binaries that are installed and removed at the end.

It listens on a free loopback port with a random password, and syncs to disk as a real one does: what the
tests show about durability and locking is then true of a real server.
"""

import atexit
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg

ADVICE = "install PostgreSQL's server (Debian: apt-get install postgresql) or set TEST_POSTGRES_URL"


class NoPostgres(Exception):
    """There is no PostgreSQL to test on; the message says what to do."""


def find_binaries() -> Path:
    """Return the folder that holds initdb and postgres: on the PATH, else the newest that Debian installs."""
    on_path = shutil.which("initdb")
    if on_path and (Path(on_path).resolve().parent / "postgres").exists():
        return Path(on_path).resolve().parent
    folders = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if not folders:
        raise NoPostgres(f"PostgreSQL is not installed: {ADVICE}.")
    return max(folders, key=lambda folder: int(folder.parent.name))


def free_port() -> int:
    """Return a loopback port that nothing listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _ordinary_user() -> dict[str, Any]:
    """Return subprocess's arguments that make a command run as an ordinary user: initdb refuses root."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


class PostgresCluster:
    """A PostgreSQL server of one's own. `url` is its address while it runs."""

    def __init__(self) -> None:
        self.url = ""
        self._folder: Path | None = None
        self._server: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Make the cluster, start its server and wait until it answers."""
        binaries = find_binaries()
        self._folder = folder = Path(tempfile.mkdtemp(prefix="human-baseline-postgres-"))
        atexit.register(self.stop)
        password = secrets.token_hex(16)
        (folder / "password").write_text(password)
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            for path in (folder, folder / "password"):
                os.chown(path, nobody.pw_uid, nobody.pw_gid)
        self._initialise(binaries, folder)
        port = free_port()
        self._launch(binaries, folder, port)
        self.url = f"postgres://postgres:{password}@127.0.0.1:{port}/postgres"
        self._wait()

    def _initialise(self, binaries: Path, folder: Path) -> None:
        # --no-sync: only the empty cluster's own files go unsynced, and they live as long as the tests.
        made = subprocess.run(
            [
                *(binaries / "initdb", "--pgdata", folder / "data", "--username", "postgres"),
                *("--auth", "scram-sha-256", "--pwfile", folder / "password"),
                *("--encoding", "UTF8", "--locale", "C", "--no-sync"),
            ],
            check=False,
            cwd=folder,
            capture_output=True,
            text=True,
            **_ordinary_user(),
        )
        if made.returncode:
            raise NoPostgres(f"initdb failed: {made.stderr.strip()}")

    def _launch(self, binaries: Path, folder: Path, port: int) -> None:
        with (folder / "log").open("wb") as log:
            self._server = subprocess.Popen(
                [
                    *(binaries / "postgres", "-D", folder / "data", "-p", str(port)),
                    *("-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={folder}"),
                ],
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C ends the tests, which then end the server
                **_ordinary_user(),
            )

    def _wait(self, seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while True:
            try:
                psycopg.connect(self.url).close()
            except psycopg.OperationalError as error:
                if self._server is None or self._folder is None:
                    raise
                if self._server.poll() is not None or time.monotonic() > deadline:
                    log = (self._folder / "log").read_text(errors="replace")
                    self.stop()
                    raise NoPostgres(f"The throwaway PostgreSQL did not start: {error}\n{log}") from error
                time.sleep(0.1)
            else:
                return

    def stop(self) -> None:
        """Stop the server and remove every file of it. Does nothing a second time."""
        if self._server is not None:
            if self._server.poll() is None:
                self._server.send_signal(signal.SIGINT)  # PostgreSQL's "fast" shutdown
            try:
                self._server.wait(timeout=30)
            except subprocess.TimeoutExpired:
                self._server.kill()
                self._server.wait()
            self._server = None
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None
        self.url = ""
        atexit.unregister(self.stop)
