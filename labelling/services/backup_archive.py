"""A backup's file: a compressed tar with the database, the images, their checksums, and what it is.

```
database.sqlite3 or database.dump    a snapshot
images/ab/abcdef....png              every image that the snapshot names
SHA256SUMS                           for `sha256sum --check` after unpacking
manifest.json                        last, so that half an archive is none
```
"""

import gzip
import hashlib
import io
import json
import os
import secrets
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, dataclass, fields
from pathlib import Path, PurePosixPath
from typing import IO

from labelling.errors import BackupError

FORMAT = "human-baseline-backup"
FORMAT_VERSION = 1
SUMS = "SHA256SUMS"
MANIFEST = "manifest.json"
IMAGES = "images/"
DATABASES = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}

CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself.

    `rows` counts the rows of every table, `migrations` names the state of the tables, as app and name.
    `missing_images` are names that the database has and the image storage had not.
    """

    made_at: str
    database: str
    migrations: list[list[str]]
    rows: dict[str, int]
    images: int
    missing_images: list[str]
    sums_sha256: str
    format: str = FORMAT
    format_version: int = FORMAT_VERSION

    @classmethod
    def parse(cls, text: bytes, *, path: Path) -> "Manifest":
        """Return the manifest in this JSON; `path` is named in errors.

        Raises
        ------
        BackupError
            When it is none, or of a format that this version does not read.
        """
        try:
            given = json.loads(text)
            if given["format"] != FORMAT:
                raise BackupError(f"{path} is no backup of Human Baseline.")
            if given["format_version"] != FORMAT_VERSION:
                raise BackupError(
                    f"{path} has the backup format {given['format_version']}; this version reads "
                    f"{FORMAT_VERSION}. Restore it with the version that made it, or a newer one."
                )
            return cls(**{field.name: given[field.name] for field in fields(cls)})
        except (ValueError, KeyError, TypeError) as error:
            raise BackupError(f"{path} is damaged: its manifest cannot be read.") from error


class ArchiveWriter:
    """Writes one archive. `sums` grows with every file."""

    def __init__(self, tar: tarfile.TarFile, *, made_at: int) -> None:
        self._tar = tar
        self._made_at = made_at
        self._sums: list[str] = []

    def add(self, *, name: str, file: IO[bytes], size: int) -> None:
        """Add `size` bytes of a file under this name, and its checksum."""
        reader = _Hashing(file)
        self._put(name, reader, size)
        self._sums.append(_sum_line(reader.hexdigest(), name))

    def sums_sha256(self) -> str:
        """Return the checksum of the checksums so far."""
        return hashlib.sha256("".join(self._sums).encode()).hexdigest()

    def finish(self, manifest: Manifest) -> None:
        """Add the checksums and, last, the manifest."""
        words = json.dumps(asdict(manifest), indent=1, ensure_ascii=False).encode()
        for name, content in ((SUMS, "".join(self._sums).encode()), (MANIFEST, words)):
            self._put(name, io.BytesIO(content), len(content))

    def _put(self, name: str, file: "IO[bytes] | _Hashing", size: int) -> None:
        member = tarfile.TarInfo(name)
        member.size, member.mtime, member.mode = size, self._made_at, 0o600
        self._tar.addfile(member, file)


@contextmanager
def new_archive(*, path: Path, made_at: int) -> Iterator[ArchiveWriter]:
    """Write an archive that only its owner can read: whole and on disk afterwards, or not there at all.

    Raises
    ------
    BackupError
        When a file of this name exists, or it cannot be written.
    """
    if path.exists():
        raise BackupError(f"{path} exists; an earlier backup is never replaced. Choose another name.")
    aside = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    try:
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            with tarfile.open(fileobj=file, mode="w:gz", compresslevel=6) as tar:
                yield ArchiveWriter(tar, made_at=made_at)
            file.flush()
            os.fsync(file.fileno())
        path.hardlink_to(aside)  # unlike a rename, it never replaces what somebody put there meanwhile
        _sync_folder(path.parent)
    except OSError as error:
        raise BackupError(
            f"{path} cannot be written ({error.strerror or error}). Free some room or choose another place."
        ) from error
    finally:
        aside.unlink(missing_ok=True)


def check_archive(*, path: Path, folder: Path) -> Manifest:
    """Read the whole archive, compare every checksum, and put the database's file into `folder`.

    Raises
    ------
    BackupError
        When it cannot be read, is damaged, or is something else.
    """
    sums: list[str] = []
    claimed, manifest = "", None
    with _readable(path):
        for name, file in _members(path):
            if name == SUMS:
                claimed = file.read().decode()
            elif name == MANIFEST:
                manifest = Manifest.parse(file.read(), path=path)
            else:
                kept = folder / name if name in DATABASES.values() else None
                sums.append(_sum_line(_read_through(file, kept), name))
    if manifest is None:
        raise BackupError(f"{path} is not a whole backup: its manifest is missing.")
    found = "".join(sums)
    if found != claimed or hashlib.sha256(found.encode()).hexdigest() != manifest.sums_sha256:
        raise BackupError(f"{path} is damaged: {_first_difference(sums, claimed)} is not as it was written.")
    if not (folder / DATABASES.get(manifest.database, "none")).is_file():
        raise BackupError(f"{path} holds no database.")
    return manifest


def archived_images(*, path: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the storage name and the content of each image. For an archive that was checked."""
    with _readable(path):
        for name, file in _members(path):
            if name.startswith(IMAGES):
                yield name.removeprefix(IMAGES), file.read()


