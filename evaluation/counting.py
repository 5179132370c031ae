"""Labels of every item for every category, counted at once or from chunks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from evaluation.array_types import IntArray
from evaluation.errors import BadTable

# 4 GB of counts. Beyond that a mistake is likelier than a study.
MOST_CELLS = 500_000_000
# A chunk that is this many times smaller than the table is added cell by cell.
_FEW = 8


def label_counts(item_codes: Any, category_codes: Any, n_items: int, n_categories: int) -> IntArray:
    """Count the labels of every item for every category.

    Parameters
    ----------
    item_codes, category_codes : int arrays, shape (L,)
        One entry a label.
    n_items, n_categories : int
        N and K.

    Returns
    -------
    int array, shape (N, K)
        The counts; an item without labels is a row of zeros. Stored by column, since all that follows goes
        over the categories item by item.

    Raises
    ------
    BadTable
        If a code is out of range, or N x K is more than `MOST_CELLS`.

    Examples
    --------
    >>> label_counts([0, 0, 1], [2, 2, 0], n_items=2, n_categories=3).tolist()
    [[0, 0, 2], [1, 0, 0]]
    """
    return accumulated_counts([(item_codes, category_codes)], n_items, n_categories)


def accumulated_counts(chunks: Iterable[tuple[Any, Any]], n_items: int, n_categories: int) -> IntArray:
    """Count labels that come in chunks, so that they never need to be in memory together.

    Parameters
    ----------
    chunks : iterable of (item_codes, category_codes)
        Int arrays of equal length, of any size.
    n_items, n_categories : int
        N and K.

    Returns
    -------
    int array, shape (N, K)
        The same as `label_counts` of all chunks joined.

    Raises
    ------
    BadTable
        If a code is out of range, the two arrays differ in length, or N x K is more than `MOST_CELLS`.

    Examples
    --------
    >>> accumulated_counts([([0], [1]), ([0, 1], [1, 0])], n_items=2, n_categories=2).tolist()
    [[0, 2], [1, 0]]
    """
    if n_items * n_categories > MOST_CELLS:
        raise BadTable(
            f"{n_items} items x {n_categories} categories are {n_items * n_categories} counts, more than "
            f"{MOST_CELLS}. Evaluate fewer items at a time, or merge categories."
        )
    total = np.zeros(n_items * n_categories, dtype=np.int64)
    for item_codes, category_codes in chunks:
        cells = _cells(item_codes, category_codes, n_items, n_categories)
        if cells.size < total.size // _FEW:
            np.add.at(total, cells, 1)
        else:
            total += np.bincount(cells, minlength=total.size)
    return total.reshape(n_categories, n_items).T


def _cells(item_codes: Any, category_codes: Any, n_items: int, n_categories: int) -> IntArray:
    items = np.asarray(item_codes, dtype=np.int64)
    categories = np.asarray(category_codes, dtype=np.int64)
    if items.shape != categories.shape or items.ndim != 1:
        raise BadTable(
            f"item_codes and category_codes have the shapes {items.shape} and {categories.shape}; "
            "they need one entry a label each."
        )
    for name, codes, limit in (("item", items, n_items), ("category", categories, n_categories)):
        if codes.size and not (codes.min() >= 0 and codes.max() < limit):
            bad = codes[(codes < 0) | (codes >= limit)][0]
            raise BadTable(f"The {name} code {bad} is out of range; codes go from 0 to {limit - 1}.")
    return categories * n_items + items
