"""The vote of every item, its ties, and what each tie rule makes of them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from evaluation.array_types import BoolArray, FloatArray, IntArray
from evaluation.errors import BadSetting, BadTable

TIE_RULES = ("random", "wrong", "optimistic", "seeded")

#: In `Votes.winner`: several categories share the lead.
TIE = -1
#: In `Votes.winner`: the item has no label.
NO_LABEL = -2


@dataclass(frozen=True, eq=False)
class Votes:
    """The outcome of a vote over every item, before any tie rule.

    Parameters
    ----------
    counts : int array, shape (N, K)
        Labels of every item for every category.
    totals : int array, shape (N,)
        Labels of every item.
    top : int array, shape (N,)
        Labels of the leading category.
    leaders : int array, shape (N,)
        How many categories share the lead; 0 where an item has no label.
    winner : int array, shape (N,)
        The one leading category, `TIE` or `NO_LABEL`.
    """

    counts: IntArray
    totals: IntArray
    top: IntArray
    leaders: IntArray
    winner: IntArray

    @property
    def labelled(self) -> BoolArray:
        """Whether an item has at least one label, shape (N,)."""
        return self.totals > 0

    @property
    def n(self) -> int:
        """Number of items with at least one label."""
        return int(np.count_nonzero(self.totals))


@dataclass(frozen=True)
class TieLedger:
    """Accuracy under every tie rule, beside what made the difference.

    Parameters
    ----------
    n : int
        Items with at least one label.
    ties : int
        Items on which several categories share the lead.
    unanimous : int
        Items on which all labels agree, among those with two labels or more.
    absolute_majority : int
        Items on which one category has more than half of the labels.
    random, wrong, optimistic, seeded : float or None
        Majority accuracy under each rule; None without labels.
    seed : int
        Seed of the rule `seeded`.
    reason : str or None
        Why the accuracies are None.
    """

    n: int
    ties: int
    unanimous: int
    absolute_majority: int
    random: float | None
    wrong: float | None
    optimistic: float | None
    seeded: float | None
    seed: int
    reason: str | None = None


def majority_vote(counts: Any) -> Votes:
    """Find the leading category of every item.

    Parameters
    ----------
    counts : int array, shape (N, K)
        Labels of every item for every category, as from `label_counts`.

    Returns
    -------
    Votes
        With one entry an item. An item without labels has the winner `NO_LABEL`.

    Raises
    ------
    BadTable
        If `counts` is not two-dimensional or has a negative entry.

    Examples
    --------
    >>> majority_vote([[2, 1, 0], [1, 1, 1], [0, 0, 0]]).winner.tolist()
    [0, -1, -2]
    """
    counts = np.asarray(counts)
    if counts.ndim != 2 or counts.shape[1] == 0:
        raise BadTable(
            f"counts has the shape {counts.shape}; it needs one row an item and one column a category."
        )
    if counts.dtype.kind not in "iu" or (counts.size and counts.min() < 0):
        raise BadTable("counts has an entry that is not a number of labels; give whole numbers from 0 up.")
    counts = counts.astype(np.int64, copy=False)
    totals, top = counts.sum(axis=1), counts.max(axis=1)
    leaders = np.zeros(len(counts), dtype=np.int64)
    winner = np.zeros(len(counts), dtype=np.int64)
    # Column by column: each pass is over contiguous memory, several times faster than argmax over short rows.
    for code, column in enumerate(counts.T):
        leads = column == top
        leaders += leads
        winner[leads] = code
    leaders[totals == 0] = 0
    winner[leaders > 1] = TIE
    winner[totals == 0] = NO_LABEL
    return Votes(counts, totals, top, leaders, winner)


def vote_credit(
    votes: Votes,
    truth: IntArray,
    rule: str = "random",
    seed: int = 0,
    items: Sequence[str] | None = None,
    categories: Sequence[str] | None = None,
) -> FloatArray:
    """Credit every item for its vote, under a tie rule.

    Parameters
    ----------
    votes : Votes
        From `majority_vote`.
    truth : int array, shape (N,)
        Ground truth.
    rule : {'random', 'wrong', 'optimistic', 'seeded'}
        `random` credits a tie that holds the ground truth with one over the number of leaders: the exact
        expectation of a random tie-break. `wrong` credits no tie. `optimistic` credits a tie that holds the
        ground truth in full. `seeded` draws one leader (see `tie_break`).
    seed : int
        Seed of the rule `seeded`.
    items, categories : sequence of str, optional
        Names for `tie_break`.

    Returns
    -------
    float array, shape (N,)
        Between 0 and 1; nan where an item has no label.

    Raises
    ------
    BadSetting
        If the rule is unknown.

    Examples
    --------
    >>> votes = majority_vote([[2, 1, 0], [1, 1, 1], [0, 0, 0]])
    >>> vote_credit(votes, np.array([0, 2, 1]), "wrong").tolist()
    [1.0, 0.0, nan]
    >>> vote_credit(votes, np.array([0, 2, 1]), "random").round(3).tolist()
    [1.0, 0.333, nan]
    """
    truth = np.asarray(truth, dtype=np.int64)
    if truth.shape != votes.totals.shape:
        raise BadTable(
            f"truth has the shape {truth.shape}; it needs {votes.totals.shape}, one entry an item."
        )
    if rule in {"random", "optimistic"}:
        holds_truth = votes.counts[np.arange(len(truth)), truth] == votes.top
        credit: FloatArray = holds_truth.astype(np.float64)
        if rule == "random":
            credit /= np.maximum(votes.leaders, 1)
    elif rule == "wrong":
        credit = (votes.winner == truth).astype(np.float64)
    elif rule == "seeded":
        credit = (tie_break(votes, seed, items, categories) == truth).astype(np.float64)
    else:
        raise BadSetting(f"The tie rule is {rule!r}; it must be one of {', '.join(TIE_RULES)}.")
    credit[~votes.labelled] = np.nan
    return credit


def tie_break(
    votes: Votes, seed: int, items: Sequence[str] | None = None, categories: Sequence[str] | None = None
) -> IntArray:
    """Draw one category for every tied item.

    The draw takes the leader whose SHA-256 of seed, item and category is the smallest. So it depends on
    nothing but these names: not on the order of rows or categories, nor on what other items there are.

    Parameters
    ----------
    votes : Votes
        From `majority_vote`.
    seed : int
        The recorded seed.
    items, categories : sequence of str, optional
        Names; without them the numbers of row and column stand in.

    Returns
    -------
    int array, shape (N,)
        One category an item; `NO_LABEL` where an item has no label.

    Examples
    --------
    >>> votes = majority_vote([[2, 1, 0], [1, 0, 1]])
    >>> drawn = tie_break(votes, seed=1)
    >>> drawn[0] == 0, drawn[1] in (0, 2)
    (np.True_, True)
    """
    winner = votes.winner.copy()
    for item in np.flatnonzero(winner == TIE).tolist():
        leaders = np.flatnonzero(votes.counts[item] == votes.top[item]).tolist()
        item_name = str(item) if items is None else items[item]
        names = [str(code) if categories is None else categories[code] for code in leaders]
        winner[item] = min(
            zip(names, leaders, strict=True), key=lambda pair: _draw_key(seed, item_name, pair[0])
        )[1]
    return winner


def tie_ledger(
    votes: Votes,
    truth: IntArray,
    seed: int = 0,
    items: Sequence[str] | None = None,
    categories: Sequence[str] | None = None,
) -> TieLedger:
    """State the accuracy under all tie rules, and how many items each turns on.

    Parameters
    ----------
    votes : Votes
        From `majority_vote`.
    truth : int array, shape (N,)
        Ground truth.
    seed, items, categories
        As for `tie_break`.

    Returns
    -------
    TieLedger
        Over the items that have labels.

    Examples
    --------
    >>> ledger = tie_ledger(majority_vote([[2, 1, 0], [1, 1, 1]]), np.array([0, 2]))
    >>> ledger.ties, ledger.wrong, ledger.optimistic
    (1, 0.5, 1.0)
    """
    accuracy = {
        rule: mean_credit(vote_credit(votes, truth, rule, seed, items, categories)) for rule in TIE_RULES
    }
    return TieLedger(
        n=votes.n,
        ties=int(np.count_nonzero(votes.winner == TIE)),
        unanimous=int(np.count_nonzero((votes.top == votes.totals) & (votes.totals > 1))),
        absolute_majority=int(np.count_nonzero(2 * votes.top > votes.totals)),
        **accuracy,
        seed=seed,
        reason=None if votes.n else "No item has a label.",
    )


def mean_credit(credit: FloatArray) -> float | None:
    """Average the credit over the items that have labels, the same to the last bit in whatever order they
    come.

    Parameters
    ----------
    credit : float array, shape (N,)
        From `vote_credit`; nan where an item has no label.

    Returns
    -------
    float or None
        None without labels.

    Examples
    --------
    >>> mean_credit(np.array([1.0, 0.5, np.nan]))
    0.75
    """
    values, times = credit_levels(credit)
    return float((values * times).sum() / times.sum()) if times.size else None


def credit_levels(credit: FloatArray) -> tuple[FloatArray, IntArray]:
    """Count how often each level of credit stands among the items that have labels.

    Credits are 0 or one over a small number, so a few levels hold all of them; the bootstrap draws from
    these.

    Parameters
    ----------
    credit : float array, shape (N,)
        nan where an item has no label.

    Returns
    -------
    values : float array, shape (V,)
        The distinct credits, rising.
    times : int array, shape (V,)
        How many items have each.

    Examples
    --------
    >>> [array.tolist() for array in credit_levels(np.array([1.0, 0.5, 1.0, np.nan]))]
    [[0.5, 1.0], [1, 2]]
    """
    values, times = np.unique(credit[~np.isnan(credit)], return_counts=True)
    return values, times.astype(np.int64)


def _draw_key(seed: int, item: str, category: str) -> bytes:
    # The length keeps ("a", "bc") and ("ab", "c") apart.
    return hashlib.sha256(f"{seed}:{len(item)}:{item}:{category}".encode()).digest()
