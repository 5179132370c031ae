"""What a pilot's labels say of a study that is being planned: how far its accuracy will vary, and by what.

The accuracy of the vote varies because other images would be drawn, and because other people would come:
images that share an annotator are rather right together, or wrong together. The pilot shows how much; the
plan says how many images, labels and people there will be.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from evaluation.array_types import FloatArray, IntArray
from evaluation.errors import BadSetting
from evaluation.expanded_interval import MOST_OF_TOO_FEW
from evaluation.extrapolation import extrapolate
from evaluation.label_table import LabelTable
from evaluation.labels_per_item import accuracy_by_labels_per_item
from evaluation.voting import majority_vote, vote_credit

_TOO_FEW_PEOPLE = (
    f"{MOST_OF_TOO_FEW} annotators or fewer do not tell how others would differ: "
    "only the images' part is known."
)
_SAME_PEOPLE = (
    "All pairs of images share equally many annotators, so nothing tells the people's part from the images'."
)


@dataclass(frozen=True)
class PilotSpread:
    """What a pilot tells.

    Parameters
    ----------
    items, annotators : int
        That have labels.
    labels_per_item : float
        Mean.
    accuracy : tuple of float
        Of the vote with 1, 2, ... labels an item: as observed, then carried on by a model (`extrapolate`).
    observed : int
        How many of these were observed.
    spread : float
        Variance of an item's credit divided by p (1 - p): 1 for whole credits, less where ties share theirs.
    shared : float or None
        Covariance of the credits of two items for each annotator whom they share, at `labels_per_item`.
    reason : str or None
        Why `shared` is None.
    """

    items: int
    annotators: int
    labels_per_item: float
    accuracy: tuple[float, ...]
    observed: int
    spread: float
    shared: float | None
    reason: str | None = None


@dataclass(frozen=True)
class PlannedWidth:
    """The width that an interval for other items and other annotators should have.

    Parameters
    ----------
    accuracy : float
        Of the vote, as the pilot has it for so many labels an item.
    width : float
        Between the ends, at most 1.
    items_error, people_error : float
        Standard errors by the items alone, and by the people alone; the latter 0 where the pilot cannot tell.
    extrapolated : bool
        Whether the pilot's items had fewer labels, so that a model carried its curve on.
    """

    accuracy: float
    width: float
    items_error: float
    people_error: float
    extrapolated: bool


def pilot_spread(table: LabelTable, rule: str = "random") -> PilotSpread | None:
    """Measure how the credits of a pilot's items vary, and how far those that share annotators go together.

    Parameters
    ----------
    table : LabelTable
        The pilot's labels; items without any are left out.
    rule : str
        Tie rule; `seeded` counts as `random`, which it is one draw of.

    Returns
    -------
    PilotSpread or None
        None with fewer than two labelled items.

    Notes
    -----
    With r the credits less their mean, m_ij the number of annotators whom items i and j share and the model
    Cov(r_i, r_j) = t m_ij, t is the moment sum m_ij r_i r_j / sum m_ij^2, corrected for the mean having been
    estimated from the same items. Moments of this kind for crossed effects: K. Gao and A. B. Owen (2017),
    Efficient moment calculations for variance components in large unbalanced crossed random effects models,
    Electronic Journal of Statistics 11, 1235-1296. A negative t counts as 0.

    Examples
    --------
    >>> labels = [(i, (i + s) % 6, int((i + s) % 6 > 0 or i % 2)) for i in range(40) for s in range(3)]
    >>> spread = pilot_spread(LabelTable.from_labels(labels, truth=[1] * 40, categories=["x", "y"]))
    >>> spread.items, spread.annotators, spread.observed
    (40, 6, 3)
    """
    labelled = table.counts.sum(axis=1) > 0
    n = int(np.count_nonzero(labelled))
    if n < 2:
        return None
    votes = majority_vote(table.counts)
    credit = vote_credit(votes, table.truth, "random" if rule == "seeded" else rule)[labelled]
    mean = float(credit.mean())
    variance = float(credit.var(ddof=1))
    observed = tuple(
        point.value for point in accuracy_by_labels_per_item(table.counts, table.truth) if point.items == n
    )
    beyond = tuple(point.value for point in extrapolate(table.counts, table.truth, observed).points)
    shared, reason = _shared(table, np.cumsum(labelled) - 1, credit - mean, variance)
    whole = mean * (1 - mean) * n / (n - 1)
    return PilotSpread(
        items=n,
        annotators=table.n_annotators,
        labels_per_item=table.n_labels / n,
        accuracy=observed + beyond,
        observed=len(observed),
        spread=variance / whole if whole else 1.0,
        shared=shared,
        reason=reason,
    )


def planned_width(
    spread: PilotSpread,
    n: int,
    labels_per_item: int,
    annotators: int,
    population: int | None = None,
    confidence: float = 0.95,
) -> PlannedWidth:
    """Width of an interval for other items and other annotators like the pilot's, at the planned numbers.

    Parameters
    ----------
    spread : PilotSpread
        From `pilot_spread`.
    n, labels_per_item, annotators : int
        Planned; the annotators are taken to label equally many items each.
    population : int, optional
        Size of the test set; its finite size then makes the items' part smaller.
    confidence : float
        Nominal level.

    Returns
    -------
    PlannedWidth
        Twice the quantile of Student's t with one degree of freedom less than there are annotators, widened
        for few of them as `expanded_confidence` does, times the standard error.

    Raises
    ------
    BadSetting
        If a number cannot be.

    Notes
    -----
    The variance is v p (1 - p) / n (1 - n/N) + t k0^2 (1/A - 1/(n k)): p is the vote's accuracy with k
    labels, v and t are the pilot's `spread` and `shared`, k0 its labels an item. One annotator's part in a
    vote is taken to fall with the number of voters, which is why k0 stands there and k does not.

    Examples
    --------
    >>> spread = PilotSpread(100, 10, 3.0, (0.7, 0.7, 0.8), 3, 1.0, 0.001)
    >>> made = planned_width(spread, n=1000, labels_per_item=3, annotators=30)
    >>> round(made.items_error, 4), round(made.people_error, 4), round(made.width, 4)
    (0.0126, 0.0172, 0.0889)
    """
    if n < 1 or labels_per_item < 1 or annotators < 1:
        raise BadSetting(
            f"{n} items, {labels_per_item} labels, {annotators} annotators: choose 1 or more of each."
        )
    if population is not None and n > population:
        raise BadSetting(
            f"A sample of {n} cannot be drawn from {population} items; choose 1 to {population}."
        )
    place = min(labels_per_item, len(spread.accuracy))
    accuracy = spread.accuracy[place - 1]
    left = 1.0 if population is None else 1 - n / population
    items = max(spread.spread * accuracy * (1 - accuracy) / n * left, 0.0)
    voices = spread.labels_per_item**2 * (spread.shared or 0.0)
    people = max(voices * (1 / annotators - 1 / (n * labels_per_item)), 0.0)
    # Where people make no part of it, their number widens nothing.
    quantile = _quantile(confidence, annotators if people else n)
    return PlannedWidth(
        accuracy=accuracy,
        width=min(2 * quantile * math.sqrt(items + people), 1.0),
        items_error=math.sqrt(items),
        people_error=math.sqrt(people),
        extrapolated=labels_per_item > spread.observed,
    )


def _shared(
    table: LabelTable, rows: IntArray, credit: FloatArray, variance: float
) -> tuple[float | None, str | None]:
    """Give the covariance for each shared annotator; `rows` are the places of the labelled items."""
    if table.n_annotators <= MOST_OF_TOO_FEW:
        return None, _TOO_FEW_PEOPLE
    from scipy.sparse import csr_array

    n = len(credit)
    gave = csr_array(
        (np.ones(table.n_labels), (rows[table.item_codes], table.annotator_codes)),
        shape=(n, table.n_annotators),
    )
    labels_of_item = np.bincount(rows[table.item_codes], minlength=n)
    labels_of_person = np.bincount(table.annotator_codes, minlength=table.n_annotators)
    # Sums over pairs of different items, without the pairs themselves.
    together = gave.T @ gave
    squares = float((together.data**2).sum()) - float(labels_of_item @ labels_of_item)
    partners = np.asarray(gave @ labels_of_person) - labels_of_item
    total = float(partners.sum())
    centred = squares - 2 / n * float(partners @ partners) + (total / n) ** 2
    # Equal numbers on all pairs leave a share of 1/n of the squares, and no contrast to go by.
    if centred * n <= 1.5 * squares:
        return None, _SAME_PEOPLE
    per_person = np.asarray(gave.T @ credit)
    products = float(per_person @ per_person) - float(credit**2 @ labels_of_item)
    return max((products + variance * total / n) / centred, 0.0), None


def _quantile(confidence: float, units: int) -> float:
    from scipy.special import stdtrit

    units = max(units, 2)
    return float(stdtrit(units - 1, 0.5 + confidence / 2)) * math.sqrt(units / (units - 1))
