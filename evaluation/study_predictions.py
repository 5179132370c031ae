"""A machine's predictions for a study, from a file that somebody uploads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from evaluation.array_types import IntArray
from evaluation.categories import CategoryIndex
from evaluation.cells import check_item
from evaluation.comparison import most_probable
from evaluation.csv_rows import NamedBytes, read_batches
from evaluation.errors import BadFile, listed
from evaluation.npy_files import MAGIC, read_array
from evaluation.prediction_files import predicted_codes, prediction_columns

# First bytes of forms that are not taken, and what to do instead.
_REFUSED = {
    b"\x80": "it is a pickle, which can run a program when it is read. Save a CSV file or an npy file",
    b"PK\x03\x04": "it is a zip file, as npz and Excel files are. Save one CSV file or one npy file",
    b"\x1f\x8b": "it is packed with gzip. Unpack it first",
}


@dataclass(frozen=True)
class Predicted:
    """What a machine predicts for a study.

    Parameters
    ----------
    codes : int array
        Category codes, in the order of the items.
    whole : bool
        Whether they are for every item of the dataset, and not for the sample alone.
    scores : bool
        Whether the file had probabilities.
    """

    codes: IntArray
    whole: bool
    scores: bool


def read_study_predictions(
    file: NamedBytes, *, population: int, sample: Sequence[int], categories: Sequence[str]
) -> Predicted:
    """Read predictions for the whole dataset or for a study's sample; which of them, the file tells.

    Parameters
    ----------
    file : NamedBytes
        CSV as for `read_predictions`, an item named by its index in the dataset; or an npy array of one
        category code an item, shape (N,), or of a row of probabilities an item, shape (N, K). Rows of an
        array stand in the order of the dataset, or of the sample's items from the smallest index.
    population : int
        Items of the dataset, numbered from 0.
    sample : sequence of int
        Indexes of the sampled items.
    categories : sequence of str
        The dataset's, in its order; a code is a place in it.

    Returns
    -------
    Predicted
        In the order of the dataset, or of the sample's items from the smallest index.

    Raises
    ------
    BadFile
        With the place: another number of items, an unknown item, one that stands twice or is missing, a
        category outside the list, a probability that is no finite number, a pickle, another form of file.

    Examples
    --------
    >>> file = NamedBytes("net.csv", b"item,label\\n4,dog\\n2,cat\\n")
    >>> read_study_predictions(file, population=6, sample=[4, 2], categories=["cat", "dog"]).codes.tolist()
    [0, 1]
    """
    for start, way_out in _REFUSED.items():
        if file.content.startswith(start):
            raise BadFile(f"{way_out}.", file=file.name)
    ordered = sorted(sample)
    if file.content.startswith(MAGIC):
        codes, scores = _array_codes(file, (population, len(ordered)), categories)
        return Predicted(codes, whole=len(codes) == population, scores=scores)
    codes, scores = _cells(file, population, CategoryIndex(categories, allow_index=True))
    whole = bool(np.delete(codes, ordered).max(initial=-1) >= 0) or len(ordered) == population
    wanted = np.arange(population) if whole else np.array(ordered, dtype=np.int64)
    missing = wanted[codes[wanted] < 0]
    if missing.size:
        aim = f"all {population} items of the dataset" if whole else f"the {len(ordered)} items of the sample"
        raise BadFile(
            f"{missing.size} of {aim} have no prediction: "
            f"{listed([str(item) for item in missing.tolist()])}. Add them.",
            file=file.name,
        )
    return Predicted(codes[wanted], whole=whole, scores=scores)


def _array_codes(
    file: NamedBytes, lengths: tuple[int, int], categories: Sequence[str]
) -> tuple[IntArray, bool]:
    """Give category codes of an npy file, and whether it had probabilities."""
    array, size = read_array(file.content, file.name), len(categories)
    population, sampled = lengths
    if len(array) not in lengths:
        raise BadFile(
            f"it has {len(array)} rows. Give {population}, one for each image of the dataset, or {sampled}, "
            "one for each image of the sample from the smallest index.",
            file=file.name,
        )
    if array.ndim == 2:
        if array.shape[1] != size:
            raise BadFile(
                f"it has {array.shape[1]} columns of probabilities, and there are {size} categories. Give "
                "one column a category, in the dataset's order.",
                file=file.name,
            )
        wrong = np.argwhere(~np.isfinite(array))
        if wrong.size:
            row, column = wrong[0].tolist()
            raise BadFile(
                f"row {row}, column {column} (both from 0) is {array[row, column]}. Give a finite number in "
                "every cell.",
                file=file.name,
            )
        return most_probable(array), True
    if array.dtype.kind == "f":
        raise BadFile(
            f"it has decimal numbers ({array.dtype}) in one column. Save categories as whole numbers from 0 "
            f"to {size - 1}, or probabilities with a column a category.",
            file=file.name,
        )
    outside = np.flatnonzero((array < 0) | (array >= size))
    if outside.size:
        row = int(outside[0])
        raise BadFile(
            f"row {row} (from 0) is {array[row]}. A category is a number from 0 to {size - 1}, its place in "
            "the dataset's list.",
            file=file.name,
        )
    return array.astype(np.int64), False


def _cells(file: NamedBytes, population: int, index: CategoryIndex) -> tuple[IntArray, bool]:
    """Give the code of every item of the dataset from a CSV file, -1 where there is none."""
    wanted, soft = prediction_columns(file, index.names)
    codes = np.full(population, -1, dtype=np.int64)
    lines: dict[str, int] = {}
    for batch in read_batches(file, wanted):
        predicted = predicted_codes(batch, index, file.name, soft=soft)
        for text, line, code in zip(batch.columns["item"], batch.lines, predicted.tolist(), strict=True):
            item = text.strip()
            known = item.isascii() and item.isdecimal() and len(item) < 19 and int(item) < population
            if not known:
                raise BadFile(
                    f"there is no such item. An image is named by its index, 0 to {population - 1}.",
                    file=file.name, line=line, column="item", value=text,
                )  # fmt: skip
            check_item(str(int(item)), lines, file.name, line)
            lines[str(int(item))] = line
            codes[int(item)] = code
    return codes, soft
