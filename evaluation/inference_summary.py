"""What a report says about truth inference."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from evaluation.array_types import FloatArray
from evaluation.intervals import Interval
from evaluation.label_table import LabelTable
from evaluation.progress import Progress, silent
from evaluation.strata import wilson_of_credit
from evaluation.truth_inference import (
    MOST_CELLS,
    MOST_POSTERIORS,
    START,
    InferredTruth,
    dawid_skene,
    one_coin,
    spammer_score,
)
from evaluation.voting import mean_credit

# A row of an annotator's matrix that rests on less than this many expected labels is not an observation.
_LEAST_ROW = 1e-6
# Posterior probabilities nearer than this are equal but for rounding.
_SAME = 1e-9


@dataclass(frozen=True)
class InferenceSummary:
    """One model in a report.

    Parameters
    ----------
    accuracy : float or None
        Share of items whose most probable category is the ground truth, ties shared.
    iterations : int or None
        EM iterations done.
    converged : bool or None
        Whether EM met the tolerance within the allowed iterations. If not, the likelihood still rose when it
        stopped, and more iterations would move the accuracy a little.
    log_likelihood : float or None
        Natural logarithm.
    n : int
        Items with labels.
    tolerance : float
        Change of the log-likelihood per label at which EM stops.
    max_iterations : int
        Most iterations allowed.
    start : str
        Where EM started; other starts may reach other optima.
    interval : Interval or None
        Wilson's of the accuracy, at the mean credit where ties are shared.
    reason : str or None
        Why the figures are None.
    """

    accuracy: float | None
    iterations: int | None
    converged: bool | None
    log_likelihood: float | None
    n: int
    tolerance: float
    max_iterations: int
    start: str = START
    interval: Interval | None = field(default=None, metadata={"leave_out_if_none": True})
    reason: str | None = None


@dataclass(frozen=True)
class TruthInference:
    """Both models."""

    dawid_skene: InferenceSummary
    one_coin: InferenceSummary


@dataclass(frozen=True, eq=False)
class InferenceResult:
    """The summary, and the spammer scores that the annotators' table shows; None where there are none."""

    summary: TruthInference
    spammer_scores: FloatArray | None


def infer_truth(
    table: LabelTable,
    max_iterations: int = 200,
    tolerance: float = 1e-8,
    progress: Progress = silent,
    confidence: float = 0.95,
) -> InferenceResult:
    """Run both models on a table.

    Parameters
    ----------
    table : LabelTable
        Labels and ground truth; the models do not see the ground truth.
    max_iterations, tolerance, progress
        As for `dawid_skene`.
    confidence : float
        Level of the intervals.

    Returns
    -------
    InferenceResult
        With reasons instead of figures where there is no label, or where the matrices would be too large.

    Examples
    --------
    >>> table = LabelTable.from_labels([(0, "ann", "cat"), (1, "ann", "dog")], truth=["cat", "dog"])
    >>> infer_truth(table).summary.dawid_skene.accuracy
    1.0
    """
    k = table.n_categories
    reason = None
    if not table.n_labels:
        reason = "There is no label to infer a truth from."
    elif table.n_items * k > MOST_POSTERIORS:
        reason = f"{table.n_items} items x {k} categories are more than {MOST_POSTERIORS} probabilities."
    if reason:
        labelled = int(np.count_nonzero(table.counts.any(axis=1)))
        none = InferenceSummary(None, None, None, None, labelled, tolerance, max_iterations, reason=reason)
        return InferenceResult(TruthInference(none, none), None)
    labels = (table.item_codes, table.annotator_codes, table.category_codes)
    shape = (table.n_items, table.n_annotators, k)
    one = one_coin(*labels, shape, max_iterations, tolerance, progress)
    coin = _summary(table, one, max_iterations, confidence)
    if table.n_annotators * k * k > MOST_CELLS:
        reason = f"{table.n_annotators} annotators x {k} x {k} categories are more than {MOST_CELLS} cells."
        none = InferenceSummary(None, None, None, None, coin.n, tolerance, max_iterations, reason=reason)
        return InferenceResult(TruthInference(none, coin), None)
    result = dawid_skene(*labels, shape, max_iterations, tolerance, progress)
    scores = spammer_score(result.confusion, _seen(result))
    return InferenceResult(TruthInference(_summary(table, result, max_iterations, confidence), coin), scores)


def inferred_credit(posterior: Any, truth: Any) -> FloatArray:
    """Credit every item for its most probable category, ties shared.

    Parameters
    ----------
    posterior : float array, shape (N, K)
        From `InferredTruth`.
    truth : int array, shape (N,)
        Ground truth.

    Returns
    -------
    float array, shape (N,)
        One over the number of most probable categories where the ground truth is one of them, else 0; nan
        where an item has no label. Probabilities within 1e-9 are taken as equal: two categories with the same
        labels stay tied whatever the rounding.

    Examples
    --------
    >>> inferred_credit([[0.9, 0.1], [0.5, 0.5], [0.0, 0.0]], [0, 1, 0]).tolist()
    [1.0, 0.5, nan]
    """
    posterior, truth = np.asarray(posterior, dtype=np.float64), np.asarray(truth, dtype=np.int64)
    top = posterior.max(axis=1)
    leads = posterior >= top[:, None] - _SAME
    credit: FloatArray = leads[np.arange(len(truth)), truth] / leads.sum(axis=1)
    credit[top == 0] = np.nan
    return credit


def _seen(result: InferredTruth) -> object:
    return None if result.expected_truths is None else result.expected_truths > _LEAST_ROW


def _summary(
    table: LabelTable, result: InferredTruth, max_iterations: int, confidence: float
) -> InferenceSummary:
    credit = inferred_credit(result.posterior, table.truth)
    return InferenceSummary(
        accuracy=mean_credit(credit),
        iterations=result.iterations,
        converged=result.converged,
        log_likelihood=result.log_likelihood,
        n=result.n,
        tolerance=result.tolerance,
        max_iterations=max_iterations,
        start=result.start,
        interval=wilson_of_credit(credit, confidence),
    )
