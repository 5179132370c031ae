"""The pairs of categories that people confuse most, with the images on which they do."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from evaluation.array_types import BoolArray
from evaluation.intervals import Interval
from evaluation.label_table import LabelTable
from evaluation.student_interval import student_interval
from evaluation.voting import Votes

#: Pairs and examples that a report shows.
MOST_PAIRS = 8
MOST_EXAMPLES = 6


@dataclass(frozen=True)
class ConfusedPair:
    """One category taken for another.

    Parameters
    ----------
    ground_truth, label : str
        The dataset's category, and what people say.
    labels : int
        Single labels that say so.
    share : float
        Of all labels on items of this ground truth.
    interval : Interval
        Student's over the items of this ground truth, for the labels on one item are alike.
    items : int
        Items of this ground truth whose majority says so.
    examples : tuple of str
        Ids of items with such labels, those with most of them first.
    """

    ground_truth: str
    label: str
    labels: int
    share: float
    interval: Interval
    items: int
    examples: tuple[str, ...]


def confused_pairs(
    table: LabelTable, votes: Votes, confidence: float = 0.95, most: int = MOST_PAIRS
) -> tuple[ConfusedPair, ...]:
    """List the pairs with the most labels.

    Parameters
    ----------
    table : LabelTable
        The labels.
    votes : Votes
        Their vote.
    confidence : float
        Nominal level.
    most : int
        Pairs to list.

    Returns
    -------
    tuple of ConfusedPair
        The largest share first; equal ones by the names of the categories. A pair that is confused both ways
        is there twice.

    Examples
    --------
    >>> from evaluation.voting import majority_vote
    >>> labels = [(0, "ann", "cat"), (1, "ann", "cat"), (1, "bob", "dog"), (2, "ann", "dog")]
    >>> table = LabelTable.from_labels(labels, truth=["dog", "dog", "cat"])
    >>> [(pair.ground_truth, pair.label, pair.examples) for pair in
    ...  confused_pairs(table, majority_vote(table.counts))]
    [('cat', 'dog', ('2',)), ('dog', 'cat', ('0', '1'))]
    """
    k = table.n_categories
    truth = table.truth[table.item_codes]
    wrong = truth != table.category_codes
    cells, labels = np.unique(truth[wrong] * k + table.category_codes[wrong], return_counts=True)
    given = np.bincount(truth, minlength=k)
    share = labels / given[cells // k]
    names = table.categories
    ranked = sorted(
        range(len(cells)),
        key=lambda place: (-share[place], names[cells[place] // k], names[cells[place] % k]),
    )
    return tuple(
        _pair(table, votes, int(cells[place]), int(labels[place]), int(given[cells[place] // k]), confidence)
        for place in ranked[:most]
    )


def _pair(
    table: LabelTable, votes: Votes, cell: int, labels: int, given: int, confidence: float
) -> ConfusedPair:
    truth, label = divmod(cell, table.n_categories)
    of_truth = np.flatnonzero((table.truth == truth) & (votes.counts[:, label] > 0))
    said = votes.counts[of_truth, label]
    # Most such labels first, and among these the largest share of the item's labels.
    order = np.lexsort((np.arange(len(said)), -said / votes.totals[of_truth], -said))
    share = labels / given
    return ConfusedPair(
        ground_truth=table.categories[truth],
        label=table.categories[label],
        labels=labels,
        share=share,
        interval=_interval(votes, table.truth == truth, label, share, confidence),
        items=int(np.count_nonzero((table.truth == truth) & (votes.winner == label))),
        examples=tuple(table.items[row] for row in of_truth[order[:MOST_EXAMPLES]].tolist()),
    )


def _interval(votes: Votes, of_truth: BoolArray, label: int, share: float, confidence: float) -> Interval:
    """Give the interval of a ratio of two sums over items (Cochran 1977, section 6.4)."""
    labelled = of_truth & votes.labelled
    said, all_labels = votes.counts[labelled, label], votes.totals[labelled]
    items = len(said)
    residuals = (said - share * all_labels) / all_labels.mean()
    variance = float(np.sort(residuals * residuals).sum()) / max(items - 1, 1)
    return student_interval(share, variance, items, confidence)
