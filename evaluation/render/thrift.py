"""Thrift's compact protocol, as far as a Parquet file's headers need it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

# What a field may hold: text, a truth value, a 32-bit number as int, a 64-bit one as `Long`, a struct as a
# mapping of field number to value, a list of such.
Value: TypeAlias = "str | bool | int | Long | Struct | Sequence[Value]"
Struct: TypeAlias = "dict[int, Value]"

_TRUE, _FALSE, _I32, _I64, _BINARY, _LIST, _STRUCT = 1, 2, 5, 6, 8, 9, 12
_SHORT_LIST = 15
_BYTE = 0x7F


class Long(int):
    """A number that the format keeps in 64 bits."""


def struct(fields: Struct) -> bytes:
    r"""Write a struct.

    Parameters
    ----------
    fields : mapping of int to value
        Field number to value, in rising order of the numbers.

    Returns
    -------
    bytes
        The struct with its end mark.

    Examples
    --------
    >>> struct({1: 7, 2: "ab"})
    b'\x15\x0e\x18\x02ab\x00'
    """
    written, last = bytearray(), 0
    for number, value in fields.items():
        written.append((number - last) << 4 | _kind(value))
        if not isinstance(value, bool):  # a truth value is its kind
            written += _content(value)
        last = number
    return bytes(written) + b"\x00"


def varint(number: int) -> bytes:
    r"""Write a number from 0 up in groups of seven bits, the lowest first.

    Parameters
    ----------
    number : int
        From 0 up.

    Returns
    -------
    bytes
        All but the last with the highest bit set.

    Examples
    --------
    >>> varint(300)
    b'\xac\x02'
    """
    written = bytearray()
    while number > _BYTE:
        written.append(number & _BYTE | 0x80)
        number >>= 7
    written.append(number)
    return bytes(written)


def _kind(value: Value) -> int:
    if isinstance(value, bool):
        return _TRUE if value else _FALSE
    if isinstance(value, Long):
        return _I64
    if isinstance(value, int):
        return _I32
    if isinstance(value, str):
        return _BINARY
    return _STRUCT if isinstance(value, dict) else _LIST


def _content(value: Value) -> bytes:
    if isinstance(value, int):
        return varint(2 * value if value >= 0 else -2 * value - 1)  # small either side of 0
    if isinstance(value, str):
        encoded = value.encode()
        return varint(len(encoded)) + encoded
    if isinstance(value, dict):
        return struct(value)
    entries = b"".join(map(_content, value))
    kind = _kind(value[0])
    if len(value) < _SHORT_LIST:
        return bytes([len(value) << 4 | kind]) + entries
    return bytes([0xF0 | kind]) + varint(len(value)) + entries
