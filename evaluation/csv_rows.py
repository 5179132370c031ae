"""Rows of a CSV file in batches, plain or gzipped, with the line that each came from."""

from __future__ import annotations

import csv
import gzip
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BufferedReader, BytesIO, TextIOWrapper
from itertools import accumulate, islice
from pathlib import Path
from typing import TYPE_CHECKING, TextIO, TypeAlias

from evaluation.errors import BadFile, listed

if TYPE_CHECKING:
    from _csv import Reader

_GZIP_MAGIC = b"\x1f\x8b"
#: Rows of one batch. So few that Python's garbage collector, which starts at 700 new objects, has nothing to
#: do: with larger batches it takes more time than the reading.
BATCH_ROWS = 500
_LINE_END = re.compile("\r\n|\r|\n")


@dataclass(frozen=True)
class NamedBytes:
    """A file's contents in memory, to be read as the file itself.

    Parameters
    ----------
    name : str
        The file's name, for messages.
    content : bytes
        All of it.
    """

    name: str
    content: bytes = field(repr=False)

    def open(self, _mode: str) -> BufferedReader:
        """Open the contents for reading."""
        return BufferedReader(BytesIO(self.content))

    def __str__(self) -> str:
        return self.name


File: TypeAlias = str | Path | NamedBytes


@dataclass(frozen=True)
class Batch:
    """Some rows of a file, by column.

    Parameters
    ----------
    columns : dict of str to tuple of str
        The wanted columns that the file has.
    lines : list of int
        Line in the file of every row; the header is line 1. A row over several lines has the number of its
        last.
    """

    columns: dict[str, tuple[str, ...]]
    lines: list[int]


def read_batches(
    path: File, wanted: Mapping[str, Sequence[str]], optional: Mapping[str, Sequence[str]] | None = None
) -> Iterator[Batch]:
    """Read the wanted columns of a CSV file, batch by batch.

    Commas between, UTF-8 with or without byte-order mark, any line ends, gzip known by its first bytes. Blank
    lines are passed over. The file is never in memory as a whole.

    Parameters
    ----------
    path : str, Path or NamedBytes
        The file.
    wanted : mapping of str to sequence of str
        What a column is called here, and the names it may have in the header. Names are compared without
        case.
    optional : mapping of str to sequence of str, optional
        The same, for columns that may be missing.

    Yields
    ------
    Batch
        Up to `BATCH_ROWS` rows.

    Raises
    ------
    BadFile
        If the file cannot be read, is empty or has only a header, lacks a column, or has a row of another
        length.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "labels.csv"
    >>> _ = path.write_text("task,label\\n1,cat\\n")
    >>> next(read_batches(path, {"item": ("item", "task"), "label": ("label",)})).columns
    {'item': ('1',), 'label': ('cat',)}
    """
    with _reading(path) as reader:
        header = _header(reader, str(path))
        places = _places(header, wanted, str(path))
        places |= _places(header, optional or {}, str(path), required=False)
        yield from _batches(reader, str(path), places, len(header))


def read_header(path: File) -> list[str]:
    """Give the names in the first row of a CSV file.

    Parameters
    ----------
    path : str, Path or NamedBytes
        The file, as for `read_batches`.

    Returns
    -------
    list of str
        Without blanks around the names.

    Raises
    ------
    BadFile
        If the file cannot be read or is empty.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "labels.csv"
    >>> _ = path.write_text("task, label\\n1,cat\\n")
    >>> read_header(path)
    ['task', 'label']
    """
    with _reading(path) as reader:
        return _header(reader, str(path))


