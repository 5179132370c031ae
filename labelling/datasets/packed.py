"""Files that may be packed with gzip, and how much a packed file may promise."""

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from labelling.errors import DatasetError

GZIP_MAGIC = b"\x1f\x8b"
BLOCK = 1 << 20
# Real images shrink by a factor of two to ten. A file that promises this much more is a bomb, or blank.
SUSPICIOUS_RATIO = 100
SUSPICIOUS_BYTES = 64 << 20


def is_gzip(path: Path) -> bool:
    """Tell by content, not by name: browsers unpack a .gz and keep its name."""
    with path.open("rb") as file:
        return file.read(2) == GZIP_MAGIC


def opened(path: Path) -> BinaryIO:
    """Open a file for reading its bytes, unpacked where it is packed."""
    return gzip.open(path, "rb") if is_gzip(path) else path.open("rb")  # type: ignore[return-value]


def refuse_bomb(path: Path) -> None:
    """Unpack a packed file as far as one may trust it, and raise DatasetError where it goes on beyond."""
    with damage_named(path):
        if not is_gzip(path):
            return
        on_disk = path.stat().st_size
        unpacked = 0
        with opened(path) as file:
            while block := file.read(BLOCK):
                unpacked += len(block)
                if is_suspicious(promised=unpacked, on_disk=on_disk):
                    raise DatasetError(f"{path} has {on_disk} bytes and unpacks to {unpacked}: a gzip bomb.")


def is_suspicious(*, promised: int, on_disk: int) -> bool:
    """Tell whether so many bytes on disk can hardly hold what is promised."""
    return promised > SUSPICIOUS_BYTES and promised > SUSPICIOUS_RATIO * on_disk


@contextmanager
def damage_named(path: Path) -> Iterator[None]:
    """Turn what goes wrong while the file is read into a DatasetError that names it."""
    try:
        yield
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise DatasetError(f"{path} is a damaged gzip file ({error}). Fetch it again.") from error
    except OSError as error:
        raise DatasetError(f"{path} cannot be read: {error.strerror or error}.") from error
