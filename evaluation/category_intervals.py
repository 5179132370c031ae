"""Intervals of the precision, the recall and the F1 of every category."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from evaluation.array_types import FloatArray
from evaluation.intervals import Interval, wilson_limits

_RECALL = "Of other items of this category, how many would people name so?"
_PRECISION = "Of other items that people name so, how many would be of this category?"
_F1 = "What would recall and precision together be on other images?"


@dataclass(frozen=True)
class CategoryIntervals:
    """The intervals of one category, each undefined where its score is."""

    precision: Interval
    recall: Interval
    f1: Interval


def category_intervals(
    support: Any, predicted: Any, correct: Any, confidence: float = 0.95
) -> tuple[CategoryIntervals, ...]:
    """Wilson's interval of recall and precision, and the interval of F1 that follows from Wilson's.

    Parameters
    ----------
    support, predicted, correct : arrays, shape (K,)
        Items of the category, expected items with this majority, and expected items that are both. A tie
        counts as a share for each of its leaders.
    confidence : float
        Nominal level.

    Returns
    -------
    tuple of CategoryIntervals
        One a category.

    Notes
    -----
    F1 = 2 J / (1 + J) rises with J, the share of `correct` among the items that are of the category or named
    so. J is a proportion, so that Wilson's limits of J give those of F1: the indirect Wilson method of
    K. F. Y. Lam, V. Gopal and J. Qian (2023), arXiv 2309.14621. Where ties are shared, the formulas take the
    expected numbers; a share of an item varies less than a whole one, so that the intervals are then rather
    too wide than too narrow.

    Examples
    --------
    >>> both = category_intervals([100], [90], [81])[0]
    >>> round(both.recall.low, 3), round(both.recall.high, 3)
    (0.722, 0.875)
    >>> round(both.f1.low, 3), round(both.f1.estimate, 3), round(both.f1.high, 3)
    (0.791, 0.853, 0.899)
    """
    support, predicted, correct = (
        np.asarray(values, dtype=np.float64) for values in (support, predicted, correct)
    )
    union = support + predicted - correct
    low, high = wilson_limits(correct, union, confidence)
    with np.errstate(invalid="ignore", divide="ignore"):
        f1 = 2 * correct / (support + predicted)
        ends = (2 * low / (1 + low), 2 * high / (1 + high))
    precision = _intervals(correct, predicted, _PRECISION, confidence)
    recall = _intervals(correct, support, _RECALL, confidence)
    both = _named("wilson_indirect", f1, *ends, union, _F1, confidence)
    return tuple(CategoryIntervals(*made) for made in zip(precision, recall, both, strict=True))


def _intervals(successes: FloatArray, n: FloatArray, answers: str, confidence: float) -> list[Interval]:
    low, high = wilson_limits(successes, n, confidence)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = successes / n
    whole = ((successes == np.floor(successes)) & (n == np.floor(n))).all()
    method = "wilson" if whole else "wilson_expected"
    return _named(method, share, low, high, n, answers, confidence)


def _named(
    method: str,
    estimate: FloatArray,
    low: FloatArray,
    high: FloatArray,
    n: FloatArray,
    answers: str,
    confidence: float,
) -> list[Interval]:
    columns = (estimate.tolist(), low.tolist(), high.tolist(), n.tolist())
    return [
        Interval(method, at_least, at_most, confidence, value, _whole(units), answers=answers)
        if units
        else Interval(method, None, None, confidence, None, 0, reason="Nothing was counted.")
        for value, at_least, at_most, units in zip(*columns, strict=True)
    ]


def _whole(units: float) -> float:
    return int(units) if units.is_integer() else units