@contextmanager
def _reading(file: File) -> Iterator[Reader]:
    """Open a file for the csv module, and say where it cannot be read."""
    path = file if isinstance(file, NamedBytes) else Path(file)
    name, reader = str(path), None
    try:
        with path.open("rb") as raw, _decoded(raw) as text:
            reader = csv.reader(text, strict=True)
            yield reader
    except csv.Error as error:
        line = reader.line_num if reader else None
        raise BadFile(f"it is not valid CSV ({error}). Check the quotes.", file=name, line=line) from error
    except UnicodeDecodeError as error:
        line = _undecodable_line(path)
        raise BadFile("it is not UTF-8. Save the file as UTF-8.", file=name, line=line) from error
    except (OSError, EOFError, zlib.error) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise BadFile(f"it cannot be read ({reason}). Check the name and the file.", file=name) from error


def _decoded(raw: BufferedReader) -> TextIO:
    # Looked at and not read, since a pipe cannot be opened twice.
    packed = raw.peek(len(_GZIP_MAGIC)).startswith(_GZIP_MAGIC)
    # newline="" leaves line ends to the csv module, as it asks for.
    if packed:
        return gzip.open(raw, "rt", encoding="utf-8-sig", newline="")
    return TextIOWrapper(raw, encoding="utf-8-sig", newline="")


def _undecodable_line(path: Path | NamedBytes) -> int | None:
    with path.open("rb") as raw:
        packed = raw.read(len(_GZIP_MAGIC)) == _GZIP_MAGIC
    with gzip.open(path.open("rb")) if packed else path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                return number
    return None


def _header(reader: Reader, name: str) -> list[str]:
    header = next(reader, None)
    if not header or not any(cell.strip() for cell in header):
        raise BadFile("it has no header. The first line must name the columns.", file=name, line=1)
    return [cell.strip() for cell in header]


def _places(
    header: Sequence[str], wanted: Mapping[str, Sequence[str]], file: str, *, required: bool = True
) -> dict[str, int]:
    lowered = [cell.lower() for cell in header]
    places = {}
    for column, names in wanted.items():
        found = [place for place, cell in enumerate(lowered) if cell in {name.lower() for name in names}]
        if len(found) > 1:
            both = listed([header[place] for place in found])
            raise BadFile(f"{both} all mean {column!r}. Keep one of them.", file=file, line=1, column=column)
        if not found and required:
            raise BadFile(
                f"there is no column {' or '.join(map(repr, names))}; the header has {listed(header)}.",
                file=file, line=1, column=column,
            )  # fmt: skip
        if found:
            places[column] = found[0]
    return places


def _batches(reader: Reader, file: str, places: Mapping[str, int], width: int) -> Iterator[Batch]:
    empty = True
    while True:
        before = reader.line_num
        rows = list(islice(reader, BATCH_ROWS))
        if not rows:
            break
        lines = list(range(before + 1, reader.line_num + 1))
        # Nearly always one row a line, all of one width: looking closer at each row would double the time.
        if len(lines) != len(rows):
            lines = _last_lines(rows, before)
        if set(map(len, rows)) != {width}:
            rows, lines = _full_rows(rows, lines, file, width)
        if rows:
            empty = False
            columns = list(zip(*rows, strict=True))
            yield Batch({column: columns[place] for column, place in places.items()}, lines)
    if empty:
        raise BadFile("it has a header and no rows.", file=file, line=1)


def _last_lines(rows: Sequence[Sequence[str]], before: int) -> list[int]:
    """Number the rows where some of them go over several lines."""
    steps = (1 + sum(len(_LINE_END.findall(cell)) for cell in row) for row in rows)
    return [before + line for line in accumulate(steps)]


def _full_rows(
    rows: Sequence[list[str]], lines: Sequence[int], file: str, width: int
) -> tuple[list[list[str]], list[int]]:
    """Leave out blank lines, and refuse rows of another width."""
    for row, line in zip(rows, lines, strict=True):
        if row and len(row) != width:
            raise BadFile(
                f"the row has {len(row)} fields and the header {width}. Check the commas and quotes.",
                file=file,
                line=line,
                value=",".join(row),
            )
    return [row for row in rows if row], [line for row, line in zip(rows, lines, strict=True) if row]
