"""What can be said from counts alone, for label files larger than memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from evaluation.agreement import Agreement, agreement
from evaluation.agreement_intervals import agreement_intervals
from evaluation.array_types import IntArray
from evaluation.bootstrap import bootstrap_items
from evaluation.config import EvaluationConfig
from evaluation.confusion import CategoryScores, ConfusionMatrices, category_scores, confusion_matrices
from evaluation.finite_population import finite_population
from evaluation.intervals import Interval, of_credit
from evaluation.labels_per_item import CurvePoint, accuracy_by_labels_per_item
from evaluation.random_streams import purpose_seed
from evaluation.voting import TieLedger, majority_vote, mean_credit, tie_ledger, vote_credit

LEFT_OUT = (
    "Only counts were kept, so what needs to know who gave which label is left out: the crossed bootstrap, "
    "truth inference, annotators, and the check that nobody labelled an item twice."
)


@dataclass(frozen=True)
class CountedReport:
    """The part of a report that rests on the counts of labels for item and category.

    Parameters
    ----------
    config : EvaluationConfig
        The settings.
    items, labelled_items, complete_items, labels : int
        Items in all, with a label, with as many as planned; labels.
    majority : float or None
        Majority accuracy under the tie rule.
    intervals : mapping of str to Interval
        Wilson, Clopper-Pearson, bootstrap over items, finite population.
    tie_ledger : TieLedger
        Accuracy under all rules.
    individual_micro : float or None
        Accuracy of single labels.
    by_labels_per_item : tuple of CurvePoint
        The curve.
    confusion_matrix, per_category, agreement
        As in the full report.
    seeds : mapping of str to int
        Of the random streams used.
    left_out : str
        What needs more than counts.
    reason : str or None
        Why an accuracy is None.
    """

    config: EvaluationConfig
    items: int
    labelled_items: int
    complete_items: int
    labels: int
    majority: float | None
    intervals: Mapping[str, Interval]
    tie_ledger: TieLedger
    individual_micro: float | None
    by_labels_per_item: tuple[CurvePoint, ...]
    confusion_matrix: ConfusionMatrices
    per_category: tuple[CategoryScores, ...]
    agreement: Agreement
    seeds: Mapping[str, int]
    left_out: str = LEFT_OUT
    reason: str | None = None


def evaluate_counts(
    counts: IntArray,
    truth: IntArray,
    items: Sequence[str],
    categories: tuple[str, ...],
    config: EvaluationConfig | None = None,
) -> CountedReport:
    """Evaluate counts, as from `count_labels`, which never holds the labels.

    Parameters
    ----------
    counts : int array, shape (N, K)
        Labels of every item for every category.
    truth : int array, shape (N,)
        Ground truth.
    items, categories
        Their names.
    config : EvaluationConfig, optional
        The settings. Figures equal those of `evaluate` with the same ones.

    Returns
    -------
    CountedReport
        Over the items that have labels.

    Raises
    ------
    BadTable
        If the shapes do not fit.

    Examples
    --------
    >>> evaluate_counts(np.array([[2, 1], [0, 3]]), np.array([0, 1]), ("1", "2"), ("cat", "dog")).majority
    1.0
    """
    config = config or EvaluationConfig()
    votes = majority_vote(counts)
    purposes = ("tie_break", "bootstrap", "bootstrap_agreement")
    seeds = {name: purpose_seed(config.seed, name) for name in purposes}
    credit = vote_credit(votes, truth, config.tie_rule, seeds["tie_break"], items, categories)
    level, labels = config.confidence, int(votes.totals.sum())
    figures = agreement(counts)
    intervals = agreement_intervals(
        counts, categories, figures, config.resamples, seeds["bootstrap_agreement"], level
    )
    right = int(counts[np.arange(len(counts)), truth].sum())
    return CountedReport(
        config=config,
        items=len(counts),
        labelled_items=votes.n,
        complete_items=int(np.count_nonzero(votes.totals >= config.labels_per_item)),
        labels=labels,
        majority=mean_credit(credit),
        intervals={
            "wilson": of_credit("wilson", credit, level),
            "clopper_pearson": of_credit("clopper_pearson", credit, level),
            "bootstrap_items": bootstrap_items(credit, config.resamples, seeds["bootstrap"], level),
            "finite_population": finite_population(credit, config.population, level),
        },
        tie_ledger=tie_ledger(votes, truth, seeds["tie_break"], items, categories),
        individual_micro=right / labels if labels else None,
        by_labels_per_item=accuracy_by_labels_per_item(counts, truth, confidence=level),
        confusion_matrix=confusion_matrices(votes, truth, categories),
        per_category=category_scores(votes, truth, categories, level),
        agreement=replace(figures, intervals=intervals),
        seeds={"base": config.seed} | seeds,
        reason=None if labels else "There is no label.",
    )
