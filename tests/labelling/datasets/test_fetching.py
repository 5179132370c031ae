"""Fetching a file over HTTP from a real server, also one that breaks off, lies or is not there."""

import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from labelling.datasets.fetching import OfficialFile, fetch
from labelling.errors import DatasetNotFound
from tests.postgres_cluster import free_port

CONTENT = bytes(range(256)) * 2000
FILE = OfficialFile("t10k-images.gz", len(CONTENT), hashlib.md5(CONTENT, usedforsecurity=False).hexdigest())


class Publisher(ThreadingHTTPServer):
    """Serves CONTENT. `cut` breaks the first reply off after so many bytes."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.content = CONTENT
        self.resumes = True
        self.status = 200
        self.cut = 0
        self.ranges: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"


class _Handler(BaseHTTPRequestHandler):
    server: Publisher

    def do_GET(self) -> None:
        wanted = self.headers.get("Range", "")
        self.server.ranges.append(wanted)
        start = int(wanted[6:-1]) if wanted and self.server.resumes else 0
        body = self.server.content[start:]
        self.send_response(206 if start else self.server.status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.server.cut:
            body, self.server.cut = body[: self.server.cut], 0
            self.close_connection = True
        self.wfile.write(body)

    def log_message(self, *_words: object) -> None:
        """Print nothing."""


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with Publisher() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_a_file_is_fetched_whole(publisher: Publisher, tmp_path: Path) -> None:
    path = fetch(base_url=publisher.url, file=FILE, folder=tmp_path / "new")
    assert path.read_bytes() == CONTENT
    assert [file.name for file in path.parent.iterdir()] == [FILE.name]


def test_a_file_that_is_there_is_not_fetched_again(publisher: Publisher, tmp_path: Path) -> None:
    for _ in range(2):
        fetch(base_url=publisher.url, file=FILE, folder=tmp_path)
    assert len(publisher.ranges) == 1


@pytest.mark.parametrize("resumes", [True, False])
def test_a_connection_that_breaks_off_is_taken_up_again(
    publisher: Publisher, tmp_path: Path, resumes: bool
) -> None:
    publisher.cut, publisher.resumes = 70_000, resumes
    assert fetch(base_url=publisher.url, file=FILE, folder=tmp_path).read_bytes() == CONTENT
    assert publisher.ranges[0] == ""
    assert publisher.ranges[1].startswith("bytes=")


def test_a_part_of_an_earlier_try_is_kept_and_completed(publisher: Publisher, tmp_path: Path) -> None:
    (tmp_path / f"{FILE.name}.part").write_bytes(CONTENT[:1234])
    assert fetch(base_url=publisher.url, file=FILE, folder=tmp_path).read_bytes() == CONTENT
    assert publisher.ranges == ["bytes=1234-"]


@pytest.mark.parametrize("body", [b"<html>Sign in to the network</html>" * 20_000, CONTENT[:-1] + b"x"])
def test_another_file_is_refused_and_removed(publisher: Publisher, tmp_path: Path, body: bytes) -> None:
    publisher.content = body
    with pytest.raises(DatasetNotFound, match="is not the official file: its MD5 sum is"):
        fetch(base_url=publisher.url, file=FILE, folder=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_no_more_is_read_than_the_file_may_have(publisher: Publisher, tmp_path: Path) -> None:
    publisher.content = CONTENT * 20
    done: list[int] = []
    with pytest.raises(DatasetNotFound, match="is not the official file"):
        fetch(
            base_url=publisher.url,
            file=FILE,
            folder=tmp_path,
            progress=lambda _what, so_far, _total: done.append(so_far),
        )
    assert max(done) == FILE.size


def test_an_answer_of_the_server_is_told(publisher: Publisher, tmp_path: Path) -> None:
    publisher.status = 404
    with pytest.raises(DatasetNotFound, match="the server answers 404"):
        fetch(base_url=publisher.url, file=FILE, folder=tmp_path)


def test_an_address_that_nobody_answers_is_told(tmp_path: Path) -> None:
    with pytest.raises(DatasetNotFound, match=r"could not be fetched: .*refused"):
        fetch(base_url=f"http://127.0.0.1:{free_port()}", file=FILE, folder=tmp_path)


def test_progress_reaches_the_whole_file(publisher: Publisher, tmp_path: Path) -> None:
    seen: list[tuple[str, int, int]] = []
    fetch(base_url=publisher.url, file=FILE, folder=tmp_path, progress=lambda *step: seen.append(step))
    assert seen[-1] == (f"Fetching {FILE.name}", FILE.size, FILE.size)
