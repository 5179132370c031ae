"""Bootstrap over items and annotators together: what other people would give on other items.

Labels cluster both ways: an image is hard for everybody, a person is careless on every image. An interval
that resamples one of the two alone is too short. Here every resample draws annotators and items, each with
replacement, and a label counts as often as its item times its annotator was drawn.

Source: A. B. Owen (2007), The pigeonhole bootstrap, Annals of Applied Statistics 1, 386-411, arXiv 0712.1111.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from evaluation.array_types import BoolArray, FloatArray, IntArray
from evaluation.bootstrap import undefined_bootstrap
from evaluation.errors import BadSetting
from evaluation.expanded_interval import centred_interval, effective_annotators
from evaluation.intervals import Interval
from evaluation.label_table import LabelTable
from evaluation.progress import Progress, silent
from evaluation.random_streams import purpose_seed, stream
from evaluation.voting import TIE_RULES, majority_vote, mean_credit, vote_credit

_QUESTION = "What would other annotators like these give on other images like these?"

_ONE_ANNOTATOR = "All labels come from one annotator, so nothing tells how others would differ."

#: Cells of one batch; about what a processor's cache holds as 16-bit numbers.
_BATCH_CELLS = 1_000_000


@dataclass(frozen=True, eq=False)
class _Group:
    """Items that have the same number of distinct categories among their labels.

    `incidence` is sparse, one row a (item, category) cell and one column an annotator. The rows of an item
    follow each other; where `has_truth` the first of them is the ground truth.
    """

    n_items: int
    n_cells: int
    has_truth: bool
    incidence: Any


def bootstrap_crossed(
    table: LabelTable,
    resamples: int,
    seed: int,
    rule: str = "random",
    confidence: float = 0.95,
    progress: Progress = silent,
) -> Interval:
    """Bootstrap the majority accuracy over items and annotators.

    In a resample every annotator has a weight, the number of times that they were drawn, and the vote of an
    item is the weighted vote of its labels. An item whose annotators were all left out has no vote and is not
    counted. Drawing the items is a multinomial draw over the levels of credit that these votes give.

    Weights such as (2, 1, 0) leave an item with fewer voices than it had, so that resampled votes are right
    less often than real ones. The interval therefore takes the spread of the replicates and lies around the
    estimate: their mean is moved onto it, and the shift is reported as `bias`. Without that the interval
    would rarely hold the true value (docs/statistics.md has the simulation). It is also widened where there
    are few people, see `expanded_interval.expanded_confidence`.

    Parameters
    ----------
    table : LabelTable
        N items, A annotators.
    resamples : int
        How many; with 0 the interval is undefined.
    seed : int
        Seed of the stream.
    rule : {'random', 'wrong', 'optimistic', 'seeded'}
        Tie rule; `seeded` is resampled as `random`, which it is one draw of.
    confidence : float
        Nominal level.
    progress : callable
        Told of every batch.

    Returns
    -------
    Interval
        Undefined with a reason without resamples or labels, with one annotator, or where all resamples are
        the same, as with people who are always right.

    Raises
    ------
    BadSetting
        If the rule is unknown.

    Examples
    --------
    >>> labels = [(i, a, int(a > 0 or i % 2)) for i in range(20) for a in range(3)]
    >>> table = LabelTable.from_labels(labels, truth=[1] * 20, categories=["x", "y"])
    >>> interval = bootstrap_crossed(table, resamples=200, seed=1)
    >>> interval.low < interval.estimate <= interval.high
    True
    """
    if rule not in TIE_RULES:
        raise BadSetting(f"The tie rule is {rule!r}; it must be one of {', '.join(TIE_RULES)}.")
    n = int(np.count_nonzero(table.counts.sum(axis=1)))
    if n == 0 or resamples == 0:
        return undefined_bootstrap("bootstrap_crossed", n, resamples, seed, confidence, _QUESTION)
    if table.n_annotators < 2:
        return undefined_bootstrap(
            "bootstrap_crossed", n, resamples, seed, confidence, _QUESTION, _ONE_ANNOTATOR
        )
    credit = vote_credit(majority_vote(table.counts), table.truth, "random" if rule == "seeded" else rule)
    estimate = mean_credit(credit)
    statistics = crossed_majority(table, resamples, seed, rule, progress)
    units = min(n, effective_annotators(table))
    return centred_interval(
        "bootstrap_crossed", statistics, estimate or 0.0, n, seed, confidence, units, _QUESTION
    )


def crossed_majority(
    table: LabelTable, resamples: int, seed: int, rule: str = "random", progress: Progress = silent
) -> FloatArray:
    """Replicates of the majority accuracy.

    Parameters
    ----------
    table : LabelTable
        N items, A annotators.
    resamples, seed, rule, progress
        As for `bootstrap_crossed`.

    Returns
    -------
    float array, shape (B,)
        nan where no item kept a vote.

    Examples
    --------
    >>> table = LabelTable.from_labels([(0, 0, "x"), (0, 1, "x")], truth=["x"], categories=["x", "y"])
    >>> crossed_majority(table, resamples=3, seed=1).tolist()
    [1.0, 1.0, 1.0]
    """
    groups = _groups(table)
    n = sum(group.n_items for group in groups)
    levels = max((group.n_cells for group in groups), default=1)
    credit = _level_credit(levels, rule)
    people = stream(purpose_seed(seed, "annotators"))
    items = stream(purpose_seed(seed, "items"))
    rows = sum(group.n_items * group.n_cells for group in groups)
    batch = max(1, min(resamples, _BATCH_CELLS // max(rows, table.n_annotators)))
    statistics = np.empty(resamples)
    for start in range(0, resamples, batch):
        size = min(batch, resamples - start)
        histogram = _credit_histogram(groups, _multiplicities(people, table.n_annotators, size), n, levels)
        drawn = items.multinomial(n, histogram / n)
        voted = n - drawn[:, -1]
        with np.errstate(invalid="ignore"):
            statistics[start : start + size] = (drawn * credit).sum(axis=1) / voted
        progress("crossed bootstrap", start + size, resamples)
    return statistics


def bootstrap_individual(
    table: LabelTable, resamples: int, seed: int, confidence: float = 0.95, progress: Progress = silent
) -> Interval:
    """Bootstrap the accuracy of single labels over items and annotators.

    Every label counts as often as its item was drawn times as often as its annotator was drawn.

    Parameters
    ----------
    table : LabelTable
        N items, A annotators.
    resamples, seed, confidence, progress
        As for `bootstrap_crossed`.

    Returns
    -------
    Interval
        Around the micro accuracy. Undefined as for `bootstrap_crossed`.

    Examples
    --------
    >>> labels = [(i, a, int(a > 0 or i % 2)) for i in range(20) for a in range(3)]
    >>> table = LabelTable.from_labels(labels, truth=[1] * 20, categories=["x", "y"])
    >>> interval = bootstrap_individual(table, resamples=200, seed=1)
    >>> interval.low < interval.estimate < interval.high
    True
    """
    method = "bootstrap_crossed_individual"
    if table.n_labels == 0 or resamples == 0:
        return undefined_bootstrap(method, table.n_labels, resamples, seed, confidence, _QUESTION)
    if table.n_annotators < 2:
        return undefined_bootstrap(
            method, table.n_labels, resamples, seed, confidence, _QUESTION, _ONE_ANNOTATOR
        )
    right = table.truth[table.item_codes] == table.category_codes
    statistics = _crossed_individual(table, right, resamples, seed, progress)
    units = min(int(np.count_nonzero(table.counts.sum(axis=1))), effective_annotators(table))
    return centred_interval(
        method, statistics, float(right.mean()), table.n_labels, seed, confidence, units, _QUESTION
    )


def _crossed_individual(
    table: LabelTable, right: BoolArray, resamples: int, seed: int, progress: Progress
) -> FloatArray:
    from scipy.sparse import csr_array

    items, row = np.unique(table.item_codes, return_inverse=True)
    shape = (len(items), table.n_annotators)
    annotator = _nameless_order(table)[table.annotator_codes]
    # In 64 bits: the product of two multiplicities, summed over all labels, may be large.
    given = csr_array((np.ones(len(row), dtype=np.int64), (row, annotator)), shape=shape)
    correct = csr_array((right.astype(np.int64), (row, annotator)), shape=shape)
    people = stream(purpose_seed(seed, "annotators"))
    drawn_items = stream(purpose_seed(seed, "items"))
    batch = max(1, min(resamples, _BATCH_CELLS // (4 * max(shape))))
    statistics = np.empty(resamples)
    for start in range(0, resamples, batch):
        size = min(batch, resamples - start)
        weights = _multiplicities(people, shape[1], size).astype(np.int64)
        times = _multiplicities(drawn_items, shape[0], size)
        with np.errstate(invalid="ignore"):
            share = _weighted_sum(correct @ weights, times) / _weighted_sum(given @ weights, times)
        statistics[start : start + size] = share
        progress("crossed bootstrap of single labels", start + size, resamples)
    return statistics


def _weighted_sum(counts: Any, times: np.ndarray) -> FloatArray:
    total: FloatArray = (counts * times).sum(axis=0)
    return total


def _nameless_order(table: LabelTable) -> IntArray:
    """Number the annotators by what they answered, so that their names do not steer the draws.

    Every annotator gets a hash of their labels, and the hashes are ranked. Annotators with the same labels
    are interchangeable. Categories enter by the order of their names, for the order of the list is free too.
    """
    by_name = np.argsort(np.argsort(np.array(table.categories)))[table.category_codes]
    label = (table.item_codes * table.n_categories + by_name).astype(np.uint64)
    # The finaliser of splitmix64: a bijection on 64 bits that scatters neighbours; multiplication wraps
    # around.
    label = (label + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    label = (label ^ (label >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    label = (label ^ (label >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    label ^= label >> np.uint64(31)
    hashes = np.zeros(table.n_annotators, dtype=np.uint64)
    np.add.at(hashes, table.annotator_codes, label)
    ranks: IntArray = np.argsort(np.argsort(hashes, kind="stable"), kind="stable")
    return ranks


def _multiplicities(generator: np.random.Generator, n: int, size: int) -> np.ndarray:
    """Draw n of n with replacement, `size` times; count how often each came up, shape (n, size)."""
    drawn = generator.integers(0, n, size=(size, n))
    drawn += np.arange(size)[:, None] * n
    counts = np.bincount(drawn.ravel(), minlength=size * n).reshape(size, n)
    return np.ascontiguousarray(counts.T.astype(_count_type(n)))


def _count_type(n: int) -> type[np.int16] | type[np.int32]:
    # A weighted vote is at most n, so that 16 bits do for all but the largest crowds.
    return np.int16 if n < 2**15 else np.int32


def _credit_histogram(groups: list[_Group], weights: np.ndarray, n: int, levels: int) -> IntArray:
    """Count the items of each level of credit in every resample.

    Column 0 is no credit, column r is the ground truth among r leaders, the last column is no vote.
    """
    size = weights.shape[1]
    histogram = np.zeros((size, levels + 2), dtype=np.int64)
    for group in groups:
        votes = (group.incidence @ weights).reshape(group.n_items, group.n_cells, size)
        top = votes[:, 0] if group.n_cells == 1 else votes.max(axis=1)
        voted = top > 0
        histogram[:, -1] += group.n_items - np.count_nonzero(voted, axis=0)
        if not group.has_truth:
            continue
        holds = (votes[:, 0] == top) & voted
        if group.n_cells == 1:
            histogram[:, 1] += np.count_nonzero(holds, axis=0)
            continue
        leaders = (votes == top[:, None]).sum(axis=1, dtype=np.int8 if group.n_cells < 128 else np.int64)
        leaders *= holds
        for level in range(1, group.n_cells + 1):
            histogram[:, level] += np.count_nonzero(leaders == level, axis=0)
    histogram[:, 0] = n - histogram[:, 1:].sum(axis=1)
    return histogram


def _level_credit(levels: int, rule: str) -> FloatArray:
    credit = np.zeros(levels + 2)
    leaders = np.arange(1, levels + 1)
    credit[1:-1] = {
        "random": 1 / leaders,
        "seeded": 1 / leaders,
        "wrong": (leaders == 1).astype(np.float64),
        "optimistic": np.ones(levels),
    }[rule]
    return credit


def _groups(table: LabelTable) -> list[_Group]:
    from scipy.sparse import csr_array

    k = table.n_categories
    # The ground truth sorts before the other categories of its item.
    category = np.where(table.category_codes == table.truth[table.item_codes], 0, table.category_codes + 1)
    annotator = _nameless_order(table)[table.annotator_codes]
    cells, cell_of_label = np.unique(table.item_codes * (k + 1) + category, return_inverse=True)
    item_of_cell = cells // (k + 1)
    per_item = np.bincount(item_of_cell, minlength=table.n_items)
    with_truth = np.zeros(table.n_items, dtype=bool)
    with_truth[item_of_cell[cells % (k + 1) == 0]] = True
    groups = []
    for n_cells in np.flatnonzero(np.bincount(per_item)[1:]) + 1:
        for has_truth in (True, False):
            chosen = (per_item == n_cells) & (with_truth == has_truth)
            if not chosen.any():
                continue
            kept = chosen[item_of_cell]
            row = np.cumsum(kept) - 1
            labels = np.flatnonzero(kept[cell_of_label])
            incidence = csr_array(
                (np.ones(len(labels)), (row[cell_of_label[labels]], annotator[labels])),
                shape=(int(kept.sum()), table.n_annotators),
            ).astype(_count_type(table.n_annotators))
            groups.append(_Group(int(chosen.sum()), int(n_cells), has_truth, incidence))
    return groups
