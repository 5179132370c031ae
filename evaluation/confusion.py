"""Confusion matrices and the scores of every category."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from evaluation.array_types import FloatArray, IntArray
from evaluation.category_intervals import CategoryIntervals, category_intervals
from evaluation.voting import TIE, Votes

#: Above this many categories a matrix is left out: three of them would not fit a report that a person opens.
MOST_CATEGORIES = 1_000


@dataclass(frozen=True, eq=False)
class ConfusionMatrices:
    """Three matrices over the same items; rows are ground truth.

    Parameters
    ----------
    categories : tuple of str
        Names of the rows and columns.
    majority : int array, shape (K, K + 1), or None
        Items by their majority category; the last column is "no majority" (a tie), whatever the tie rule.
    majority_expected : float array, shape (K, K), or None
        Expected items by majority category when every tie is broken at random.
    individual : int array, shape (K, K), or None
        Single labels.
    reason : str or None
        Why the matrices are None.
    """

    categories: tuple[str, ...]
    majority: IntArray | None
    majority_expected: FloatArray | None
    individual: IntArray | None
    reason: str | None = None


@dataclass(frozen=True)
class CategoryScores:
    """How well a category is found, from the expected matrix.

    Parameters
    ----------
    category : str
        Its name.
    support : int
        Items of this ground truth that have labels.
    precision, recall, f1 : float or None
        None where it would be 0/0.
    predicted : float
        Expected number of items with this majority category.
    correct : float
        Expected number of those that have this ground truth.
    intervals : CategoryIntervals
        Of the three scores.
    reason : str or None
        Why a score is None.
    """

    category: str
    support: int
    precision: float | None
    recall: float | None
    f1: float | None
    predicted: float
    correct: float
    intervals: CategoryIntervals
    reason: str | None = None


def majority_confusion(votes: Votes, truth: IntArray) -> IntArray:
    """Count items by ground truth and majority category.

    Parameters
    ----------
    votes : Votes
        From `majority_vote`.
    truth : int array, shape (N,)
        Ground truth.

    Returns
    -------
    int array, shape (K, K + 1)
        The last column is "no majority". Items without labels are not counted, so a row sums to its support.

    Examples
    --------
    >>> from evaluation.voting import majority_vote
    >>> majority_confusion(majority_vote([[2, 1], [1, 1]]), np.array([0, 1])).tolist()
    [[1, 0, 0], [0, 0, 1]]
    """
    k = votes.counts.shape[1]
    labelled = votes.labelled
    column = np.where(votes.winner == TIE, k, votes.winner)[labelled]
    return np.bincount(truth[labelled] * (k + 1) + column, minlength=k * (k + 1)).reshape(k, k + 1)


def expected_confusion(votes: Votes, truth: IntArray) -> FloatArray:
    """Count items by ground truth and majority category, ties shared among their leaders.

    Parameters
    ----------
    votes : Votes
        From `majority_vote`.
    truth : int array, shape (N,)
        Ground truth.

    Returns
    -------
    float array, shape (K, K)
        The exact expectation under the tie rule `random`.

    Examples
    --------
    >>> from evaluation.voting import majority_vote
    >>> expected_confusion(majority_vote([[2, 1], [1, 1]]), np.array([0, 1])).tolist()
    [[1.0, 0.0], [0.5, 0.5]]
    """
    k = votes.counts.shape[1]
    expected = np.zeros(k * k)
    # Whole counts for each number of leaders, divided at the end: exact, and the same in any order of items.
    alone = votes.leaders == 1
    expected += np.bincount(truth[alone] * k + votes.winner[alone], minlength=k * k)
    for leaders in np.unique(votes.leaders[votes.leaders > 1]).tolist():
        rows = np.flatnonzero(votes.leaders == leaders)
        row, column = np.nonzero(votes.counts[rows] == votes.top[rows, None])
        expected += np.bincount(truth[rows[row]] * k + column, minlength=k * k) / leaders
    return expected.reshape(k, k)


def individual_confusion(counts: IntArray, truth: IntArray) -> IntArray:
    """Count single labels by ground truth and category.

    Parameters
    ----------
    counts : int array, shape (N, K)
        Labels of every item for every category.
    truth : int array, shape (N,)
        Ground truth.

    Returns
    -------
    int array, shape (K, K)
        A row sums to the labels on items of that ground truth.

    Examples
    --------
    >>> individual_confusion(np.array([[2, 1], [1, 1]]), np.array([0, 1])).tolist()
    [[2, 1], [1, 1]]
    """
    k = counts.shape[1]
    # Column by column: bincount's float sums are exact for whole numbers below 2**53.
    columns = [np.bincount(truth, weights=column, minlength=k) for column in counts.T]
    return np.stack(columns, axis=1).astype(np.int64)


def confusion_matrices(
    votes: Votes, truth: IntArray, categories: tuple[str, ...], single: IntArray | None = None
) -> ConfusionMatrices:
    """Gather the three matrices.

    Parameters
    ----------
    votes : Votes
        From `majority_vote`.
    truth : int array, shape (N,)
        Ground truth.
    categories : tuple of str
        Names of the K categories.
    single : int array, shape (N, K), optional
        Counts of the labels that the matrix of single labels is of, where these are not all.

    Returns
    -------
    ConfusionMatrices
        Without matrices, and with the reason, for more than `MOST_CATEGORIES` categories.

    Examples
    --------
    >>> from evaluation.voting import majority_vote
    >>> confusion_matrices(majority_vote([[2, 1]]), np.array([0]), ("cat", "dog")).individual.tolist()
    [[2, 1], [0, 0]]
    """
    if len(categories) > MOST_CATEGORIES:
        reason = (
            f"{len(categories)} categories would make matrices of {len(categories) ** 2} cells; they are "
            f"written for up to {MOST_CATEGORIES}. The scores of every category stand in per_category."
        )
        return ConfusionMatrices(categories, None, None, None, reason)
    return ConfusionMatrices(
        categories,
        majority_confusion(votes, truth),
        expected_confusion(votes, truth),
        individual_confusion(votes.counts if single is None else single, truth),
    )


def category_scores(
    votes: Votes, truth: IntArray, categories: tuple[str, ...], confidence: float = 0.95
) -> tuple[CategoryScores, ...]:
    """Precision, recall and F1 of every category, ties shared among their leaders.

    Parameters
    ----------
    votes : Votes
        From `majority_vote`.
    truth : int array, shape (N,)
        Ground truth.
    categories : tuple of str
        Names of the K categories.
    confidence : float
        Level of the intervals.

    Returns
    -------
    tuple of CategoryScores
        One a category. A score that would be 0/0 is None with a reason, never 0.

    Examples
    --------
    >>> from evaluation.voting import majority_vote
    >>> scores = category_scores(majority_vote([[2, 1], [1, 1]]), np.array([0, 1]), ("cat", "dog"))
    >>> scores[0].recall, round(scores[0].precision, 3), scores[1].precision
    (1.0, 0.667, 1.0)
    """
    k = len(categories)
    labelled = votes.labelled
    support = np.bincount(truth[labelled], minlength=k)
    predicted, correct = np.zeros(k), np.zeros(k)
    alone = votes.leaders == 1
    predicted += np.bincount(votes.winner[alone], minlength=k)
    correct += np.bincount(truth[alone & (votes.winner == truth)], minlength=k)
    for leaders in np.unique(votes.leaders[votes.leaders > 1]).tolist():
        rows = np.flatnonzero(votes.leaders == leaders)
        row, column = np.nonzero(votes.counts[rows] == votes.top[rows, None])
        predicted += np.bincount(column, minlength=k) / leaders
        correct += np.bincount(column[truth[rows[row]] == column], minlength=k) / leaders
    intervals = category_intervals(support, predicted, correct, confidence)
    columns = (categories, support.tolist(), predicted.tolist(), correct.tolist(), intervals)
    return tuple(_scores(*figures) for figures in zip(*columns, strict=True))


def _scores(
    category: str, support: int, predicted: float, correct: float, intervals: CategoryIntervals
) -> CategoryScores:
    precision = correct / predicted if predicted else None
    recall = correct / support if support else None
    f1 = 2 * correct / (support + predicted) if support + predicted else None
    reasons = []
    if precision is None:
        reasons.append("precision: no item has this majority category.")
    if recall is None:
        reasons.append("recall: no item with labels has this ground truth.")
    if f1 is None:
        reasons.append("f1: the category occurs neither as ground truth nor as majority.")
    return CategoryScores(
        category, support, precision, recall, f1, predicted, correct, intervals, " ".join(reasons) or None
    )
