"""Fetch one known file over HTTP: resumable, bounded, checked, and in its place only when it is whole."""

import hashlib
import http.client
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from labelling.datasets.source import Progress
from labelling.errors import DatasetNotFound

TIMEOUT = 20
TRIES = 3
BLOCK = 1 << 16


@dataclass(frozen=True)
class OfficialFile:
    """A file as its publisher describes it. `size` in bytes; nothing beyond it is read."""

    name: str
    size: int
    md5: str


def fetch(
    *,
    base_url: str,
    file: OfficialFile,
    folder: Path,
    progress: Progress | None = None,
    timeout: float = TIMEOUT,
) -> Path:
    """Fetch the file into the folder unless it is there, and return its path.

    The bytes go to a file beside it that ends in `.part`; the next call goes on where this one stopped. The
    file gets its name when its MD5 sum is right.

    Raises
    ------
    DatasetNotFound
        When the address does not answer, or what it sends is not the file; says which.
    """
    target = folder / file.name
    if target.is_file():
        return target
    url = f"{base_url.rstrip('/')}/{file.name}"
    part = folder / f"{file.name}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for attempt in range(1, TRIES + 1):
            try:
                _download(url, file, part, progress, timeout)
                break
            except (urllib.error.URLError, http.client.HTTPException, TimeoutError, ConnectionError):
                if attempt == TRIES or not part.exists():
                    raise  # an address that sent nothing will send nothing the next moment either
    except urllib.error.HTTPError as error:
        error.close()
        raise DatasetNotFound(f"{url} could not be fetched: the server answers {error.code}.") from error
    except (OSError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", None) or error
        raise DatasetNotFound(f"{url} could not be fetched: {reason}.") from error
    _check(url, file, part)
    part.replace(target)
    return target


def _download(url: str, file: OfficialFile, part: Path, progress: Progress | None, timeout: float) -> None:
    """Append what is missing to the part; a server that does not resume sends everything again."""
    have = part.stat().st_size if part.exists() else 0
    if have >= file.size:
        return
    request = urllib.request.Request(url, headers={"Range": f"bytes={have}-"} if have else {})  # noqa: S310
    with urllib.request.urlopen(request, timeout=timeout) as reply:  # noqa: S310 - the address is a setting
        resumed = reply.status == http.HTTPStatus.PARTIAL_CONTENT
        with part.open("ab" if resumed else "wb") as out:
            _copy(reply, out, file, progress)


def _copy(
    reply: http.client.HTTPResponse, out: BinaryIO, file: OfficialFile, progress: Progress | None
) -> None:
    # One byte more than the file may have shows that this is something else.
    while block := reply.read(min(BLOCK, file.size + 1 - out.tell())):
        out.write(block)
        if progress:
            progress(f"Fetching {file.name}", min(out.tell(), file.size), file.size)
    if out.tell() < file.size:
        raise http.client.IncompleteRead(b"", file.size - out.tell())


def _check(url: str, file: OfficialFile, part: Path) -> None:
    with part.open("rb") as content:
        found = hashlib.file_digest(content, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
    if found != file.md5:
        part.unlink()
        raise DatasetNotFound(
            f"{url} is not the official file: its MD5 sum is {found}, the official one {file.md5}. "
            "Something between this machine and the server changes what it sends."
        )
