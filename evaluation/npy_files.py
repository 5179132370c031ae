"""NumPy's npy files: nothing in one is ever unpickled, and its header is checked before it is believed."""

from __future__ import annotations

import io
import math
import tokenize
import warnings
from typing import Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from evaluation.errors import BadFile

MAGIC = b"\x93NUMPY"
#: A header names a type and a shape; more than this is no array of predictions.
LARGEST_HEADER = 10_000
# What numpy raises on headers that nobody's numpy wrote.
_DAMAGE = (
    *(ValueError, TypeError, SyntaxError, tokenize.TokenError, UserWarning),
    *(EOFError, OverflowError, MemoryError, RecursionError),
)


def read_array(content: bytes, file: str) -> NDArray[Any]:
    """Read an array of whole numbers or decimal ones with one or two dimensions.

    Parameters
    ----------
    content : bytes
        A whole ``.npy`` file.
    file : str
        Its name, for messages.

    Returns
    -------
    array
        As it was saved.

    Raises
    ------
    BadFile
        If it is damaged, has a header that is too long, holds Python objects or any other type, has another
        number of dimensions, or another length than its header says.

    Examples
    --------
    >>> saved = io.BytesIO()
    >>> np.save(saved, np.array([1, 0]))
    >>> read_array(saved.getvalue(), "net.npy").tolist()
    [1, 0]
    """
    stream = io.BytesIO(content)
    shape, column_first, dtype = _header(stream, file)
    if dtype.hasobject:
        raise BadFile(
            "it holds Python objects (a pickle), which can run a program when read. Save numbers: "
            "numpy.save(name, numpy.asarray(predictions, dtype=numpy.int64)).",
            file=file,
        )
    if dtype.kind not in "iuf" or dtype.itemsize > 8:
        raise BadFile(
            f"its type is {dtype}. Save categories as whole numbers from 0, or probabilities as decimals.",
            file=file,
        )
    if len(shape) not in (1, 2) or min(shape) < 0:
        raise BadFile(
            f"its shape is {shape}. Save one category an item, or a row an item with a column a category.",
            file=file,
        )
    there, promised = len(content) - stream.tell(), math.prod(shape) * dtype.itemsize
    if there != promised:
        raise BadFile(
            f"its header promises {promised} bytes of numbers for the shape {shape}, and it has {there}. "
            "Save it again.",
            file=file,
        )
    numbers = np.frombuffer(content, dtype=dtype, offset=stream.tell())
    return numbers.reshape(shape, order="F" if column_first else "C")


def _header(stream: io.BytesIO, file: str) -> tuple[tuple[int, ...], bool, np.dtype[np.generic]]:
    """Read type and shape, without making room for what they promise."""
    try:
        version = npy.read_magic(stream)
        read = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}.get(version)
        if read is None:
            raise BadFile(f"it is of version {version}, which numbers do not need. Save it again.", file=file)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            found: tuple[tuple[int, ...], bool, np.dtype[np.generic]] = read(
                stream, max_header_size=LARGEST_HEADER
            )
    except BadFile:
        raise
    except _DAMAGE as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise BadFile(f"its header cannot be read ({reason[:80]}). Save it again.", file=file) from error
    return found
