"""Majority accuracy as a function of the number of labels an item gets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from evaluation.array_types import FloatArray, IntArray
from evaluation.errors import BadSetting
from evaluation.intervals import Interval
from evaluation.student_interval import student_interval

#: The curve stops here where items have still more labels.
MOST_LABELS = 100

_QUESTION = "What would so many labels by these annotators give on other images like these?"
_ROUNDING = 1e-12


@dataclass(frozen=True)
class CurvePoint:
    """One point of the curve.

    Parameters
    ----------
    k : int
        Labels drawn from every item.
    value : float
        Expected majority accuracy with k labels an item, ties broken at random.
    items : int
        Items it is averaged over.
    interval : Interval
        Student's over the items: what these annotators would give on other items like these.
    """

    k: int
    value: float
    items: int
    interval: Interval


def accuracy_by_labels_per_item(
    counts: Any, truth: Any, most: int = MOST_LABELS, confidence: float = 0.95
) -> tuple[CurvePoint, ...]:
    """Exact expectation of the majority accuracy over all ways to keep k labels of every item.

    Parameters
    ----------
    counts : int array, shape (N, K)
        Labels of every item for every category. Items without labels are left out.
    truth : int array, shape (N,)
        Ground truth.
    most : int
        Largest k, 1 or more.
    confidence : float
        Level of the intervals.

    Returns
    -------
    tuple of CurvePoint
        For k = 1 to the fewest labels that an item has, or to `most`; empty without labels. Ties are broken
        at random and enter by their expectation, so that nothing is drawn and the last point, where all items
        have k labels, is the vote itself.

    Raises
    ------
    BadSetting
        If `most` is not positive.

    Notes
    -----
    The kept labels follow the multivariate hypergeometric distribution. With t kept labels for the ground
    truth, the others may have at most t each, and m of them exactly t, which is worth 1 / (m + 1). The number
    of ways is a coefficient of a product of binomial polynomials, one a category. All terms are positive, so
    nothing cancels.

    Examples
    --------
    >>> [round(point.value, 4) for point in accuracy_by_labels_per_item([[2, 1]], [0])]
    [0.6667, 0.6667, 1.0]
    """
    if most < 1:
        raise BadSetting(f"most is {most}; it must be 1 or more.")
    counts, truth = np.asarray(counts, dtype=np.int64), np.asarray(truth, dtype=np.int64)
    totals = counts.sum(axis=1)
    items = int(np.count_nonzero(totals))
    if not items:
        return ()
    largest = min(int(totals[totals > 0].min()), most)
    value, squares = np.zeros(largest), np.zeros(largest)
    for n in np.unique(totals[totals > 0]).tolist():
        rows = np.flatnonzero(totals == n)
        credit, times = _credits(counts[rows], truth[rows], n, largest)
        value += (credit * times[:, None]).sum(axis=0)
        squares += (credit * credit * times[:, None]).sum(axis=0)
    means = np.minimum(value / items, 1.0)
    variances = np.maximum(squares - items * means * means, 0.0) / max(items - 1, 1)
    # What is left of a variance that rounding alone made is none.
    variances[variances < _ROUNDING] = 0.0
    return tuple(
        CurvePoint(k, mean, items, student_interval(mean, variance, items, confidence, _QUESTION))
        for k, (mean, variance) in enumerate(zip(means.tolist(), variances.tolist(), strict=True), start=1)
    )


def _credits(counts: IntArray, truth: IntArray, n: int, largest: int) -> tuple[FloatArray, IntArray]:
    """Give the expected credit of items that all have n labels, for k = 1 to `largest`.

    One row a pattern of labels, and how many items have each pattern.
    """
    choose = _binomials(n, largest)
    right, others, times = _patterns(counts, truth, n)
    credit = np.zeros((len(right), largest + 1))
    for t in range(1, min(int(right.max(initial=0)), largest) + 1):
        able = np.flatnonzero(right >= t)
        # A category with fewer than t labels can neither beat nor tie the ground truth; its exact count is
        # irrelevant.
        rivals = np.where(others[able] >= t, others[able], 0)
        rivals = rivals[:, rivals.any(axis=0)]
        _number, first, where = _unique_rows(right[able], rivals, n)
        rows = _ways(right[able][first], rivals[first], n, t, largest - t, choose)
        credit[able, t:] += (rows * choose[right[able][first], t][:, None])[where]
    return credit[:, 1:] / choose[n, 1 : largest + 1], times


def _ways(right: IntArray, rivals: IntArray, n: int, t: int, degree: int, choose: FloatArray) -> FloatArray:
    """Count the ways to keep 0 to `degree` labels of the other categories, each worth 1 / (number of
    leaders).

    `ways[u, m, d]` belongs to pattern u with m rivals that tie and d labels kept.
    """
    harmless = n - right - rivals.sum(axis=1)
    ways = np.zeros((len(right), 1 + rivals.shape[1], degree + 1))
    ways[:, 0] = choose[harmless, : degree + 1]
    for number, rival in enumerate(rivals.T, start=1):
        before = ways[:, :number].copy()
        ways[:, :number] *= choose[rival, 0][:, None, None]
        for kept in range(1, min(t, degree + 1)):
            ways[:, :number, kept:] += before[:, :, : degree + 1 - kept] * choose[rival, kept][:, None, None]
        if t <= degree:
            ways[:, 1 : number + 1, t:] += before[:, :, : degree + 1 - t] * choose[rival, t][:, None, None]
    ways /= np.arange(1, ways.shape[1] + 1)[:, None]
    worth: FloatArray = ways.sum(axis=1)
    return worth


def _patterns(counts: IntArray, truth: IntArray, n: int) -> tuple[IntArray, IntArray, IntArray]:
    """Give labels for the ground truth, the others falling, and how many items share each such pattern."""
    rows = np.arange(len(counts))
    right = counts[rows, truth]
    others = counts.copy()
    others[rows, truth] = 0
    others = -np.sort(-others, axis=1)
    others = others[:, others.any(axis=0)]
    number, first, where = _unique_rows(right, others, n)
    return right[first], others[first], np.bincount(where, minlength=number)


def _unique_rows(right: IntArray, others: IntArray, n: int) -> tuple[int, IntArray, IntArray]:
    """Find equal rows: how many distinct ones, the first place of each, and which one every row is."""
    key = right.copy()
    room = n + 1
    for column in others.T:
        if room > 2**62 // (n + 1):
            key = np.unique(key, return_inverse=True)[1]
            room = len(key)
        key = key * (n + 1) + column
        room *= n + 1
    unique, first, where = np.unique(key, return_index=True, return_inverse=True)
    return len(unique), first, where


def _binomials(n: int, most: int) -> FloatArray:
    """Binomial coefficients of 0 to n labels of which 0 to `most` are kept.

    Each kept label brings a power of two, which is exact, so that thousands of labels do not overflow. In a
    share of ways, both of whose numbers keep equally many labels, these powers cancel.
    """
    labels = np.arange(n + 1, dtype=np.float64)
    choose = np.ones((n + 1, most + 1))
    for kept in range(1, most + 1):
        choose[:, kept] = (
            choose[:, kept - 1] * np.maximum(labels - kept + 1, 0) / kept * 0.5 ** n.bit_length()
        )
    return choose
