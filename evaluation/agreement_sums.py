"""Coefficients of agreement from sums over items: a few items can change without counting all again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from evaluation.array_types import IntArray


@dataclass(frozen=True)
class Coefficient:
    """A coefficient of agreement with what it was made from.

    Parameters
    ----------
    name : str
        Which coefficient.
    value : float or None
        None where it is undefined.
    items : int
        Items that it rests on.
    labels : int
        Labels that it rests on.
    reason : str or None
        Why it is undefined.
    """

    name: str
    value: float | None
    items: int
    labels: int
    reason: str | None = None


@dataclass(frozen=True, eq=False)
class AgreementSums:
    """What alpha and the share of agreeing pairs are computed from: a few items can be changed cheaply.

    Parameters
    ----------
    totals : int array, shape (N,)
        Labels of every item.
    squares : int array, shape (N,)
        Sum of the squares of an item's counts.
    margins : int array, shape (K,)
        Labels of every category on items with two labels or more.
    """

    totals: IntArray
    squares: IntArray
    margins: IntArray


def agreement_sums(counts: IntArray) -> AgreementSums:
    """Add up counts.

    Parameters
    ----------
    counts : int array, shape (N, K)
        Labels of every item for every category.

    Returns
    -------
    AgreementSums
        Sums over categories, and over the items with two labels or more.

    Examples
    --------
    >>> agreement_sums(np.array([[2, 1], [1, 0]])).margins.tolist()
    [2, 1]
    """
    totals = counts.sum(axis=1)
    paired = totals > 1
    margins = np.array([column[paired].sum() for column in counts.T], dtype=np.int64)
    return AgreementSums(totals, row_squares(counts), margins)


def alpha_of_sums(sums: AgreementSums) -> Coefficient:
    """Krippendorff's alpha from sums, for whoever has them: `krippendorff_alpha` says what it is.

    Parameters
    ----------
    sums : AgreementSums
        Over all items.

    Returns
    -------
    Coefficient
        As `krippendorff_alpha` gives it.

    Examples
    --------
    >>> round(alpha_of_sums(agreement_sums(np.array([[3, 0], [0, 3], [2, 1], [1, 0]]))).value, 4)
    0.6
    """
    totals, squares, margins = sums.totals, sums.squares, sums.margins
    paired = totals > 1
    items, labels = int(paired.sum()), int(totals[paired].sum())
    if not items:
        reason = "No item has two labels, so there is nothing to agree with."
        return Coefficient("krippendorff_alpha", None, 0, 0, reason)
    by_chance = labels**2 - square_sum(margins)
    if by_chance == 0:
        reason = "All labels are the same category, so disagreement by chance is impossible too."
        return Coefficient("krippendorff_alpha", None, items, labels, reason)
    # Whole counts for each number of labels, divided at the end: exact, and the same in any order of items.
    by_size = np.bincount(totals, weights=totals * totals - squares)
    sizes = np.flatnonzero(by_size[2:]) + 2
    observed = float((by_size[sizes] / (sizes - 1)).sum())
    value = 1 - (labels - 1) * observed / by_chance
    return Coefficient("krippendorff_alpha", float(value), items, labels)


def pairwise_of_sums(sums: AgreementSums) -> Coefficient:
    """Share of agreeing pairs from sums, for whoever has them: `pairwise_agreement` says what it is.

    Parameters
    ----------
    sums : AgreementSums
        Over all items.

    Returns
    -------
    Coefficient
        As `pairwise_agreement` gives it.

    Examples
    --------
    >>> round(pairwise_of_sums(agreement_sums(np.array([[3, 0], [2, 1]]))).value, 4)
    0.6667
    """
    totals = sums.totals
    pairs = int((totals * (totals - 1)).sum())
    paired = totals > 1
    items, labels = int(paired.sum()), int(totals[paired].sum())
    if not pairs:
        reason = "No item has two labels, so there is no pair."
        return Coefficient("pairwise", None, items, labels, reason)
    agreeing = int((sums.squares - totals).sum())
    return Coefficient("pairwise", agreeing / pairs, items, labels)


def row_squares(counts: IntArray) -> IntArray:
    """Sum of the squares of every row.

    Parameters
    ----------
    counts : int array, shape (N, K)
        Labels of every item for every category.

    Returns
    -------
    int array, shape (N,)
        Column by column, which is over contiguous memory.

    Examples
    --------
    >>> row_squares(np.array([[2, 1]])).tolist()
    [5]
    """
    squares = np.zeros(len(counts), dtype=np.int64)
    for column in counts.T:
        squares += column * column
    return squares


def square_sum(margins: IntArray) -> int:
    """Sum of the squares of numbers that may be in the billions.

    Parameters
    ----------
    margins : int array, shape (K,)
        Labels of every category.

    Returns
    -------
    int
        Of Python: the square of a margin in the billions would not fit 64 bits.

    Examples
    --------
    >>> square_sum(np.array([3, 4]))
    25
    """
    return sum(margin * margin for margin in margins.tolist())
