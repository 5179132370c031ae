"""Predictions of machines from CSV files, as categories or as probabilities."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from evaluation.array_types import IntArray
from evaluation.categories import CategoryIndex
from evaluation.cells import ITEM_NAMES, Lookup, check_item, is_number, refuse_unknown
from evaluation.comparison import most_probable
from evaluation.csv_rows import Batch, File, read_batches, read_header
from evaluation.errors import BadFile, listed
from evaluation.label_table import LabelTable

_PREDICTION_COLUMNS: dict[str, tuple[str, ...]] = {"item": ITEM_NAMES, "label": ("label", "prediction")}


def read_predictions(path: str | Path, table: LabelTable, *, allow_index: bool = False) -> IntArray:
    """Read a machine's predictions for the items of a table.

    Parameters
    ----------
    path : str or Path
        CSV with the header ``item,label`` (also ``task`` and ``prediction``), or with a column ``item`` and a
        column of probabilities for every category, named as the category. Plain or gzip.
    table : LabelTable
        Names items and categories; every item needs one prediction, and there may be no other.
    allow_index : bool
        Whether a prediction may be an index of `table.categories`. It may only where somebody gave that list
        in the machine's order; gathered from the ground truth it is sorted, and the indexes would point to
        other categories without a word.

    Returns
    -------
    int array, shape (N,)
        Category codes in the order of `table.items`.

    Raises
    ------
    BadFile
        With file, line, column and value: an unknown item, one that stands twice or is missing, a category
        outside the list, a probability that is not a number.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "model.csv"
    >>> _ = path.write_text("item,label\\n1,dog\\n0,cat\\n")
    >>> table = LabelTable.from_labels([(0, "ann", "cat")], truth=["cat", "dog"])
    >>> read_predictions(path, table).tolist()
    [0, 1]
    """
    wanted, soft = prediction_columns(path, table.categories)
    index = CategoryIndex(table.categories, allow_index=allow_index)
    place = {item: code for code, item in enumerate(table.items)}
    lines: dict[str, int] = {}
    codes = np.full(table.n_items, -1, dtype=np.int64)
    for batch in read_batches(path, wanted):
        predicted = predicted_codes(batch, index, str(path), soft=soft)
        for item, line, code in zip(batch.columns["item"], batch.lines, predicted.tolist(), strict=True):
            check_item(item.strip(), lines, str(path), line)
            lines[item.strip()] = line
            if item.strip() not in place:
                raise BadFile(
                    "the item has no ground truth. Give predictions for the evaluated items alone.",
                    file=str(path), line=line, column="item", value=item,
                )  # fmt: skip
            codes[place[item.strip()]] = code
    missing = [table.items[row] for row in np.flatnonzero(codes < 0).tolist()]
    if missing:
        raise BadFile(
            f"{len(missing)} items have no prediction: {listed(missing)}. Add them.", file=str(path)
        )
    return codes


def prediction_columns(file: File, categories: Sequence[str]) -> tuple[dict[str, tuple[str, ...]], bool]:
    """Give the columns of a file to read, and whether they are probabilities."""
    if set(categories) <= set(read_header(file)):
        return {"item": ITEM_NAMES, **{name: (name,) for name in categories}}, True
    return _PREDICTION_COLUMNS, False


def predicted_codes(batch: Batch, index: CategoryIndex, file: str, *, soft: bool) -> IntArray:
    """Give the category codes of some rows, of the columns that `prediction_columns` names.

    Raises
    ------
    BadFile
        With file, line, column and value.
    """
    return _most_probable(batch, index, file) if soft else _named(batch, index, file)


def _named(batch: Batch, index: CategoryIndex, file: str) -> IntArray:
    codes = Lookup(index.code).codes(batch.columns["label"])
    refuse_unknown(codes, batch.columns["label"], batch.lines, file, "label", index.refusal())
    return codes


def _most_probable(batch: Batch, index: CategoryIndex, file: str) -> IntArray:
    scores = np.empty((len(batch.lines), len(index.names)))
    for code, name in enumerate(index.names):
        for row, text in enumerate(batch.columns[name]):
            scores[row, code] = float(text) if is_number(text) else np.nan
    for row, code in np.argwhere(~np.isfinite(scores)).tolist():
        name = index.names[code]
        raise BadFile(
            "it is not a probability. Give a number in every cell.",
            file=file, line=batch.lines[row], column=name, value=batch.columns[name][row],
        )  # fmt: skip
    return most_probable(scores)
