"""Whether a study will be able to tell people from a machine: the power of McNemar's exact test."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from evaluation.array_types import FloatArray, IntArray
from evaluation.errors import BadSetting
from evaluation.planning import binomial_weights

#: The level of the test and the power that the planner asks for where nobody says otherwise.
LEVEL = 0.05
WANTED_POWER = 0.8
# To a hundredth of a point of accuracy.
# Of so little weight are numbers of pairs that all of them together change no figure.
_NOTHING = 1e-14
_HALVINGS = 14


@dataclass(frozen=True)
class Discordance:
    """How often one of two observers alone is right.

    Parameters
    ----------
    only_people, only_machine : float
        Shares of the items, from 0 to 1 together.
    consistency : float
        Error consistency that they mean: 0 for errors that know nothing of each other.
    """

    only_people: float
    only_machine: float
    consistency: float

    @property
    def together(self) -> float:
        """The share of items on which one alone is right."""
        return self.only_people + self.only_machine


def discordance(people: float, machine: float, consistency: float = 0.0) -> Discordance:
    """Tell how often one alone will be right, from both accuracies and how alike their errors are.

    Two accuracies do not say how often people and machine err on the same items, and the power hangs on it.
    With independent errors one alone is right on p (1 - q) + q (1 - p) of the items; an error consistency of
    c makes that (1 - c) times as many.

    Parameters
    ----------
    people, machine : float
        Accuracies, 0 to 1.
    consistency : float
        Error consistency, from -1 to 1; 0 is independence. Above 0 both err on the same items rather.

    Returns
    -------
    Discordance
        The two shares. Where the accuracies do not allow so alike errors, or so different ones, the nearest
        that they allow, with its consistency.

    Raises
    ------
    BadSetting
        If a number is out of range.

    Notes
    -----
    R. Geirhos, K. Meding and F. A. Wichmann (2020), Beyond accuracy: quantifying trial-by-trial behaviour of
    CNNs and humans by measuring error consistency, NeurIPS 33.

    Examples
    --------
    >>> apart = discordance(0.835, 0.9)
    >>> round(apart.only_people, 4), round(apart.only_machine, 4)
    (0.0835, 0.1485)
    """
    for name, value, least in (
        ("people", people, 0),
        ("machine", machine, 0),
        ("consistency", consistency, -1),
    ):
        if not least <= value <= 1:
            raise BadSetting(f"{name} is {value}; it must lie between {least} and 1.")
    alone = people * (1 - machine) + machine * (1 - people)
    fewest, most = abs(people - machine), min(people + machine, 2 - people - machine)
    together = min(max((1 - consistency) * alone, fewest), most)
    meant = 1 - together / alone if alone > 0 else 0.0
    return Discordance((together + people - machine) / 2, (together - people + machine) / 2, meant)


def mcnemar_power(n: int, apart: Discordance, level: float = LEVEL) -> float:
    """Power of McNemar's exact two-sided test on n items, exact.

    The number of items on which one alone is right is binomial; given that number, the test rejects for the
    outcomes of a binomial distribution with the chance 1/2 that are too far off, each tail at half the level.

    Parameters
    ----------
    n : int
        Items, 1 or more.
    apart : Discordance
        From `discordance`, or seen in a pilot.
    level : float
        Of the test, between 0 and 1.

    Returns
    -------
    float
        Chance that the test rejects. Where both are equally accurate, its true level: at most `level`.

    Raises
    ------
    BadSetting
        If n or the level cannot be.

    Notes
    -----
    S. W. Duffy (1984), Asymptotic and exact power for the McNemar test and its analogue with R controls per
    case, Biometrics 40, 1005-1015. G*Power 3 does the same (its manual, McNemar).

    Examples
    --------
    >>> round(mcnemar_power(1000, discordance(0.835, 0.9)), 3)
    0.989
    """
    if n < 1:
        raise BadSetting(f"{n} items tell nothing; choose 1 or more.")
    if not 0 < level < 1:
        raise BadSetting(f"The level is {level}; it must lie between 0 and 1, as 0.05 does.")
    if apart.together <= 0:
        return 0.0
    numbers, weights = binomial_weights(n, min(apart.together, 1.0))
    likely = weights > _NOTHING
    pairs, weights = numbers[likely].astype(np.int64), weights[likely]
    most = _furthest_off(pairs, level)
    share = min(max(apart.only_people / apart.together, 0.0), 1.0)
    tails = _tail(most, pairs, share) + _tail(most, pairs, 1 - share)
    return min(1.0, float(weights @ tails))


def smallest_difference(
    n: int, people: float, power: float = WANTED_POWER, consistency: float = 0.0, level: float = LEVEL
) -> float | None:
    """Tell by how much a machine must be better for the test to notice with the power wanted.

    Parameters
    ----------
    n : int
        Items, 1 or more.
    people : float
        Accuracy of people, 0 to 1.
    power : float
        Wanted, between 0 and 1.
    consistency, level : float
        As in `discordance` and `mcnemar_power`.

    Returns
    -------
    float or None
        Difference of the accuracies; None where not even a machine that is always right is told apart.

    Examples
    --------
    >>> round(smallest_difference(1000, 0.835), 3)
    0.045
    """

    def reaches(difference: float) -> bool:
        machine = min(people + difference, 1.0)
        return mcnemar_power(n, discordance(people, machine, consistency), level) >= power

    least, enough = 0.0, 1 - people
    if not reaches(enough):
        return None
    for _ in range(_HALVINGS):
        middle = (least + enough) / 2
        least, enough = (least, middle) if reaches(middle) else (middle, enough)
    return enough


def _furthest_off(pairs: IntArray, level: float) -> IntArray:
    """Give for every number of pairs the largest smaller count that is rejected; -1 where none is."""
    from scipy.special import ndtri

    # From the normal quantile step by step to where the exact tail says; only what has moved is asked again.
    start = np.floor(pairs / 2 + ndtri(level / 2) * np.sqrt(pairs) / 2)
    most = np.maximum(start, -1).astype(np.int64)
    asked = np.flatnonzero(most >= 0)
    while asked.size:
        asked = asked[2 * _tail(most[asked], pairs[asked], 0.5) > level]
        most[asked] -= 1
        asked = asked[most[asked] >= 0]
    asked = np.flatnonzero(2 * most + 2 < pairs)
    while asked.size:
        asked = asked[2 * _tail(most[asked] + 1, pairs[asked], 0.5) <= level]
        most[asked] += 1
        asked = asked[2 * most[asked] + 2 < pairs[asked]]
    return most


def _tail(most: IntArray, pairs: IntArray, share: float) -> FloatArray:
    """Give the chance of so many successes or fewer; 0 for -1."""
    from scipy.special import bdtr

    chance: FloatArray = np.where(
        most < 0, 0.0, bdtr(np.maximum(most, 0).astype(np.float64), np.maximum(pairs, 1), share)
    )
    return chance
