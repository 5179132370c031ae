"""Files that may be packed with gzip, and how much a packed file may promise."""

import gzip
from pathlib import Path
from typing import BinaryIO

GZIP_MAGIC = b"\x1f\x8b"
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


def is_suspicious(*, promised: int, on_disk: int) -> bool:
    """Tell whether so many bytes on disk can hardly hold what is promised."""
    return promised > SUSPICIOUS_BYTES and promised > SUSPICIOUS_RATIO * on_disk
