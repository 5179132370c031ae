"""Columns as a Parquet file: the same bytes for the same columns, with any version of any library.

A library writes its own version and its own choice of pages into the file. A bundle is compared byte for byte
by readers who have another version, so the file is written here: uncompressed, text as a dictionary with
bit-packed codes, numbers plain, one page a column in every group of rows.

Format: https://github.com/apache/parquet-format
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from evaluation.array_types import IntArray
from evaluation.render.thrift import Long, Struct, struct, varint

#: Rows of one group; a reader may take a group at a time.
GROUP_ROWS = 1_000_000

_MAGIC = b"PAR1"
_CREATED_BY = "human-baseline version 1.0.0"  # of this writer; it changes only with the bytes
_INT64, _BYTE_ARRAY = 2, 6
_REQUIRED, _OPTIONAL = 0, 1
_PLAIN, _RLE, _DICTIONARY = 0, 3, 8
_DATA_PAGE, _DICTIONARY_PAGE = 0, 2
_UTF8, _MICROSECONDS = 0, 10
_NO_COMPRESSION = 0


@dataclass(frozen=True, eq=False)
class Column:
    """A column.

    Parameters
    ----------
    name : str
        Its name.
    kind : {'integer', 'text', 'moment'}
        A moment is in microseconds since 1970 in UTC.
    values : int array, shape (L,)
        Numbers, moments, or codes into `names`.
    names : sequence of str
        The texts by code.
    known : bool array, shape (L,), or None
        Where there is a value; None where there always is one.
    """

    name: str
    kind: Literal["integer", "text", "moment"]
    values: IntArray
    names: Sequence[str] = ()
    known: np.ndarray[tuple[int], np.dtype[np.bool_]] | None = None


def parquet_bytes(columns: Sequence[Column], group_rows: int = GROUP_ROWS) -> bytes:
    """Write columns as a Parquet file.

    Parameters
    ----------
    columns : sequence of Column
        One or more, of equal length L.
    group_rows : int
        Most rows of one group.

    Returns
    -------
    bytes
        The file.

    Examples
    --------
    >>> written = parquet_bytes([Column("item", "integer", np.array([1, 2]))])
    >>> written[:4], written[-4:]
    (b'PAR1', b'PAR1')
    """
    rows = len(columns[0].values)
    written = bytearray(_MAGIC)
    groups: list[Struct] = []
    for first in range(0, max(rows, 1), group_rows):  # one group at least: some readers want one
        part = slice(first, min(first + group_rows, rows))
        begin = len(written)
        chunks = [_chunk(written, column, part) for column in columns]
        size = Long(len(written) - begin)
        groups.append({1: chunks, 2: size, 3: Long(part.stop - part.start)})
    schema: list[Struct] = [{4: "labels", 5: len(columns)}, *map(_element, columns)]
    metadata: Struct = {1: 2, 2: schema, 3: Long(rows), 4: groups, 6: _CREATED_BY}
    footer = struct(metadata)
    return bytes(written) + footer + len(footer).to_bytes(4, "little") + _MAGIC


def _element(column: Column) -> Struct:
    """Say what a column is; the older and the newer way of saying it, for older and newer readers."""
    element: Struct = {
        1: _BYTE_ARRAY if column.kind == "text" else _INT64,
        3: _REQUIRED if column.known is None else _OPTIONAL,
        4: column.name,
    }
    if column.kind == "text":
        return {**element, 6: _UTF8, 10: {1: {}}}
    if column.kind == "moment":
        return {**element, 6: _MICROSECONDS, 10: {8: {1: True, 2: {2: {}}}}}
    return element


def _chunk(written: bytearray, column: Column, part: slice) -> Struct:
    """Append a column's pages, and return where they stand."""
    begin = len(written)
    values = column.values[part]
    levels = b""
    if column.known is not None:
        known = column.known[part]
        packed = _bit_packed(known.astype(np.int64), 1)
        levels = len(packed).to_bytes(4, "little") + packed
        values = values[known]
    metadata: Struct = {
        1: _INT64,
        2: [_PLAIN, _RLE],
        3: [column.name],
        4: _NO_COMPRESSION,
        5: Long(part.stop - part.start),
    }
    encoding, body = _PLAIN, np.ascontiguousarray(values, dtype="<i8").tobytes()
    if column.kind == "text":
        width = max(len(column.names) - 1, 1).bit_length()
        encoding, body = _DICTIONARY, bytes([width]) + _bit_packed(values, width)
        metadata |= {1: _BYTE_ARRAY, 2: [_PLAIN, _RLE, _DICTIONARY]}
        texts = b"".join(len(name.encode()).to_bytes(4, "little") + name.encode() for name in column.names)
        written += _page(_DICTIONARY_PAGE, texts, {7: {1: len(column.names), 2: _PLAIN}})
    data = len(written)
    header: Struct = {5: {1: part.stop - part.start, 2: encoding, 3: _RLE, 4: _RLE}}
    written += _page(_DATA_PAGE, levels + body, header)
    size = Long(len(written) - begin)
    metadata |= {6: size, 7: size, 9: Long(data)}
    if column.kind == "text":
        metadata[11] = Long(begin)
    return {2: Long(begin), 3: metadata}


def _page(kind: int, body: bytes, header: Struct) -> bytes:
    return struct({1: kind, 2: len(body), 3: len(body), **header}) + body


def _bit_packed(values: IntArray, width: int) -> bytes:
    """Pack small numbers, each in `width` bits, the lowest bit first, as one run of groups of eight."""
    groups = -(-len(values) // 8)
    padded = np.zeros(8 * groups, dtype=np.int64)
    padded[: len(values)] = values
    bits = (padded[:, np.newaxis] >> np.arange(width)).astype(np.uint8) & 1
    return varint(groups << 1 | 1) + np.packbits(bits, bitorder="little").tobytes()
