"""Reads a pickle of plain values and arrays of bytes, and nothing else: no code of the file is ever run.

The file's instructions are listed and checked before the first is carried out. The three names by which NumPy
pickles an array stand for classes of this module; every other name is refused.
"""

import io
import pickle
import pickletools
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labelling.errors import DatasetError

LARGEST_FILE = 512 << 20
# What builds dicts, lists, tuples, texts, bytes, whole numbers and arrays. Persistent ids, extensions, other
# objects and buffers outside the file are not among it.
_INSTRUCTIONS = """
    PROTO FRAME STOP MARK POP NONE NEWTRUE NEWFALSE INT BININT BININT1 BININT2 LONG1
    STRING BINSTRING SHORT_BINSTRING BINBYTES SHORT_BINBYTES BINBYTES8 UNICODE BINUNICODE SHORT_BINUNICODE
    EMPTY_DICT DICT SETITEM SETITEMS EMPTY_LIST LIST APPEND APPENDS EMPTY_TUPLE TUPLE TUPLE1 TUPLE2 TUPLE3
    PUT BINPUT LONG_BINPUT MEMOIZE GET BINGET LONG_BINGET GLOBAL STACK_GLOBAL REDUCE BUILD
"""
_PLAIN = frozenset(_INSTRUCTIONS.split())
# Tuples within tuples, and values used again and again, make small files that take for ever. An array needs
# five tuples; the files of one array come with one or two values used twice.
_SCARCE = {
    **dict.fromkeys(["TUPLE", "TUPLE1", "TUPLE2", "TUPLE3"], "tuples"),
    **dict.fromkeys(["GET", "BINGET", "LONG_BINGET"], "values used again"),
}
_MOST = 20
_PUTS = frozenset({"PUT", "BINPUT", "LONG_BINPUT"})


class _ByteType:
    """Stands for numpy.dtype, which may be that of unsigned bytes only."""

    def __init__(self, name: str | bytes, _align: object = False, _copy: object = False) -> None:
        if name not in ("u1", b"u1"):
            shown = repr(name[:20]) if isinstance(name, str | bytes) else "that have no name"
            raise pickle.UnpicklingError(f"numbers of type {shown}; unsigned bytes (u1) are needed")

    def __setstate__(self, state: object) -> None:
        """Take note of nothing: a byte has neither an order nor fields."""


class _Array:
    """Stands for numpy.ndarray, and is filled from the bytes in the file."""

    def __init__(self) -> None:
        self.pixels: NDArray[np.uint8] | None = None

    def __setstate__(self, state: Any) -> None:
        if not isinstance(state, tuple) or len(state) != 5:
            raise pickle.UnpicklingError("an array's state has five parts")
        _version, shape, kind, column_first, content = state
        if not isinstance(kind, _ByteType) or not isinstance(content, bytes) or column_first:
            raise pickle.UnpicklingError("an array that is not one of bytes, row by row")
        if not isinstance(shape, tuple) or not all(type(side) is int and side >= 0 for side in shape):
            raise pickle.UnpicklingError("an array whose shape is no row of whole numbers")
        if int(np.prod(shape, dtype=object)) != len(content):
            raise pickle.UnpicklingError(f"an array of shape {str(shape)[:60]} in {len(content)} bytes")
        self.pixels = np.frombuffer(content, dtype=np.uint8).reshape(shape)


class _Reconstruct:
    """Stands for the function of that name, which makes an empty array to be filled.

    It is a class, so that no instruction of the file can set its attributes.
    """

    def __new__(cls, kind: object, _shape: object, _code: object) -> Any:
        if kind is not _Array:
            raise pickle.UnpicklingError("an array that is none of NumPy's own")
        return _Array()

    def __setstate__(self, state: object) -> None:
        """Never called: there is no object of this class."""


_NAMES: dict[tuple[str, str], type] = {
    ("numpy.core.multiarray", "_reconstruct"): _Reconstruct,
    ("numpy._core.multiarray", "_reconstruct"): _Reconstruct,
    ("numpy", "ndarray"): _Array,
    ("numpy", "dtype"): _ByteType,
}


class _Unpickler(pickle.Unpickler):
    """Knows three names."""

    def find_class(self, module: str, name: str) -> Any:
        """Return what stands for the name, or refuse it."""
        known = _NAMES.get((module, name))
        if known is None:
            raise pickle.UnpicklingError(f"the name {module}.{name}, which could run code")
        return known


def read_pickle(path: Path) -> dict[str, Any]:
    """Return the dict in a file, its keys as text, its arrays as uint8.

    Raises DatasetError, naming the file and what it holds, for anything but plain values and such arrays.
    """
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise DatasetError(f"{path} is longer than the {LARGEST_FILE} bytes that such a file may have.")
        content = path.read_bytes()
    except OSError as error:
        raise DatasetError(f"{path} cannot be read: {error.strerror or error}.") from error
    try:
        _check_instructions(content)
        value = _Unpickler(io.BytesIO(content), encoding="bytes").load()
    except (
        pickle.UnpicklingError,
        EOFError,
        ValueError,
        TypeError,
        AttributeError,
        IndexError,
        KeyError,
    ) as error:
        raise DatasetError(
            f"{path} is refused, it holds more than plain values or is damaged: {str(error)[:200]}."
        ) from error
    if not isinstance(value, dict):
        raise DatasetError(f"{path} holds no table of names and values, but a {type(value).__name__}.")
    return {_text(key): found.pixels if isinstance(found, _Array) else found for key, found in value.items()}


def _check_instructions(content: bytes) -> None:
    """Refuse any instruction outside the plain ones, and the memory traps among those."""
    scarce: Counter[str] = Counter()
    for count, (instruction, argument, position) in enumerate(pickletools.genops(content)):
        if instruction.name not in _PLAIN:
            raise pickle.UnpicklingError(f"the instruction {instruction.name} at byte {position}")
        # The reader makes room for every number up to the highest under which a value is remembered.
        if instruction.name in _PUTS and int(argument or 0) > count + 1:
            raise pickle.UnpicklingError(f"a value remembered under the number {argument} at byte {position}")
        if kind := _SCARCE.get(instruction.name):
            scarce[kind] += 1
            if scarce[kind] > _MOST:
                raise pickle.UnpicklingError(f"more than {_MOST} {kind}, which such a file does not need")


def _text(key: object) -> str:
    return key.decode("utf-8", "replace") if isinstance(key, bytes) else str(key)
