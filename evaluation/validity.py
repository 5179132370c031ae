"""Items whose ground truth may be wrong: all annotators agree on something else."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from evaluation.array_types import FloatArray, IntArray
from evaluation.intervals import Interval
from evaluation.label_table import LabelTable
from evaluation.strata import wilson_of_credit
from evaluation.voting import Votes, mean_credit


@dataclass(frozen=True)
class ValidityCandidate:
    """One item whose ground truth may be wrong.

    Parameters
    ----------
    item : str
        Its id.
    ground_truth : str
        The dataset's category.
    label : str
        The category that all annotators gave.
    labels : int
        How many they were.
    """

    item: str
    ground_truth: str
    label: str
    labels: int


@dataclass(frozen=True)
class LabelValidity:
    """Candidates for wrong ground truth, and what they do to the accuracy.

    Parameters
    ----------
    candidates : tuple of ValidityCandidate
        Items with two labels or more, all the same and not the ground truth. None is dropped from any other
        figure.
    accuracy_with, accuracy_without : float or None
        Majority accuracy with all items, and without the candidates.
    interval_with, interval_without : Interval
        Wilson's of both, at the mean credit where ties are shared.
    reason : str or None
        Why an accuracy is None.
    """

    candidates: tuple[ValidityCandidate, ...]
    accuracy_with: float | None
    accuracy_without: float | None
    interval_with: Interval
    interval_without: Interval
    reason: str | None = None


def validity_candidates(votes: Votes, truth: IntArray) -> IntArray:
    """Find the items on which all annotators agree against the ground truth.

    Parameters
    ----------
    votes : Votes
        From `majority_vote`.
    truth : int array, shape (N,)
        Ground truth.

    Returns
    -------
    int array
        Rows of items with two labels or more, all the same and not the ground truth.

    Examples
    --------
    >>> from evaluation.voting import majority_vote
    >>> validity_candidates(majority_vote([[0, 3], [0, 1], [3, 0]]), np.array([0, 0, 0])).tolist()
    [0]
    """
    unanimous = (votes.top == votes.totals) & (votes.totals > 1)
    return np.flatnonzero(unanimous & (votes.winner != truth))


def label_validity(
    table: LabelTable, votes: Votes, credit: FloatArray, confidence: float = 0.95
) -> LabelValidity:
    """List the candidates for wrong ground truth, with the accuracy with and without them.

    Parameters
    ----------
    table : LabelTable
        The labels.
    votes : Votes
        Their vote.
    credit : float array, shape (N,)
        From `vote_credit`, under the study's tie rule.
    confidence : float
        Level of the intervals.

    Returns
    -------
    LabelValidity
        Candidates in the order of the items.

    Examples
    --------
    >>> from evaluation.voting import majority_vote, vote_credit
    >>> labels = [(0, "ann", "dog"), (0, "bob", "dog"), (1, "ann", "dog")]
    >>> table = LabelTable.from_labels(labels, truth=["cat", "dog"])
    >>> votes = majority_vote(table.counts)
    >>> validity = label_validity(table, votes, vote_credit(votes, table.truth))
    >>> validity.candidates[0].item, validity.accuracy_with, validity.accuracy_without
    ('0', 0.5, 1.0)
    """
    rows = validity_candidates(votes, table.truth)
    candidates = tuple(
        ValidityCandidate(
            item=table.items[row],
            ground_truth=table.categories[int(table.truth[row])],
            label=table.categories[int(votes.winner[row])],
            labels=int(votes.totals[row]),
        )
        for row in rows.tolist()
    )
    rest = np.delete(credit, rows)
    with_them, without_them = mean_credit(credit), mean_credit(rest)
    reason = None
    if with_them is None:
        reason = "No item has a label."
    elif without_them is None:
        reason = "accuracy_without: every item with a label is a candidate."
    return LabelValidity(
        candidates,
        with_them,
        without_them,
        wilson_of_credit(credit, confidence),
        wilson_of_credit(rest, confidence),
        reason,
    )
