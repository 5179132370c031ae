"""Two observers on the same items: McNemar's test, Holm's correction, consistency of errors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from evaluation.array_types import IntArray
from evaluation.errors import BadTable
from evaluation.intervals import Interval


@dataclass(frozen=True)
class McNemar:
    """McNemar's exact test on pairs of right and wrong answers.

    Parameters
    ----------
    both, only_people, only_machine, neither : int
        Items by who is right.
    p_value : float
        Two-sided.
    p_holm : float
        After Holm's correction for the number of machines.
    tie_rule : str
        How people's ties were decided; the test needs one answer an item.
    """

    both: int
    only_people: int
    only_machine: int
    neither: int
    p_value: float
    p_holm: float
    tie_rule: str


@dataclass(frozen=True)
class ErrorConsistency:
    """Whether two observers err on the same items, beyond what their accuracies imply.

    Parameters
    ----------
    value : float or None
        1 for the same errors, 0 for independent ones, below 0 for different ones.
    observed, expected : float
        Share of items on which both are right or both are wrong: seen, and for independent errors.
    interval : Interval or None
        Bootstrap over items.
    reason : str or None
        Why the value is None.
    """

    value: float | None
    observed: float
    expected: float
    interval: Interval | None = None
    reason: str | None = None


def mcnemar_exact(only_first: int, only_second: int) -> float:
    """Two-sided exact test of equal accuracy, from the items on which one observer alone is right.

    Parameters
    ----------
    only_first, only_second : int
        Discordant pairs.

    Returns
    -------
    float
        p-value; 1 without discordant pairs.

    Raises
    ------
    BadTable
        If a count is negative.

    Notes
    -----
    Q. McNemar (1947), Psychometrika 12, 153-157, with the binomial distribution for the smaller count.

    Examples
    --------
    >>> round(mcnemar_exact(5, 15), 8)
    0.04138947
    """
    from scipy.special import bdtr

    if only_first < 0 or only_second < 0:
        raise BadTable(f"{only_first} and {only_second} discordant pairs: give counts from 0 up.")
    pairs = only_first + only_second
    return min(1.0, 2 * float(bdtr(float(min(only_first, only_second)), pairs, 0.5)))


def holm(p_values: Sequence[float]) -> list[float]:
    """Correct p-values for their number by Holm's step-down method.

    Parameters
    ----------
    p_values : sequence of float
        Uncorrected.

    Returns
    -------
    list of float
        In the same order, at most 1.

    Notes
    -----
    S. Holm (1979), Scandinavian Journal of Statistics 6, 65-70.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    order = sorted(range(len(p_values)), key=lambda place: p_values[place])
    corrected = [0.0] * len(p_values)
    highest = 0.0
    for rank, place in enumerate(order):
        highest = max(highest, min(1.0, p_values[place] * (len(order) - rank)))
        corrected[place] = highest
    return corrected


def error_consistency(first: float, second: float, observed: float) -> ErrorConsistency:
    """Compare the observed share of common successes and errors with that of independent observers.

    Parameters
    ----------
    first, second : float
        The observers' accuracies.
    observed : float
        Share of items on which both are right or both are wrong.

    Returns
    -------
    ErrorConsistency
        Undefined with a reason where both are always right, or both always wrong.

    Notes
    -----
    R. Geirhos, K. Meding and F. A. Wichmann (2020), Beyond accuracy: quantifying trial-by-trial behaviour of
    CNNs and humans by measuring error consistency, NeurIPS 33.

    Examples
    --------
    >>> round(error_consistency(0.8, 0.7, 0.7).value, 6)
    0.210526
    """
    expected = first * second + (1 - first) * (1 - second)
    if expected == 1:
        reason = "Both are always right, or both always wrong, so chance already explains everything."
        return ErrorConsistency(None, observed, expected, reason=reason)
    return ErrorConsistency((observed - expected) / (1 - expected), observed, expected)


def p_if_shuffled(codes: IntArray, truth: IntArray) -> float:
    """Tell how often predictions in a random order would be right at least as often as these are.

    A file whose rows stand in another order than the items, or whose categories are numbered otherwise, is
    right about as often as a shuffled one.

    Parameters
    ----------
    codes, truth : int arrays, shape (N,)
        Predicted and true category codes, 0 or more.

    Returns
    -------
    float
        Binomial tail at the mean of all orders; 1 for no item.

    Raises
    ------
    BadTable
        If the two are not equally long.

    Examples
    --------
    >>> truth = np.array([0, 1, 2] * 4)
    >>> p_if_shuffled(truth, truth) < 0.001, p_if_shuffled(np.roll(truth, 1), truth) > 0.5
    (True, True)
    """
    from scipy.special import bdtr

    if codes.shape != truth.shape:
        raise BadTable(f"{codes.shape} predictions and {truth.shape} ground truths: give one for each item.")
    if not codes.size:
        return 1.0
    size = int(max(codes.max(), truth.max())) + 1
    shares = [np.bincount(array, minlength=size) / array.size for array in (codes, truth)]
    hits = int(np.count_nonzero(codes == truth))
    return 1.0 if not hits else 1 - float(bdtr(float(hits - 1), codes.size, float(shares[0] @ shares[1])))


def most_probable(probabilities: Any) -> IntArray:
    """Turn a machine's probabilities into categories.

    Parameters
    ----------
    probabilities : float array, shape (N, K)
        One row an item; any scores where larger means likelier.

    Returns
    -------
    int array, shape (N,)
        Code of the largest; the first of equal ones.

    Raises
    ------
    BadTable
        If a value is not a number.

    Examples
    --------
    >>> most_probable([[0.2, 0.8], [0.6, 0.4]]).tolist()
    [1, 0]
    """
    scores = np.asarray(probabilities, dtype=np.float64)
    if scores.ndim != 2 or np.isnan(scores).any():
        raise BadTable(
            "Probabilities need one row an item, one column a category, and a number in every cell."
        )
    codes: IntArray = scores.argmax(axis=1)
    return codes