def _members(path: Path) -> Iterator[tuple[str, IO[bytes]]]:
    """Yield each file of the archive in its order. Nothing is unpacked: a name can do no harm."""
    with gzip.open(path) as packed:
        with tarfile.open(fileobj=packed, mode="r|") as tar:
            for member in tar:
                file = tar.extractfile(member) if member.isreg() and _expected(member.name) else None
                if file is None:
                    raise BackupError(
                        f"{path} is no backup of Human Baseline: it holds {member.name[:80]!r}."
                    )
                yield member.name, file
        while packed.read(CHUNK):  # gzip's own checksum stands at the very end
            pass


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    """Turn what reading a broken file raises into one error."""
    try:
        yield
    except (tarfile.TarError, zlib.error, EOFError, OSError, UnicodeDecodeError) as error:
        raise BackupError(f"{path} cannot be read ({error}): it is damaged, or no backup.") from error


def _read_through(file: IO[bytes], kept: Path | None) -> str:
    """Read the file to its end, copy it if it is to be kept, and return its SHA-256."""
    reader = _Hashing(file)
    with kept.open("wb") if kept else nullcontext() as copy:
        while chunk := reader.read(CHUNK):
            if copy is not None:
                copy.write(chunk)
    return reader.hexdigest()


def _expected(name: str) -> bool:
    if name in (SUMS, MANIFEST, *DATABASES.values()):
        return True
    parts = PurePosixPath(name).parts
    return name.startswith(IMAGES) and name == "/".join(parts) and len(parts) > 1 and ".." not in parts


def _sum_line(digest: str, name: str) -> str:
    return f"{digest}  {name}\n"


def _first_difference(found: list[str], claimed: str) -> str:
    """Name the first file whose checksum is another, or that was added or lost."""
    lines = claimed.splitlines(keepends=True)
    for position, line in enumerate(found):
        if position >= len(lines) or lines[position] != line:
            return line.partition("  ")[2].strip()
    return SUMS


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class _Hashing:
    """A file that is read once, and its SHA-256 when that is done."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        chunk = self._file.read(size)
        self._digest.update(chunk)
        return chunk

    def hexdigest(self) -> str:
        return self._digest.hexdigest()
