"""`manage.py run` as a process of its own: what it refuses, what it makes, how it stops."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.postgres_cluster import free_port
from tests.source_files import ROOT

REAL_DATA = ROOT.parent / "shared" / "fashion-mnist"


def environment(var_dir: Path, port: int, **more: str) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    data = {"FASHION_MNIST_DIR": str(REAL_DATA)} if REAL_DATA.is_dir() else {}
    return {
        **kept,
        **data,
        "HOME": str(var_dir.parent),
        "VAR_DIR": str(var_dir),
        "PORT": str(port),
        # Nothing is fetched: without the real files the garments are drawn.
        "https_proxy": "http://127.0.0.1:1",
        "http_proxy": "http://127.0.0.1:1",
        **more,
    }


def refused(tmp_path: Path, **more: str) -> str:
    """Start it where it cannot start; return its one line."""
    done = subprocess.run(
        [sys.executable, "manage.py", "run"],
        cwd=ROOT,
        env=environment(tmp_path / "var", free_port(), **more),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr.strip()


def test_a_port_in_use_is_named(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        said = refused(tmp_path, PORT=str(port))
    assert said == f"Port {port} of 127.0.0.1 is in use. Choose another: make run PORT={port + 1}"


def test_an_address_of_another_machine_is_named(tmp_path):
    assert refused(tmp_path, HOST="192.0.2.1").startswith("The server cannot listen on HOST=192.0.2.1 (")


@pytest.mark.parametrize("key", [{}, {"SECRET_KEY": "given"}])
def test_a_folder_that_cannot_be_written_is_named(tmp_path, key):
    (tmp_path / "file").touch()
    said = refused(tmp_path, VAR_DIR=str(tmp_path / "file"), **key)
    assert said.startswith(f"The folder {tmp_path / 'file'} cannot be written")
    assert "VAR_DIR" in said


def test_a_database_that_does_not_answer_is_told_without_its_password(tmp_path):
    said = refused(tmp_path, DATABASE_URL=f"postgres://someone:verysecret@127.0.0.1:{free_port()}/study")
    assert said.startswith("The database does not answer: ")
    assert said.endswith("Check DATABASE_URL.")
    assert "verysecret" not in said


def test_a_folder_without_the_data_is_named(tmp_path):
    (tmp_path / "empty").mkdir()
    said = refused(tmp_path, FASHION_MNIST_DIR=str(tmp_path / "empty"))
    assert str(tmp_path / "empty") in said
    assert "FASHION_MNIST_DIR" in said


class Run:
    """One run of the command, from its start until Ctrl-C."""

    def __init__(self, var_dir: Path) -> None:
        self.port = free_port()
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "run"],
            cwd=ROOT,
            env=environment(var_dir, self.port),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def __enter__(self) -> "Run":
        return self

    def __exit__(self, *_error: object) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.communicate()

    def get(self, path: str) -> None:
        """Fetch a page of the running server; wait for it to come up first."""
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10).close()
            except urllib.error.HTTPError:
                raise
            except OSError:
                assert self.process.poll() is None, self.process.communicate()[0]
                time.sleep(0.05)
            else:
                return

    def stop(self) -> str:
        """Stop it as a terminal's Ctrl-C does, and return all that it printed."""
        os.killpg(self.process.pid, signal.SIGINT)
        printed, _ = self.process.communicate(timeout=30)
        assert self.process.returncode == 0, printed
        assert "Traceback" not in printed
        return printed


@pytest.mark.slow
def test_it_starts_from_nothing_and_the_second_start_loses_nothing(tmp_path):
    with Run(tmp_path / "var") as first:
        first.get("/admin/login/")
        printed = first.stop()
    assert re.search(r"^Study .*: 1000 of 10000 images, 3 labels each, running", printed, re.MULTILINE)
    [password] = re.findall(r"admin, password ([0-9a-z-]{23}) \(shown this once\)", printed)
    [link] = re.findall(r"^Annotators  http://127\.0\.0\.1:\d+(/s/\w+/)$", printed, re.MULTILINE)
    assert ("DRAWN DATA" in printed) is not REAL_DATA.is_dir()
    kept = [path for path in (tmp_path / "var").iterdir() if path.is_file()]
    assert not any(password.encode() in path.read_bytes() for path in kept)

    with Run(tmp_path / "var") as second:
        second.get(link)
        printed = second.stop()
    assert link in printed
    assert re.search(r"^Data  +\S", printed, re.MULTILINE)
    assert "shown this once" not in printed
    assert "Stopped. Every label is on disk" in printed
