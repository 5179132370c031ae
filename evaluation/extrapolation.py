"""What the majority of more people than were asked might give: an extrapolation, and marked as one.

Nobody gave these labels. The labels of an item are taken as draws from the item's own shares of the
categories, and these shares as draws from a Dirichlet distribution for each ground truth: its mean is the
category's row of the confusion matrix of single labels, its concentration is what makes two labels of one
item agree as often as they do. The accuracy of the vote of k such labels is then exact, nothing is drawn.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from evaluation.array_types import FloatArray, IntArray

#: The curve is carried on to three times the labels that an item has, and no further than this.
FURTHEST = 15
_TIMES = 3
#: Above this many categories it is left out: the work grows with their square.
MOST_CATEGORIES = 100
# A concentration above this is an item like any other of its category.
_ALIKE = 1e6


@dataclass(frozen=True)
class ExtrapolatedPoint:
    """One point beyond the labels that there are.

    Parameters
    ----------
    k : int
        Labels an item.
    value : float
        Expected majority accuracy, ties broken at random.
    """

    k: int
    value: float


@dataclass(frozen=True)
class Extrapolation:
    """The curve over the labels per item, carried on by a model.

    Parameters
    ----------
    points : tuple of ExtrapolatedPoint
        Beyond the labels that there are.
    model_at_labels : float or None
        What the model gives for as many labels as there are, to be held against the last observed point.
    observed_at_labels : float or None
        That point.
    labels : int
        Labels of every item that the model starts from.
    model : str
        Which model.
    reason : str or None
        Why there are no points.
    """

    points: tuple[ExtrapolatedPoint, ...]
    model_at_labels: float | None
    observed_at_labels: float | None
    labels: int
    model: str = "Dirichlet-multinomial for each ground truth, by moments"
    reason: str | None = None


def extrapolate(counts: IntArray, truth: IntArray, observed: tuple[float, ...]) -> Extrapolation:
    """Carry the curve on.

    Parameters
    ----------
    counts : int array, shape (N, K)
        Labels of every item for every category. Items without labels are left out.
    truth : int array, shape (N,)
        Ground truth.
    observed : tuple of float
        The curve for 1, 2, ... labels, from `accuracy_by_labels_per_item`. The model is moved so that it
        meets the last of them; the shift is the difference between `observed_at_labels` and
        `model_at_labels`.

    Returns
    -------
    Extrapolation
        Without points and with the reason where items have a single label, where they have many already, or
        where there are too many categories.

    Notes
    -----
    J. E. Mosimann (1962), On the compound multinomial distribution, Biometrika 49, 65-82. With mean m and
    concentration s two labels of one item agree with probability (s sum m^2 + 1) / (s + 1).

    Examples
    --------
    >>> counts = np.repeat([[3, 0], [2, 1], [0, 3]], [50, 30, 20], axis=0)
    >>> made = extrapolate(counts, np.zeros(100, dtype=int), (0.7, 0.7, 0.8))
    >>> [point.k for point in made.points], made.points[0].value > 0.8
    ([4, 5, 6, 7, 8, 9], True)
    """
    labels = len(observed)
    last = observed[-1] if observed else None
    furthest = min(_TIMES * labels, FURTHEST)
    reason = None
    if labels < 2:
        reason = "With one label an item nothing tells how alike two labels of one item are."
    elif furthest <= labels:
        reason = f"Every item has {labels} labels; the curve is observed far enough."
    elif counts.shape[1] > MOST_CATEGORIES:
        reason = f"The model is made for up to {MOST_CATEGORIES} categories."
    if reason is not None or last is None:
        return Extrapolation((), None, last, labels, reason=reason)
    curve = _curve(np.asarray(counts, dtype=np.int64), truth, furthest)
    shift = last - float(curve[labels - 1])
    points = tuple(
        ExtrapolatedPoint(k, min(max(float(curve[k - 1]) + shift, 0.0), 1.0))
        for k in range(labels + 1, furthest + 1)
    )
    return Extrapolation(points, float(curve[labels - 1]), last, labels)


def _curve(counts: IntArray, truth: IntArray, furthest: int) -> FloatArray:
    """Average the model's accuracy over the categories, each with its share of the items."""
    labelled = counts.any(axis=1)
    counts, truth = counts[labelled], truth[labelled]
    curves = [
        np.count_nonzero(truth == category)
        * _category_curve(*_concentrations(counts[truth == category], category), furthest)
        for category in np.unique(truth).tolist()
    ]
    # An exact sum, so that the order of the categories cannot matter.
    return np.array([math.fsum(column) for column in zip(*curves, strict=True)]) / len(counts)


def _concentrations(rows: IntArray, category: int) -> tuple[float, FloatArray]:
    """Fit one category's Dirichlet distribution to its items by moments.

    Give the concentration of the ground truth, and those of the others that occur, rising.
    """
    mean = rows.sum(axis=0) / rows.sum()
    others = np.sort(np.delete(mean, category))
    totals = rows.sum(axis=1)
    pairs = int((totals * (totals - 1)).sum())
    agreeing = int((rows * rows).sum() - totals.sum())
    by_chance = math.fsum(mean * mean)
    together = agreeing / pairs if pairs else by_chance
    gap = together - by_chance
    concentration = _ALIKE if gap <= 0 else min((1 - together) / gap, _ALIKE)
    # With 0 every item would be of one mind; a speck keeps the formulas finite.
    concentration = max(concentration, 1e-9)
    return float(mean[category]) * concentration, others[others > 0] * concentration


def _category_curve(alpha: float, others: FloatArray, furthest: int) -> FloatArray:
    """Give the exact accuracy of the vote of 1 to `furthest` labels, ties broken at random.

    With t labels for the ground truth the others may have at most t each, and m of them exactly t, which is
    worth 1 / (m + 1). The ways are a coefficient of a product of one series a category.
    """
    right = _series(np.array([alpha]), furthest)[0]
    rivals = _series(others, furthest)
    whole = _series(np.array([math.fsum([alpha, *others])]), furthest)[0]
    accuracy = np.zeros(furthest)
    for t in range(1, furthest + 1):
        room = furthest - t
        ways = np.zeros((room // t + 2, room + 1))
        ways[0, 0] = 1.0
        for rival in rivals:
            ways = _with_rival(ways, rival, t, room)
        worth = (ways / np.arange(1, len(ways) + 1)[:, None]).sum(axis=0)
        accuracy[t - 1 :] += right[t] * worth
    share: FloatArray = accuracy / whole[1:]
    return share


def _series(alphas: FloatArray, furthest: int) -> FloatArray:
    """Give the weight of 0 to `furthest` labels: alpha (alpha + 1) ... / labels!"""
    steps = np.arange(furthest)
    series = np.ones((len(alphas), furthest + 1))
    series[:, 1:] = np.cumprod((alphas[:, None] + steps) / (steps + 1), axis=1)
    return series


def _with_rival(ways: FloatArray, rival: FloatArray, t: int, room: int) -> FloatArray:
    after = np.zeros_like(ways)
    for given in range(min(t - 1, room) + 1):
        after[:, given:] += ways[:, : room + 1 - given] * rival[given]
    if t <= room:
        after[1:, t:] += ways[:-1, : room + 1 - t] * rival[t]
    return after
