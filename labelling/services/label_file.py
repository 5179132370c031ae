"""A file of labels, read against a study's sample: all of it is right, or its first fault is told."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from evaluation import BadFile
from evaluation.categories import CategoryIndex
from evaluation.csv_rows import read_batches, read_header
from evaluation.errors import shortened
from evaluation.label_files import Truth, label_chunks, refuse_doubles
from evaluation.render.csv import defused
from labelling.errors import LabelFileError

_TIME = "submitted_at"
_MOST_RESPONSE_MS = 2_147_483_647  # what the column holds
_LONGEST_NAME = 64  # what the column holds; a test compares the two
# Labels have no times before there were computers to give them at, nor later than clocks may differ by.
_EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
_CLOCKS_DIFFER = timedelta(days=1)
_E_MAIL = re.compile(r"\S+@\S+")
_SIMULATED = re.compile(r"simulated-\d+")  # what a rehearsal calls its people


@dataclass(frozen=True, slots=True)
class FileLabel:
    """One row: the item's index, the annotator's name, the category's position. Unknown times are None."""

    line: int
    item: int
    annotator: str
    category: int
    response_ms: int | None
    submitted_at: datetime | None


def read_label_file(
    *, path: Path, items: Sequence[int], categories: Sequence[str], now: datetime
) -> list[FileLabel]:
    """Read ``item,annotator,label`` (or ``task,worker,label``), and `response_ms` and `submitted_at` if any.

    `items` are the indexes that may be labelled; a category is one of `categories` or its position there.

    Raises
    ------
    LabelFileError
        With file and line: an unknown item or category, a blank, a repeated item and annotator, a time that
        is none or is still to come, an annotator's name that cannot be a pseudonym.
    """
    truth = Truth(
        [str(item) for item in items],
        np.zeros(len(items), dtype=np.int64),
        CategoryIndex(categories, allow_index=True),
    )
    try:
        return _read(path, truth, items, now)
    except BadFile as fault:
        if fault.column == "item" and fault.value is not None:
            raise LabelFileError(
                f"{fault.file}, line {fault.line}: the item {shortened(fault.value)!r} is not in the study's "
                "sample. An item is named by its index in the dataset; the bundle's sample.csv lists them."
            ) from fault
        raise LabelFileError(str(fault)) from fault


def _read(path: Path, truth: Truth, items: Sequence[int], now: datetime) -> list[FileLabel]:
    codes: dict[str, int] = {}
    chunks = list(label_chunks(path, truth, codes))
    names = list(codes)
    item, annotator, category, lines = (
        np.concatenate([getattr(chunk, name) for chunk in chunks])
        for name in ("item_codes", "annotator_codes", "category_codes", "lines")
    )
    refuse_doubles(item, annotator, lines, str(path), names)
    for code, name in enumerate(names):
        _check_name(name, str(path), int(lines[np.argmax(annotator == code)]))
    given = [chunk.response_ms for chunk in chunks if chunk.response_ms is not None]
    response = np.concatenate(given) if given else np.full(len(lines), np.nan)
    times = _moments(path, now + _CLOCKS_DIFFER)
    return [
        FileLabel(
            line=line,
            item=items[place],
            annotator=names[who],
            category=chosen,
            response_ms=_milliseconds(milliseconds, str(path), line),
            submitted_at=times.get(line),
        )
        for line, place, who, chosen, milliseconds in zip(
            lines.tolist(),
            item.tolist(),
            annotator.tolist(),
            category.tolist(),
            response.tolist(),
            strict=True,
        )
    ]


def _check_name(name: str, file: str, line: int) -> None:
    """Refuse a name that is personal data, or that an export could not give back as it is."""
    problem = ""
    if _E_MAIL.search(name):
        problem = "it looks like an e-mail address, and no personal data is stored. Use a number or a code."
    elif _SIMULATED.fullmatch(name):
        problem = (
            "a rehearsal's simulated people have such names, and are never mixed with people. Rename it."
        )
    elif defused(name) != name:
        problem = "a spreadsheet would run it as a formula. Use a number or a code."
    elif len(name) > _LONGEST_NAME:
        problem = f"it is longer than {_LONGEST_NAME} characters. Use a shorter code."
    if problem:
        raise BadFile(problem, file=file, line=line, column="annotator", value=name)


def _milliseconds(value: float, file: str, line: int) -> int | None:
    if np.isnan(value):
        return None
    if value > _MOST_RESPONSE_MS:
        raise BadFile(
            "it is longer than 24 days. Give milliseconds, or leave the cell empty.",
            file=file, line=line, column="response_ms", value=f"{value:.0f}",
        )  # fmt: skip
    return round(value)


def _moments(path: Path, latest: datetime) -> dict[int, datetime]:
    """Return the moments that the file has, by line; none may be later than `latest`."""
    if _TIME not in (name.lower() for name in read_header(path)):
        return {}
    return {
        line: _moment(text.strip(), latest, str(path), line)
        for batch in read_batches(path, {_TIME: (_TIME,)})
        for line, text in zip(batch.lines, batch.columns[_TIME], strict=True)
        if text.strip()
    }


def _moment(text: str, latest: datetime, file: str, line: int) -> datetime:
    try:
        moment: datetime | None = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        problem = "it is no moment with a time zone. Write it like 2026-11-22T12:00:01Z"
    elif moment < _EARLIEST:
        problem = "it is before 1970. Correct it"
    elif moment > latest:
        problem = "it is more than a day later than now. Correct it"
    else:
        return moment
    raise BadFile(f"{problem}, or leave the cell empty.", file=file, line=line, column=_TIME, value=text)
