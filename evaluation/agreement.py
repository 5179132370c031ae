"""How far annotators agree with each other, before any vote and without the ground truth."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from evaluation.agreement_sums import (
    Coefficient,
    agreement_sums,
    alpha_of_sums,
    pairwise_of_sums,
    row_squares,
    square_sum,
)
from evaluation.array_types import FloatArray, IntArray
from evaluation.intervals import Interval

_IN_WORDS = {
    "fleiss_kappa": "Fleiss' kappa",
    "krippendorff_alpha": "Krippendorff's alpha",
    "pairwise": "Pairs that agree",
    "unanimous": "Unanimous items",
}


@dataclass(frozen=True)
class AgreementIntervals:
    """An interval for each figure of `Agreement`, undefined where the figure is."""

    fleiss_kappa: Interval
    krippendorff_alpha: Interval
    pairwise: Interval
    unanimous: Interval
    mean_entropy: Interval


@dataclass(frozen=True)
class Agreement:
    """Agreement in a report.

    Parameters
    ----------
    fleiss_kappa, krippendorff_alpha : float or None
        Chance-corrected agreement.
    pairwise : float or None
        Share of agreeing pairs among all pairs of labels on the same item.
    unanimous : float or None
        Share of items with full agreement, among items with two labels or more.
    mean_entropy : float or None
        Mean over labelled items of the entropy of an item's labels, over log K: 0 is unanimous, 1 is uniform.
    items, labels : int
        Items with two labels or more, and their labels.
    intervals : AgreementIntervals or None
        From `agreement_intervals`.
    reason : str or None
        Why some figure is None.
    """

    fleiss_kappa: float | None
    krippendorff_alpha: float | None
    pairwise: float | None
    unanimous: float | None
    mean_entropy: float | None
    items: int
    labels: int
    intervals: AgreementIntervals | None = field(default=None, metadata={"leave_out_if_none": True})
    reason: str | None = None


def fleiss_kappa(counts: IntArray) -> Coefficient:
    """Fleiss' kappa for a fixed number of labels an item.

    Parameters
    ----------
    counts : int array, shape (N, K)
        Labels of every item for every category. Items without labels are left out; all others need the same
        number of 2 or more.

    Returns
    -------
    Coefficient
        Undefined with a reason for unequal or single labels, and where only one category occurs.

    Notes
    -----
    J. L. Fleiss (1971), Psychological Bulletin 76, 378-382.

    Examples
    --------
    >>> round(fleiss_kappa(np.array([[3, 0], [0, 3], [2, 1]])).value, 4)
    0.55
    """
    counts = np.asarray(counts, dtype=np.int64)
    totals = counts.sum(axis=1)
    totals = totals[totals > 0]
    items, labels = len(totals), int(totals.sum())

    def undefined(reason: str) -> Coefficient:
        return Coefficient("fleiss_kappa", None, items, labels, reason)

    if not labels:
        return undefined("There is no label.")
    n = int(totals[0])
    if (totals != n).any():
        return undefined(
            f"Fleiss' kappa needs equally many labels on every item; here items have {int(totals.min())} to "
            f"{int(totals.max())}. Krippendorff's alpha allows that."
        )
    if n < 2:
        return undefined("Every item has one label, so there is nothing to agree with.")
    agreeing = int(row_squares(counts).sum() - counts.sum())
    observed = agreeing / (items * n * (n - 1))
    by_chance = square_sum(counts.sum(axis=0)) / labels**2
    if by_chance == 1:
        return undefined("All labels are the same category, so agreement by chance is certain too.")
    return Coefficient("fleiss_kappa", (observed - by_chance) / (1 - by_chance), items, labels)


def krippendorff_alpha(counts: IntArray) -> Coefficient:
    """Krippendorff's alpha for nominal categories, with any number of labels an item.

    Parameters
    ----------
    counts : int array, shape (N, K)
        Labels of every item for every category. Items with fewer than two labels are left out.

    Returns
    -------
    Coefficient
        Undefined with a reason where no item has two labels, or only one category occurs.

    Notes
    -----
    K. Krippendorff (2011), Computing Krippendorff's alpha-reliability, section C.

    Examples
    --------
    >>> round(krippendorff_alpha(np.array([[3, 0], [0, 3], [2, 1], [1, 0]])).value, 4)
    0.6
    """
    return alpha_of_sums(agreement_sums(np.asarray(counts, dtype=np.int64)))


def pairwise_agreement(counts: IntArray) -> Coefficient:
    """Share of agreeing pairs among all pairs of labels on the same item.

    Parameters
    ----------
    counts : int array, shape (N, K)
        Labels of every item for every category. Items with fewer than two labels have no pair.

    Returns
    -------
    Coefficient
        Undefined with a reason where no item has two labels.

    Examples
    --------
    >>> round(pairwise_agreement(np.array([[3, 0], [2, 1]])).value, 4)
    0.6667
    """
    return pairwise_of_sums(agreement_sums(np.asarray(counts, dtype=np.int64)))


def unanimous_share(counts: IntArray) -> Coefficient:
    """Share of items on which all labels agree, among items with two labels or more.

    Parameters
    ----------
    counts : int array, shape (N, K)
        Labels of every item for every category.

    Returns
    -------
    Coefficient
        Undefined with a reason where no item has two labels.

    Examples
    --------
    >>> unanimous_share(np.array([[3, 0], [2, 1], [1, 0]])).value
    0.5
    """
    counts = np.asarray(counts, dtype=np.int64)
    totals = counts.sum(axis=1)
    paired = totals > 1
    items, labels = int(paired.sum()), int(totals[paired].sum())
    if not items:
        return Coefficient("unanimous", None, 0, 0, "No item has two labels.")
    agreed = int(((counts.max(axis=1) == totals) & paired).sum())
    return Coefficient("unanimous", agreed / items, items, labels)


def normalised_entropy(counts: IntArray) -> FloatArray:
    """Entropy of every item's labels, over the log of the number of categories.

    Parameters
    ----------
    counts : int array, shape (N, K)
        Labels of every item for every category.

    Returns
    -------
    float array, shape (N,)
        0 for a unanimous item, 1 where all K categories are named equally often. nan where an item has no
        label. With one category 0.

    Examples
    --------
    >>> normalised_entropy(np.array([[2, 0], [1, 1], [0, 0]])).tolist()
    [0.0, 1.0, nan]
    """
    counts = np.asarray(counts, dtype=np.int64)
    totals = counts.sum(axis=1)
    # Counts are small whole numbers: a table of c log c needs far fewer logarithms than the cells.
    steps = np.arange(int(totals.max(initial=0)) + 1, dtype=np.float64)
    c_log_c = steps * np.log(np.maximum(steps, 1))
    spread = np.zeros(len(counts))
    for column in counts.T:
        spread += c_log_c[column]
    with np.errstate(divide="ignore", invalid="ignore"):
        entropy: FloatArray = np.log(np.maximum(totals, 1)) - spread / totals
    entropy[totals == counts.max(axis=1, initial=0)] = 0.0
    entropy[totals == 0] = np.nan
    if counts.shape[1] > 1:
        entropy /= np.log(counts.shape[1])
    return entropy


def agreement(counts: IntArray) -> Agreement:
    """Gather the figures of agreement.

    Parameters
    ----------
    counts : int array, shape (N, K)
        Labels of every item for every category. Items without labels are left out. An item with one label
        among others leaves Fleiss' kappa undefined and the other coefficients untouched.

    Returns
    -------
    Agreement
        With the reasons for whatever is undefined, and without intervals.

    Examples
    --------
    >>> agreement(np.array([[3, 0], [0, 3]])).krippendorff_alpha
    1.0
    """
    counts = np.asarray(counts, dtype=np.int64)
    sums = agreement_sums(counts)
    figures = [
        fleiss_kappa(counts),
        alpha_of_sums(sums),
        pairwise_of_sums(sums),
        unanimous_share(counts),
    ]
    entropy = normalised_entropy(counts)
    known = np.sort(entropy[~np.isnan(entropy)])
    reasons = [f"{_IN_WORDS[figure.name]}: {figure.reason}" for figure in figures if figure.reason]
    if not known.size:
        reasons.append("Mean entropy: There is no label.")
    kappa, alpha, pairwise, unanimous = (figure.value for figure in figures)
    return Agreement(
        fleiss_kappa=kappa,
        krippendorff_alpha=alpha,
        pairwise=pairwise,
        unanimous=unanimous,
        mean_entropy=float(known.mean()) if known.size else None,
        items=figures[1].items,
        labels=figures[1].labels,
        reason=" ".join(reasons) or None,
    )
