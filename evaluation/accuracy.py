"""How often people are right: by vote, by single label, and by the number of labels an item gets."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from evaluation.array_types import FloatArray
from evaluation.bootstrap import bootstrap_items
from evaluation.extrapolation import Extrapolation
from evaluation.intervals import Interval
from evaluation.label_table import LabelTable
from evaluation.labels_per_item import CurvePoint
from evaluation.strata import StratumAccuracy
from evaluation.student_interval import student_interval
from evaluation.voting import TieLedger

_OTHER_ANNOTATORS = "What would single labels of other annotators like these give?"


@dataclass(frozen=True)
class RuleIntervals:
    """Wilson's interval under every tie rule; where ties have fractional credit, at the mean credit."""

    random: Interval
    wrong: Interval
    optimistic: Interval
    seeded: Interval


@dataclass(frozen=True)
class MajorityIntervals:
    """Intervals of the majority accuracy, each for its own question.

    The closed forms and the finite-population interval ask about these annotators' labels; the crossed
    bootstrap asks about other items and other annotators like these.
    """

    wilson: Interval
    clopper_pearson: Interval
    bootstrap_items: Interval
    bootstrap_crossed: Interval
    finite_population: Interval


@dataclass(frozen=True)
class StratumShare:
    """One stratum of a stratified estimate.

    Parameters
    ----------
    stratum : str
        Its name.
    n : int
        Items with labels.
    population : int
        Items of this stratum in the population.
    value : float or None
        Mean credit.
    """

    stratum: str
    n: int
    population: int
    value: float | None


@dataclass(frozen=True)
class StratifiedEstimate:
    """Accuracy weighted to the population's strata.

    Parameters
    ----------
    value : float or None
        The sum of the strata's shares of the population times their mean credits.
    interval : Interval
        Normal interval with the finite-population correction in every stratum.
    strata : tuple of StratumShare
        What it was made from.
    reason : str or None
        Why the value is None.
    """

    value: float | None
    interval: Interval
    strata: tuple[StratumShare, ...]
    reason: str | None = None


@dataclass(frozen=True)
class MajorityAccuracy:
    """The headline: accuracy of the vote under the study's tie rule.

    Parameters
    ----------
    tie_rule : str
        The rule.
    value : float or None
        Mean credit over the items that have labels.
    n : int
        Those items.
    intervals : MajorityIntervals
        Its intervals.
    stratified : StratifiedEstimate or None
        For a stratified sample.
    reason : str or None
        Why the value is None.
    """

    tie_rule: str
    value: float | None
    n: int
    intervals: MajorityIntervals
    stratified: StratifiedEstimate | None = field(default=None, metadata={"leave_out_if_none": True})
    reason: str | None = None


@dataclass(frozen=True)
class IndividualAccuracy:
    """Accuracy of single labels, averaged three ways.

    Parameters
    ----------
    micro : float or None
        Over all labels alike.
    macro_items : float or None
        Over items, each with the share of its labels that are right.
    macro_annotators : float or None
        Over annotators, each with the share of their labels that are right.
    labels : int
        Number of labels L.
    correct : int
        Labels equal to the ground truth.
    interval : Interval or None
        Crossed bootstrap of `micro`.
    macro_items_interval : Interval or None
        Of `macro_items`, bootstrap over items.
    macro_annotators_interval : Interval or None
        Of `macro_annotators`, Student's over annotators.
    reason : str or None
        Why the values are None.
    """

    micro: float | None
    macro_items: float | None
    macro_annotators: float | None
    labels: int
    correct: int
    interval: Interval | None = field(default=None, metadata={"leave_out_if_none": True})
    macro_items_interval: Interval | None = field(default=None, metadata={"leave_out_if_none": True})
    macro_annotators_interval: Interval | None = field(default=None, metadata={"leave_out_if_none": True})
    reason: str | None = None


@dataclass(frozen=True)
class Accuracy:
    """Everything about accuracy in a report."""

    majority: MajorityAccuracy
    tie_ledger: TieLedger
    tie_rule_intervals: RuleIntervals
    individual: IndividualAccuracy
    by_labels_per_item: tuple[CurvePoint, ...]
    beyond_labels_per_item: Extrapolation
    by_stratum: tuple[StratumAccuracy, ...] | None = field(default=None, metadata={"leave_out_if_none": True})


