"""Where a fault happens: a database of its own, servers on it, and an overseer who reads its tables.

The overseer is a process with Django set up on the stage's database. It calls any function by name, so that
a harness needs no Django of its own: `stage.ask("package.module:function", slug="x")`.
"""

import contextlib
import json
import os
import random
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

from benchmarks.fault_harness.postgres import CrashablePostgres, children_of
from tests.live_server import ROOT, CommandFailed, LiveServer

PRODUCT = "config.settings.development"
BROKEN = "benchmarks.fault_harness.inside.broken_settings"
OVERSEER = "benchmarks.fault_harness.inside.overseer_settings"


def lasting_port() -> int:
    """Return a port that nothing listens on, below those that the kernel lends to clients."""
    while True:
        port = random.SystemRandom().randrange(15_000, 32_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


class StageServer(LiveServer):
    """A server whose processes are known, so that one of them can be killed or traced.

    Its port is none that the kernel lends to clients: while the server is away nobody else gets it.
    """

    def __init__(self, *, var_dir: Path, database_url: str, environment: dict[str, str]) -> None:
        port = lasting_port()
        super().__init__(
            var_dir=var_dir, database_url=database_url, environment={**environment, "PORT": str(port)}
        )
        self.port = port
        self.base_url = f"http://127.0.0.1:{port}"

    def restart(self, *, seconds: float = 30) -> None:
        """Stop as a service manager does, letting requests end, and start again."""
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(timeout=seconds)
            except subprocess.TimeoutExpired:
                self.kill()
                raise
        self.start()

    def pid(self) -> int:
        """Return the process id of the server's first process, which starts the others."""
        if self._process is None:
            raise RuntimeError("The server does not run.")
        return self._process.pid

    def workers(self) -> list[int]:
        """Return the processes that answer requests."""
        return list(children_of(self.pid()))

    def pids(self) -> list[int]:
        """Return all processes of the server."""
        return [self.pid(), *self.workers()]


class Stage:
    """A migrated database with one dataset, in a folder that the caller removes.

    `database` is "sqlite" or "postgresql". `static` is a folder of collected static files; without one they
    are collected. `images` is the number of images: small made-up ones, or with 10,000 the real dataset
    where it is at hand. `postgres` is a cluster that runs already; without one a stage on PostgreSQL starts
    its own.
    """

    def __init__(
        self,
        *,
        database: str,
        folder: Path,
        static: Path | None = None,
        images: int = 120,
        postgres: CrashablePostgres | None = None,
    ) -> None:
        self.database = database
        self.folder = folder
        self._images = images
        self._static = static
        self.postgres = postgres
        self._own_postgres = postgres is None and database == "postgresql"
        self.url = f"sqlite:///{folder / 'db.sqlite3'}"
        self._overseer: subprocess.Popen[str] | None = None
        self._servers: list[StageServer] = []
        self._studies = 0

    def __enter__(self) -> "Stage":
        self.folder.mkdir(parents=True, exist_ok=True)
        if self.database == "postgresql":
            if self.postgres is None:
                self.postgres = CrashablePostgres()
                self.postgres.start()
            self.url = self.postgres.new_database()
        if self._static is not None:
            (self.folder / "static").symlink_to(self._static)
        self.ask(
            "benchmarks.fault_harness.inside.ledger:prepare", images=self._images, collect=not self._static
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop everything that was started here."""
        for server in self._servers:
            server.kill()
        if self._overseer is not None:
            self._overseer.kill()
            self._overseer.communicate()
            self._overseer = None
        if self._own_postgres and self.postgres is not None:
            self.postgres.stop()

    def server(self, *, settings: str = PRODUCT, gunicorn: str = "", **environment: str) -> StageServer:
        """Return a server on this database, not yet started; `gunicorn` has further options for it.

        Servers of one stage share the folder and with it the secret key, as the hosts of one study do.
        """
        given = {"DJANGO_SETTINGS_MODULE": settings, "GUNICORN_CMD_ARGS": gunicorn, **environment}
        server = StageServer(var_dir=self.folder, database_url=self.url, environment=given)
        self._servers.append(server)
        return server

    def crashable_postgres(self) -> CrashablePostgres:
        """Return the stage's cluster. Raises LookupError on SQLite."""
        if self.postgres is None:
            raise LookupError(f"A stage on {self.database} has no PostgreSQL.")
        return self.postgres

    def launch(self, **protocol: Any) -> "LaunchedStudy":
        """Launch a study of the stage's dataset and return its name and link."""
        self._studies += 1
        slug = f"study-{self._studies}"
        return LaunchedStudy(
            **self.ask("benchmarks.fault_harness.inside.ledger:launch", slug=slug, **protocol), stage=self
        )

    def ask(self, function: str, **arguments: Any) -> Any:
        """Let the overseer call `package.module:function` with these arguments, and return what it returns.

        Raises
        ------
        CommandFailed
            With the overseer's traceback.
        """
        overseer = self._running_overseer()
        if overseer.stdin is None or overseer.stdout is None:
            raise CommandFailed("The overseer has no pipes.")
        overseer.stdin.write(json.dumps({"function": function, "arguments": arguments}) + "\n")
        overseer.stdin.flush()
        line = overseer.stdout.readline()
        if not line:
            log = (self.folder / "overseer.log").read_text(errors="replace")
            raise CommandFailed(f"The overseer ended while it was asked for {function}:\n{log[-2000:]}")
        reply = json.loads(line)
        if "error" in reply:
            raise CommandFailed(f"{function}:\n{reply['error']}")
        return reply["result"]

    def _running_overseer(self) -> subprocess.Popen[str]:
        if self._overseer is None or self._overseer.poll() is not None:
            inherited = {name: value for name, value in os.environ.items() if not name.startswith("DJANGO_")}
            surroundings = {
                "DJANGO_SETTINGS_MODULE": OVERSEER,
                "VAR_DIR": str(self.folder),
                "DATABASE_URL": self.url,
            }
            with (self.folder / "overseer.log").open("ab") as log:
                self._overseer = subprocess.Popen(
                    [sys.executable, "-m", "benchmarks.fault_harness.inside.overseer"],
                    cwd=ROOT,
                    env=inherited | surroundings,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    text=True,
                    start_new_session=True,
                )
        return self._overseer


class LaunchedStudy:
    """A running study of a stage: its `slug`, its `link` ("/s/.../") and what its tables say."""

    def __init__(self, *, slug: str, link: str, places: int, stage: Stage) -> None:
        self.slug = slug
        self.link = link
        self.places = places
        self._stage = stage

    def violations(self, *, complete: bool = True) -> list[str]:
        """Return a sentence for each broken rule; with `complete` also where labels are wanting."""
        found: list[str] = self._stage.ask(
            "benchmarks.fault_harness.inside.ledger:violations", slug=self.slug, complete=complete
        )
        return found

    def labels(self) -> list[dict[str, Any]]:
        """Return every stored label: submission_key, assignment, category, response_ms, counted."""
        stored: list[dict[str, Any]] = self._stage.ask(
            "benchmarks.fault_harness.inside.ledger:labels", slug=self.slug
        )
        return stored

    def standing(self) -> dict[str, Any]:
        """Return state, labels, counted, surplus, open_places, annotators."""
        told: dict[str, Any] = self._stage.ask(
            "benchmarks.fault_harness.inside.ledger:standing", slug=self.slug
        )
        return told


@contextlib.contextmanager
def running(*servers: StageServer) -> Iterator[tuple[StageServer, ...]]:
    """Start these servers, and end them in the end."""
    try:
        for server in servers:
            server.start()
        yield servers
    finally:
        for server in servers:
            server.kill()
