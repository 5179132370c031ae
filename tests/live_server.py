"""The real server, started as `make run` starts it, on a free port with its own folder and database."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Protocol

from tests.postgres_cluster import free_port

ROOT = Path(__file__).resolve().parents[1]


# What the process of `ask` does: one request a line, answered by what the lines print, or by their error.
ANSWERING = """
import contextlib, io, json, sys, traceback
import django
django.setup()
from django.db import connections
for line in sys.stdin:
    printed = io.StringIO()
    failed = False
    try:
        with contextlib.redirect_stdout(printed):
            exec(compile(json.loads(line), "<asked>", "exec"), {"__name__": "asked"})
    except Exception:
        failed = True
        printed.write(traceback.format_exc())
    finally:
        connections.close_all()
    print(json.dumps([failed, printed.getvalue()]), flush=True)
"""


class CommandFailed(Exception):
    """A command ended with an error; the message holds everything it printed."""


class ServerStarter(Protocol):
    """What the fixture `start_server` gives."""

    def __call__(self, backend: str, **environment: str) -> "LiveServer": ...


class LiveServer:
    """One server process with its workers, and a way to run commands in the same surroundings.

    The test itself never opens the server's database: it asks the pages, or a command, as a person would.
    """

    def __init__(
        self, *, var_dir: Path, database_url: str, environment: dict[str, str] | None = None
    ) -> None:
        self.var_dir = var_dir
        self.port = free_port()
        self.base_url = f"http://127.0.0.1:{self.port}"
        self.database_url = database_url
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("DJANGO_")}
        self.environment = {
            **inherited,
            "DJANGO_SETTINGS_MODULE": "config.settings.development",
            "VAR_DIR": str(var_dir),
            "DATABASE_URL": database_url,
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            **(environment or {}),
        }
        self._process: subprocess.Popen[bytes] | None = None
        self._answering: subprocess.Popen[str] | None = None

    @property
    def log(self) -> str:
        """What the server has printed so far."""
        path = self.var_dir / "server.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def start(self, *, seconds: float = 60) -> None:
        """Start the server and wait until it answers. After `stop` or `kill` it starts on the same data."""
        with (self.var_dir / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", "-c", "python:config.gunicorn", "config.wsgi:application"],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + seconds
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise CommandFailed(f"The server did not start:\n{self.log}")
            time.sleep(0.05)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.base_url}/admin/login/", timeout=10):
                return True
        except urllib.error.HTTPError as answer:
            answer.close()
            return True
        except OSError:
            return False

    def stop(self) -> int | None:
        """Stop the server as Ctrl-C does and return its exit code; None when it did not run."""
        if self._answering is not None:
            self._answering.communicate()  # the end of its input is the end of it
            self._answering = None
        if self._process is None:
            return None
        self._process.send_signal(signal.SIGINT)
        try:
            code = self._process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.kill()
            raise
        self._process = None
        return code

    def kill(self) -> None:
        """End the server and its workers at once, as a power cut would: kill -9."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):  # it has gone by itself
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def manage(self, *arguments: str) -> str:
        """Run `manage.py` with these arguments on the server's data and return what it prints."""
        return self._run("manage.py", *arguments)

    def run_python(self, source: str) -> str:
        """Run a few lines of Python, with Django set up, on the server's data; return what they print."""
        return self._run("-c", f"import django\ndjango.setup()\n{source}")

    def ask(self, source: str) -> str:
        """Run lines as `run_python` does, in one process that stays until the server stops.

        The first call starts it; those after it take no second. Each call has names and database connections
        of its own.
        """
        if self._answering is None:
            self._answering = subprocess.Popen(
                [sys.executable, "-c", ANSWERING],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        process = self._answering
        if process.stdin is None or process.stdout is None:
            raise CommandFailed("The process that answers has no pipes.")
        process.stdin.write(json.dumps(source) + "\n")
        process.stdin.flush()
        line = process.stdout.readline()
        if not line:
            raise CommandFailed(f"The process that answers has ended, asked for:\n{source}")
        failed, printed = json.loads(line)
        if failed:
            raise CommandFailed(f"{source} failed:\n{printed}")
        return str(printed)

    def _run(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise CommandFailed(
                f"{' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
            )
        return done.stdout
