"""Answers that one cannot tell: they may fill an item's place, and never cast a vote."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from evaluation.array_types import IntArray


@dataclass(frozen=True)
class CantTell:
    """How many annotators could not tell what one item is.

    Parameters
    ----------
    item : int
        Its index in the dataset.
    counted : int
        Answers that are among the labels that the item was to get, as the protocol says.
    others : int
        Answers that are kept beside them: somebody else was asked, or they came when none was wanted, or
        their annotator is excluded.
    """

    item: int
    counted: int
    others: int = 0


def counted_by_item(answers: Iterable[CantTell], items: Sequence[str]) -> IntArray:
    """Return how many of every item's labels are that one cannot tell.

    Parameters
    ----------
    answers : iterable of CantTell
        An entry for each item that has any; on items that are not among `items` they are passed over.
    items : sequence of str
        The items' names, which are their indices.

    Returns
    -------
    int array, shape (N,)
        In the order of `items`.

    Examples
    --------
    >>> counted_by_item([CantTell(item=7, counted=2)], ["5", "7"]).tolist()
    [0, 2]
    """
    counted = {str(answer.item): answer.counted for answer in answers}
    return np.array([counted.get(item, 0) for item in items], dtype=np.int64)
