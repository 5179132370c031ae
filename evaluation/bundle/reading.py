"""A bundle's raw data, read again from its files."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

import numpy as np

from evaluation.array_types import IntArray
from evaluation.bundle.inputs import BundleInputs, LabelRow, SampleRow, table_of
from evaluation.bundle.json_text import parsed
from evaluation.bundle.record import read_record
from evaluation.bundle.source_files import (
    EVENTS,
    IMAGES,
    LABEL_COLUMNS,
    LABELS,
    PREDICTION_COLUMNS,
    PREDICTIONS,
    PROTOCOL,
    SAMPLE,
    SAMPLE_COLUMNS,
    SET_ASIDE,
    SOURCES,
    STUDY,
)
from evaluation.categories import natural_order
from evaluation.errors import BadFile, BadTable
from evaluation.render.csv import defused

# Of an index or a time in milliseconds: more would not fit into 64 bits.
_MOST_DIGITS = 18


def read_bytes(path: Path) -> bytes:
    """Read a file.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    bytes
        Its content.

    Raises
    ------
    BadFile
        If it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadFile(f"it cannot be read ({error.strerror or error}).", file=path.name) from error


def read_inputs(files: Mapping[str, bytes]) -> BundleInputs:
    """Take a bundle's raw data from the contents of its files.

    Parameters
    ----------
    files : mapping of str to bytes
        At least those that every bundle has.

    Returns
    -------
    BundleInputs
        Equal to those that the files were written from.

    Raises
    ------
    BadFile
        With file and line: a row that no bundle has, such as one on an unknown item.
    BadTable
        If files are missing, or do not fit together.
    """
    missing = [name for name in SOURCES if name not in files and name != SET_ASIDE]
    if missing:
        raise BadTable(f"The bundle has no {missing[0]}, from which its figures are computed.")
    record = read_record(_text(files, STUDY))
    protocol = _text(files, PROTOCOL)
    categories = _categories(protocol)
    names = {defused(name): name for name in categories}
    strata = {defused(name): name for name in record.stratum_names}
    sample = sorted(_sample_row(row, line, names, strata) for line, row in _rows(files, SAMPLE))
    items = {row.item for row in sample}
    labels = _label_rows(files, LABELS, names, items)
    return BundleInputs(
        table=table_of(sample, labels, categories, stratified=bool(record.stratum_names)),
        sample=tuple(sample),
        labels=labels,
        record=record,
        protocol=protocol,
        events=files[EVENTS],
        set_aside=_label_rows(files, SET_ASIDE, names, items) if SET_ASIDE in files else (),
        predictions=_predictions(files, names, [row.item for row in sample], categories),
        images=_images(files, items),
    )


def _text(files: Mapping[str, bytes], name: str) -> str:
    try:
        return files[name].decode()
    except UnicodeDecodeError as error:
        line = files[name].count(b"\n", 0, error.start) + 1
        raise BadFile("it is not UTF-8.", file=name, line=line) from error


def _categories(protocol: str) -> list[str]:
    """Take the categories from a protocol that has the shape on which every reader of it relies."""
    document = parsed(protocol, PROTOCOL)
    if not isinstance(document, dict):
        raise BadFile("it is no JSON object.", file=PROTOCOL)
    for name in ("study", "dataset", "protocol"):
        if not isinstance(document.get(name), dict):
            raise BadFile(f"it has no object {name!r}.", file=PROTOCOL)
    sample = document.get("sample")
    if not isinstance(sample, list) or not all(type(item) is int for item in sample):
        raise BadFile("it has no list 'sample' of whole numbers.", file=PROTOCOL)
    categories = document["dataset"].get("categories")
    entries = categories if isinstance(categories, list) else [None]
    names = [entry["name"] for entry in entries if isinstance(entry, dict) and "name" in entry]
    if len(names) != len(entries) or not all(isinstance(name, str) for name in names):
        raise BadFile("it does not name the dataset's categories.", file=PROTOCOL)
    return names


