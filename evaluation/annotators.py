"""What each annotator did: how many labels, how often right, how much in line with the others, how fast."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from evaluation.array_types import FloatArray
from evaluation.intervals import Interval, wilson_limits
from evaluation.label_table import LabelTable


@dataclass(frozen=True)
class AnnotatorScores:
    """One annotator in a report.

    Parameters
    ----------
    annotator : str
        Pseudonymous id.
    labels : int
        Labels given.
    correct : int
        Labels equal to the ground truth.
    accuracy : float
        Their share.
    interval : Interval
        Wilson's interval of the accuracy.
    agreement_with_others : float or None
        Mean share of the others' labels on the same item that are the same; None where nobody else labelled.
    shared_items : int
        Items that the agreement is averaged over.
    median_response_ms : float or None
        Median time of an answer in milliseconds; None where no time is known.
    spammer_score : float or None
        From truth inference: 0 for answers that do not depend on the item, 1 for perfect ones.
    reason : str or None
        Why a figure is None.
    """

    annotator: str
    labels: int
    correct: int
    accuracy: float
    interval: Interval
    agreement_with_others: float | None
    shared_items: int
    median_response_ms: float | None
    spammer_score: float | None
    reason: str | None = None


def agreement_with_others(table: LabelTable) -> tuple[FloatArray, FloatArray]:
    """Compare every annotator with the others on the same items, leaving their own label out.

    Parameters
    ----------
    table : LabelTable
        A annotators. Items with one label are left out.

    Returns
    -------
    agreement : float array, shape (A,)
        Mean over the annotator's shared items of the share of the others' labels that are the same; nan
        without any.
    shared : float array, shape (A,)
        Number of shared items.

    Examples
    --------
    >>> labels = [(0, "ann", 0), (0, "bob", 0), (0, "cid", 1)]
    >>> table = LabelTable.from_labels(labels, truth=[0], categories=["x", "y"])
    >>> agreement_with_others(table)[0].tolist()
    [0.5, 0.5, 0.0]
    """
    same = table.counts[table.item_codes, table.category_codes] - 1
    others = np.bincount(table.item_codes, minlength=table.n_items)[table.item_codes] - 1
    shared = others > 0
    who = table.annotator_codes[shared]
    total = np.bincount(who, weights=same[shared] / others[shared], minlength=table.n_annotators)
    number = np.bincount(who, minlength=table.n_annotators).astype(np.float64)
    with np.errstate(invalid="ignore"):
        return total / number, number


def median_response(table: LabelTable) -> FloatArray:
    """Median time of an answer, for every annotator.

    Parameters
    ----------
    table : LabelTable
        A annotators. Labels without a time are left out.

    Returns
    -------
    float array, shape (A,)
        Milliseconds; nan where no time is known.

    Examples
    --------
    >>> labels = [(0, "ann", "x"), (1, "ann", "x")]
    >>> table = LabelTable.from_labels(labels, truth=["x", "x"], response_ms=[800, 1000])
    >>> median_response(table).tolist()
    [900.0]
    """
    if table.response_ms is None:
        return np.full(table.n_annotators, np.nan)
    known = ~np.isnan(table.response_ms)
    who, times = table.annotator_codes[known], table.response_ms[known]
    times = times[np.lexsort((times, who))]
    number = np.bincount(who, minlength=table.n_annotators)
    start = np.cumsum(number) - number
    medians = np.full(table.n_annotators, np.nan)
    some = number > 0
    lower, upper = start + (number - 1) // 2, start + number // 2
    medians[some] = (times[lower[some]] + times[upper[some]]) / 2
    return medians


def annotator_scores(
    table: LabelTable,
    spammer_scores: FloatArray | None = None,
    confidence: float = 0.95,
    spammer_reason: str = "Truth inference was not run.",
) -> tuple[AnnotatorScores, ...]:
    """Gather what is known of every annotator.

    Parameters
    ----------
    table : LabelTable
        A annotators.
    spammer_scores : float array, shape (A,), optional
        From truth inference; nan where undefined.
    confidence : float
        Level of the accuracy's Wilson interval.
    spammer_reason : str
        Why `spammer_scores` is missing.

    Returns
    -------
    tuple of AnnotatorScores
        One an annotator, in the table's order.

    Examples
    --------
    >>> table = LabelTable.from_labels([(0, "ann", "x"), (1, "ann", "x")], truth=["x", "y"])
    >>> annotator_scores(table)[0].accuracy
    0.5
    """
    right = table.truth[table.item_codes] == table.category_codes
    labels = np.bincount(table.annotator_codes, minlength=table.n_annotators)
    correct = np.bincount(table.annotator_codes[right], minlength=table.n_annotators)
    low, high = wilson_limits(correct, labels, confidence)
    agreed, shared = agreement_with_others(table)
    times = median_response(table)
    if spammer_scores is None:
        spammer_scores = np.full(table.n_annotators, np.nan)
    else:
        spammer_reason = "The labels show fewer than two categories of the ground truth that was inferred."
    columns = (labels, correct, low, high, agreed, shared, times, spammer_scores)
    rows = zip(table.annotators, *(column.tolist() for column in columns), strict=True)
    return tuple(_scores(*row, confidence=confidence, spammer_reason=spammer_reason) for row in rows)


def _scores(
    annotator: str,
    labels: int,
    correct: int,
    low: float,
    high: float,
    agreed: float,
    shared: float,
    time: float,
    spammer: float,
    *,
    confidence: float,
    spammer_reason: str,
) -> AnnotatorScores:
    accuracy = correct / labels
    undefined = (
        ("agreement_with_others", agreed, "nobody else labelled these items."),
        ("median_response_ms", time, "no response time is known."),
        ("spammer_score", spammer, spammer_reason),
    )
    reasons = [f"{name}: {why}" for name, value, why in undefined if np.isnan(value)]
    return AnnotatorScores(
        annotator=annotator,
        labels=labels,
        correct=correct,
        accuracy=accuracy,
        interval=Interval("wilson", low, high, confidence, accuracy, labels, correct),
        agreement_with_others=_known(agreed),
        shared_items=int(shared),
        median_response_ms=_known(time),
        spammer_score=_known(spammer),
        reason=" ".join(reasons) or None,
    )


def _known(value: float) -> float | None:
    return None if np.isnan(value) else value
