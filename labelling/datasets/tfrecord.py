"""TFRecord, TensorFlow's file of records: each with its length, and a checksum of both.

No length is believed before its own checksum and the file's size agree with it.
"""

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from labelling.datasets.crc32c import crc32c, crc32c_of_each, masked
from labelling.errors import DatasetError

# Little-endian: the length and its sum, then after the data the data's sum.
_HEADER = struct.Struct("<QI")
_FOOTER = struct.Struct("<I")
_BLOCK = 1 << 20
LARGEST_RECORD = 64 << 20


class Record(NamedTuple):
    """A record, and where it begins in its file."""

    offset: int
    data: bytes


def read_records(path: Path) -> Iterator[Record]:
    """Yield the records in order; every checksum is compared before its record is handed over.

    Raises DatasetError naming the file and the offset of the record that is wrong.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            batch: list[tuple[Record, int]] = []
            held = 0
            while (record := _next(file, path, size)) is not None:
                batch.append(record)
                held += len(record[0].data)
                if held >= _BLOCK:
                    yield from _checked(batch, path)
                    batch, held = [], 0
            yield from _checked(batch, path)
    except OSError as error:
        raise DatasetError(f"{path} cannot be read: {error.strerror or error}.") from error


def record_at(path: Path, offset: int) -> Record:
    """Return the record that begins at the offset, where `read_records` found it and compared its sum."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            file.seek(offset)
            record = _next(file, path, size)
    except OSError as error:
        raise DatasetError(f"{path} cannot be read: {error.strerror or error}.") from error
    if record is None:
        raise DatasetError(f"{path} has become shorter while it was read. Import it again.")
    return record[0]


def _next(file: BinaryIO, path: Path, size: int) -> tuple[Record, int] | None:
    offset = file.tell()
    header = file.read(_HEADER.size)
    if not header:
        return None
    if len(header) < _HEADER.size:
        raise DatasetError(
            f"{path} is truncated: it ends within the header of the record at offset {offset}."
        )
    length, stored = _HEADER.unpack(header)
    if masked(crc32c(header[:8])) != stored:
        raise DatasetError(
            f"{path}: the length of the record at offset {offset} does not fit its checksum. "
            "The file is damaged or no TFRecord; prepare it again."
        )
    left = size - file.tell() - _FOOTER.size
    if length > left:
        raise DatasetError(
            f"{path} is truncated: the record at offset {offset} claims {length} bytes, "
            f"{max(left, 0)} are left."
        )
    if length > LARGEST_RECORD:
        raise DatasetError(
            f"{path}: the record at offset {offset} has {length} bytes; the largest read is {LARGEST_RECORD}."
        )
    data = file.read(length)
    footer = file.read(_FOOTER.size)
    if len(data) < length or len(footer) < _FOOTER.size:
        raise DatasetError(f"{path} has become shorter while it was read. Import it again.")
    return Record(offset, data), _FOOTER.unpack(footer)[0]


def _checked(batch: list[tuple[Record, int]], path: Path) -> Iterator[Record]:
    sums = crc32c_of_each([record.data for record, _ in batch]).tolist()
    for (record, stored), computed in zip(batch, sums, strict=True):
        if masked(computed) != stored:
            raise DatasetError(
                f"{path}: the record at offset {record.offset} has the wrong checksum: {stored:08x} is "
                f"stored, {masked(computed):08x} is right. The file is damaged; prepare it again."
            )
        yield record