def _rows(files: Mapping[str, bytes], name: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of a table with their lines, once its header is what it must be."""
    reader = csv.reader(io.StringIO(_text(files, name), newline=""), strict=True)
    wanted = [list(PREDICTION_COLUMNS if name.startswith(f"{PREDICTIONS}/") else LABEL_COLUMNS)]
    if name == SAMPLE:
        wanted = [list(SAMPLE_COLUMNS), [*SAMPLE_COLUMNS, "stratum"]]
    try:
        header = next(reader, [])
        if header not in wanted:
            raise BadFile(f"the header must be {','.join(wanted[0])}.", file=name, line=1)
        for row in reader:
            if len(row) != len(header):
                problem = f"it has {len(row)} cells and must have {len(header)}."
                raise BadFile(problem, file=name, line=reader.line_num)
            yield reader.line_num, row
    except csv.Error as error:
        raise BadFile(f"it is not CSV ({error}).", file=name, line=reader.line_num) from error


def _sample_row(
    row: Sequence[str], line: int, categories: Mapping[str, str], strata: Mapping[str, str]
) -> SampleRow:
    stratum = ""
    if len(row) > len(SAMPLE_COLUMNS):
        stratum = _known(row[3], strata, SAMPLE, line, "stratum")
    truth = _known(row[1], categories, SAMPLE, line, "truth")
    return SampleRow(_index(row[0], SAMPLE, line, "item"), truth, row[2], stratum)


def _label_rows(
    files: Mapping[str, bytes], name: str, categories: Mapping[str, str], items: set[int]
) -> tuple[LabelRow, ...]:
    """Take the labels of a file in the order that they must have."""
    rows = [_label_row(row, name, line, categories, items) for line, row in _rows(files, name)]
    rank = {who: place for place, who in enumerate(natural_order({row.annotator for row in rows}))}
    rows.sort(key=lambda row: (row.item, rank[row.annotator]))
    return tuple(rows)


def _label_row(
    row: Sequence[str], file: str, line: int, categories: Mapping[str, str], items: set[int]
) -> LabelRow:
    item = _index(row[0], file, line, "item")
    if item not in items:
        raise BadFile("the item is not in sample.csv.", file=file, line=line, column="item", value=row[0])
    response = _index(row[3], file, line, "response_ms") if row[3] else None
    label = _known(row[2], categories, file, line, "label")
    return LabelRow(item, row[1], label, response, _moment(row[4], file, line))


def _predictions(
    files: Mapping[str, bytes], names: Mapping[str, str], items: Sequence[int], categories: Sequence[str]
) -> dict[str, IntArray]:
    """Take the machines' predictions, of which each must be for exactly the sample, in its order."""
    code_of = {name: code for code, name in enumerate(categories)}
    made = {}
    for file in files:
        if not file.startswith(f"{PREDICTIONS}/"):
            continue
        rows = list(_rows(files, file))
        found = [_index(row[0], file, line, "item") for line, row in rows]
        if found != list(items):
            raise BadFile("its items are not those of sample.csv, in their order.", file=file)
        codes = [code_of[_known(row[1], names, file, line, "label")] for line, row in rows]
        made[file.removeprefix(f"{PREDICTIONS}/").removesuffix(".csv")] = np.array(codes, dtype=np.int64)
    return dict(sorted(made.items()))


def _images(files: Mapping[str, bytes], items: set[int]) -> dict[str, bytes]:
    """Take the images that the report shows, each of a sampled item."""
    made = {}
    for file in files:
        if not file.startswith(f"{IMAGES}/"):
            continue
        item = file.removeprefix(f"{IMAGES}/").removesuffix(".png")
        if not item.isdecimal() or int(item) not in items or file != f"{IMAGES}/{int(item)}.png":
            raise BadFile("it is named as no item of sample.csv.", file=file)
        made[item] = files[file]
    return dict(sorted(made.items(), key=lambda entry: int(entry[0])))


def _known(text: str, names: Mapping[str, str], file: str, line: int, column: str) -> str:
    if text not in names:
        raise BadFile("it is none that the study has.", file=file, line=line, column=column, value=text)
    return names[text]


def _moment(text: str, file: str, line: int) -> str:
    try:
        if text.endswith("Z") and datetime.fromisoformat(text):
            return text
    except ValueError:
        pass  # told below, as what has no time zone is
    problem = "it is no moment in UTC, as 2026-11-22T12:00:00.000000Z is."
    raise BadFile(problem, file=file, line=line, column="submitted_at", value=text)


def _index(text: str, file: str, line: int, column: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS):
        problem = "it is no whole number, or too large a one."
        raise BadFile(problem, file=file, line=line, column=column, value=text)
    return int(text)
