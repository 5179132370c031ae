"""Labels and ground truth from CSV files, each fault told with its line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from evaluation.array_types import FloatArray, IntArray
from evaluation.categories import CategoryIndex, natural_order
from evaluation.cells import ITEM_NAMES, MISSING, Lookup, check_item, is_number, refuse_unknown
from evaluation.counting import accumulated_counts
from evaluation.csv_rows import Batch, read_batches
from evaluation.errors import BadFile, BadTable, listed
from evaluation.label_table import LabelTable
from evaluation.progress import Progress, silent

_LABEL_COLUMNS = {"item": ITEM_NAMES, "annotator": ("annotator", "worker"), "label": ("label",)}
_TRUTH_COLUMNS = {"item": ITEM_NAMES, "label": ("label", "truth")}
_STRATUM_COLUMN = {"stratum": ("stratum",)}


@dataclass(frozen=True)
class Truth:
    """Ground truth as read from a file.

    Parameters
    ----------
    items : list of str
        Item ids in the order of the file.
    codes : int array, shape (N,)
        Their categories.
    index : CategoryIndex
        The list of categories.
    strata : list of str, optional
        The stratum of every item, where the file has such a column.
    """

    items: list[str]
    codes: IntArray
    index: CategoryIndex
    strata: list[str] | None = None


@dataclass(frozen=True)
class LabelChunk:
    """Some labels of a file as codes.

    Parameters
    ----------
    item_codes, annotator_codes, category_codes : int arrays, shape (C,)
        One entry a label; annotators are numbered in the order of first sight.
    response_ms : float array, shape (C,), or None
        Milliseconds, nan where the cell is empty; None where the file has no such column.
    lines : int array, shape (C,)
        Line of every label.
    """

    item_codes: IntArray
    annotator_codes: IntArray
    category_codes: IntArray
    response_ms: FloatArray | None
    lines: IntArray


def read_truth(path: str | Path, categories: Sequence[str] | None = None) -> Truth:
    """Read the ground truth of every item.

    Parameters
    ----------
    path : str or Path
        CSV with the header ``item,label``; also ``task,label`` and ``item,truth``. A column ``stratum``
        divides the items. Blanks around values are dropped.
    categories : sequence of str, optional
        The categories in the dataset's order; the file may then hold names or indexes. Without it the list is
        what the file holds, sorted.

    Returns
    -------
    Truth
        In the order of the file.

    Raises
    ------
    BadFile
        With file, line, column and value: a blank item or stratum, a category outside the list, an item that
        stands twice.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "truth.csv"
    >>> _ = path.write_text("item,label\\n1,cat\\n2,dog\\n")
    >>> truth = read_truth(path)
    >>> truth.items, truth.codes.tolist(), truth.index.names
    (['1', '2'], [0, 1], ('cat', 'dog'))
    """
    lines: dict[str, int] = {}
    names: list[str] = []
    strata: list[str] = []
    for batch in read_batches(path, _TRUTH_COLUMNS, _STRATUM_COLUMN):
        for item, name, line in zip(batch.columns["item"], batch.columns["label"], batch.lines, strict=True):
            check_item(item.strip(), lines, str(path), line)
            lines[item.strip()] = line
            names.append(name.strip())
        strata += map(str.strip, batch.columns.get("stratum", ()))
    _check_strata(strata, list(lines.values()), str(path))
    if categories is None:
        for name, line in zip(names, lines.values(), strict=True):
            if name.lower() in MISSING:
                raise BadFile(
                    "the ground truth is missing. Give a category for every item.",
                    file=str(path), line=line, column="label", value=name,
                )  # fmt: skip
        categories, given = natural_order(set(names)), False
    else:
        given = True
    index = CategoryIndex(categories, allow_index=given)
    lookup = Lookup(index.code)
    codes = lookup.codes(names)
    refuse_unknown(codes, names, list(lines.values()), str(path), "label", index.refusal())
    return Truth(list(lines), codes, index, strata or None)


def label_chunks(
    path: str | Path, truth: Truth, annotators: dict[str, int], drop: Iterable[str] = ()
) -> Iterator[LabelChunk]:
    """Read labels as codes, chunk by chunk, so that a file larger than memory can be counted.

    Parameters
    ----------
    path : str or Path
        CSV with the header ``item,annotator,label``; also ``task,worker,label``. A column ``response_ms`` is
        read, others are passed over. Plain or gzip.
    truth : Truth
        Names the items and categories.
    annotators : dict of str to int
        Filled with the code of every annotator that is met.
    drop : iterable of str
        Annotators whose labels are left out, once they are checked like the others.

    Yields
    ------
    LabelChunk
        In the order of the file.

    Raises
    ------
    BadFile
        With file, line, column and value: an unknown item, a category outside the list, a blank annotator, a
        time that is not a number from 0 up.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "labels.csv"
    >>> _ = path.write_text("item,annotator,label\\n1,ann,cat\\n1,bob,dog\\n")
    >>> truth = Truth(["1"], np.array([0]), CategoryIndex(["cat", "dog"], allow_index=False))
    >>> [chunk.category_codes.tolist() for chunk in label_chunks(path, truth, {})]
    [[0, 1]]
    """
    known = {item: code for code, item in enumerate(truth.items)}
    items, categories = Lookup(known.get), Lookup(truth.index.code)

    def annotator_code(name: str) -> int | None:
        return annotators.setdefault(name, len(annotators)) if name else None

    people = Lookup(annotator_code)
    dropped = {name.strip() for name in drop}
    optional = {"response_ms": ("response_ms",)}
    for batch in read_batches(path, _LABEL_COLUMNS, optional):
        chunk = _coded(batch, items, people, categories, str(path), truth)
        gone = [annotators[name] for name in dropped if name in annotators]
        yield _without(chunk, gone) if gone else chunk


def read_table(
    labels: str | Path,
    truth: str | Path,
    categories: Sequence[str] | None = None,
    drop_annotators: Sequence[str] = (),
    progress: Progress = silent,
) -> LabelTable:
    """Read labels and ground truth from two files.

    Parameters
    ----------
    labels, truth : str or Path
        As for `label_chunks` and `read_truth`.
    categories : sequence of str, optional
        The categories in the dataset's order.
    drop_annotators : sequence of str
        Annotators whose labels are left out.
    progress : callable
        Told of every chunk; the total is 0, since the length of the file is not known.

    Returns
    -------
    LabelTable
        In canonical order.

    Raises
    ------
    BadFile
        As for `label_chunks` and `read_truth`; also for an annotator with two labels on one item.
    BadTable
        If an annotator to drop has no label.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "labels.csv").write_text("item,annotator,label\\n1,ann,cat\\n1,bob,dog\\n")
    >>> _ = (folder / "truth.csv").write_text("item,label\\n1,cat\\n2,dog\\n")
    >>> read_table(folder / "labels.csv", folder / "truth.csv").counts.tolist()
    [[1, 1], [0, 0]]
    """
    known = read_truth(truth, categories)
    annotators: dict[str, int] = {}
    chunks, done = [], 0
    for chunk in label_chunks(labels, known, annotators, drop_annotators):
        chunks.append(chunk)
        done += len(chunk.lines)
        progress("reading labels", done, 0)
    unknown = [name for name in drop_annotators if name.strip() not in annotators]
    if unknown:
        raise BadTable(f"Annotators to drop have no label in {labels}: {listed(unknown)}. Check their ids.")
    item, annotator, category, lines = (
        np.concatenate([getattr(chunk, name) for chunk in chunks])
        for name in ("item_codes", "annotator_codes", "category_codes", "lines")
    )
    times = [chunk.response_ms for chunk in chunks if chunk.response_ms is not None]
    names = list(annotators)
    refuse_doubles(item, annotator, lines, str(labels), names)
    return LabelTable.from_codes(
        items=known.items,
        annotators=names,
        categories=known.index.names,
        truth=known.codes,
        item_codes=item,
        annotator_codes=annotator,
        category_codes=category,
        response_ms=np.concatenate(times) if times else None,
        strata=known.strata,
    )


def count_labels(labels: str | Path, truth: Truth, progress: Progress = silent) -> IntArray:
    """Count a file of labels without ever holding it: memory grows with items and categories, not with
    labels.

    Parameters
    ----------
    labels : str or Path
        As for `label_chunks`. That an annotator has one label an item is not checked, since that needs all
        labels.
    truth : Truth
        From `read_truth`.
    progress : callable
        Told of every chunk; the total is 0, since the length of the file is not known.

    Returns
    -------
    int array, shape (N, K)
        Labels of every item for every category, in the order of `truth.items`.

    Raises
    ------
    BadFile
        As for `label_chunks`.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "labels.csv"
    >>> _ = path.write_text("item,annotator,label\\n1,ann,cat\\n1,bob,dog\\n")
    >>> truth = Truth(["1"], np.array([0]), CategoryIndex(["cat", "dog"], allow_index=False))
    >>> count_labels(path, truth).tolist()
    [[1, 1]]
    """

    def chunks() -> Iterator[tuple[IntArray, IntArray]]:
        done = 0
        for chunk in label_chunks(labels, truth, {}):
            done += len(chunk.lines)
            progress("counting labels", done, 0)
            yield chunk.item_codes, chunk.category_codes

    return accumulated_counts(chunks(), len(truth.items), len(truth.index.names))


def _check_strata(strata: Sequence[str], lines: Sequence[int], file: str) -> None:
    for stratum, line in zip(strata, lines, strict=False):
        if not stratum:
            problem = "the stratum is blank. Give the stratum of every item, or leave the column out."
            raise BadFile(problem, file=file, line=line, column="stratum", value=stratum)


def _coded(
    batch: Batch, items: Lookup, people: Lookup, categories: Lookup, file: str, truth: Truth
) -> LabelChunk:
    codes = {}
    for column, lookup, problem in (
        ("item", items, "the item has no ground truth. Add it to the ground truth, or drop the label."),
        ("annotator", people, "the annotator is blank. Every label needs the id of who gave it."),
        ("label", categories, truth.index.refusal()),
    ):
        values = batch.columns[column]
        codes[column] = lookup.codes(values)
        refuse_unknown(codes[column], values, batch.lines, file, column, problem)
    times = batch.columns.get("response_ms")
    return LabelChunk(
        codes["item"],
        codes["annotator"],
        codes["label"],
        None if times is None else _times(times, batch.lines, file),
        np.array(batch.lines, dtype=np.int64),
    )


def _without(chunk: LabelChunk, gone: Sequence[int]) -> LabelChunk:
    kept = ~np.isin(chunk.annotator_codes, gone)
    return LabelChunk(
        chunk.item_codes[kept],
        chunk.annotator_codes[kept],
        chunk.category_codes[kept],
        None if chunk.response_ms is None else chunk.response_ms[kept],
        chunk.lines[kept],
    )


def _times(values: Sequence[str], lines: Sequence[int], file: str) -> FloatArray:
    try:
        # An empty cell is no number either, so that files with gaps take the longer way below.
        times = np.fromiter(map(float, values), dtype=np.float64, count=len(values))
    except ValueError:
        known = [value if value.strip() else "nan" for value in values]
        times = np.array([float(value) if is_number(value) else -1.0 for value in known])
    bad = np.flatnonzero((times < 0) | np.isinf(times))
    if bad.size:
        raise BadFile(
            "it is not a time. Give milliseconds from 0 up, or leave the cell empty.",
            file=file, line=lines[bad[0]], column="response_ms", value=values[bad[0]],
        )  # fmt: skip
    return times


def refuse_doubles(
    items: IntArray, annotators: IntArray, lines: IntArray, file: str, names: Sequence[str]
) -> None:
    """Refuse a second label by the same annotator on the same item.

    Parameters
    ----------
    items, annotators, lines : int arrays, shape (L,)
        Codes and line of every label.
    file : str
        The file's name.
    names : sequence of str
        Annotators by code.

    Raises
    ------
    BadFile
        With the line of the repetition and that of the first label.

    Examples
    --------
    >>> refuse_doubles(np.array([0, 0]), np.array([0, 1]), np.array([2, 3]), "labels.csv", ["ann", "bob"])
    """
    place = items * max(len(names), 1) + annotators
    order = np.argsort(place, kind="stable")
    again = np.flatnonzero(np.diff(place[order]) == 0)
    if again.size:
        # Stable order: of each pair the later one is the repetition; tell of the first in the file.
        first = int(again[np.argmin(lines[order[again + 1]])])
        row, before = int(order[first + 1]), int(order[first])
        raise BadFile(
            f"this annotator labelled the item on line {lines[before]} already. Keep one label for each item "
            "and annotator.",
            file=file, line=int(lines[row]), column="annotator", value=names[int(annotators[row])],
        )  # fmt: skip