def individual_accuracy(table: LabelTable) -> IndividualAccuracy:
    """Accuracy of single labels, averaged three ways.

    Parameters
    ----------
    table : LabelTable
        L labels; items without labels are left out of `macro_items`.

    Returns
    -------
    IndividualAccuracy
        Without an interval. With None and the reason where there is no label.

    Examples
    --------
    >>> labels = [(0, "ann", "cat"), (0, "bob", "dog"), (1, "ann", "dog")]
    >>> table = LabelTable.from_labels(labels, truth=["cat", "dog"])
    >>> figures = individual_accuracy(table)
    >>> round(figures.micro, 3), figures.macro_items, figures.macro_annotators
    (0.667, 0.75, 0.5)
    """
    if not table.n_labels:
        return IndividualAccuracy(None, None, None, 0, 0, reason="There is no label.")
    right = label_correctness(table)
    return IndividualAccuracy(
        micro=float(right.sum() / table.n_labels),
        macro_items=_mean_of_groups(right, table.item_codes, table.n_items),
        macro_annotators=_mean_of_groups(right, table.annotator_codes, table.n_annotators),
        labels=table.n_labels,
        correct=int(right.sum()),
    )


def label_correctness(table: LabelTable) -> FloatArray:
    """Tell for every label whether it equals the ground truth.

    Parameters
    ----------
    table : LabelTable
        L labels.

    Returns
    -------
    float array, shape (L,)
        1 or 0.

    Examples
    --------
    >>> label_correctness(LabelTable.from_labels([(0, "ann", "cat")], truth=["cat"])).tolist()
    [1.0]
    """
    right: FloatArray = (table.truth[table.item_codes] == table.category_codes).astype(np.float64)
    return right


def individual_intervals(
    table: LabelTable, figures: IndividualAccuracy, resamples: int, seed: int, confidence: float = 0.95
) -> IndividualAccuracy:
    """Add the intervals of the means over items and over annotators.

    Parameters
    ----------
    table : LabelTable
        The labels.
    figures : IndividualAccuracy
        From `individual_accuracy`.
    resamples, seed : int
        Of the bootstrap over items.
    confidence : float
        Nominal level.

    Returns
    -------
    IndividualAccuracy
        With `macro_items_interval` and `macro_annotators_interval`; as it was where there is no label.

    Examples
    --------
    >>> labels = [(i, who, "x" if i % 3 or who == "ann" else "y") for i in range(9) for who in ("ann", "bob")]
    >>> table = LabelTable.from_labels(labels, truth=["x"] * 9, categories=["x", "y"])
    >>> made = individual_intervals(table, individual_accuracy(table), resamples=200, seed=1)
    >>> made.macro_items_interval.low < made.macro_items < made.macro_items_interval.high
    True
    """
    if not table.n_labels:
        return figures
    right = label_correctness(table)
    totals = np.bincount(table.item_codes, minlength=table.n_items)
    with np.errstate(invalid="ignore"):
        shares = np.bincount(table.item_codes, weights=right, minlength=table.n_items) / totals
    given = np.bincount(table.annotator_codes, minlength=table.n_annotators)
    each = np.sort(np.bincount(table.annotator_codes, weights=right, minlength=table.n_annotators) / given)
    variance = float(each.var(ddof=1)) if len(each) > 1 else 0.0
    return replace(
        figures,
        macro_items_interval=bootstrap_items(shares, resamples, seed, confidence),
        macro_annotators_interval=student_interval(
            figures.macro_annotators, variance, len(each), confidence, _OTHER_ANNOTATORS
        ),
    )


def _mean_of_groups(right: FloatArray, groups: np.ndarray, n_groups: int) -> float:
    labels = np.bincount(groups, minlength=n_groups)
    correct = np.bincount(groups, weights=right, minlength=n_groups)
    # Whole counts first, grouped by how many labels there are: the sum is then the same in any order of
    # groups.
    sizes = np.bincount(labels)
    correct_by_size = np.bincount(labels, weights=correct)
    present = np.flatnonzero(sizes[1:]) + 1
    return float((correct_by_size[present] / present).sum() / sizes[present].sum())
