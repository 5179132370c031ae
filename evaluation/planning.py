"""What a study may be expected to tell before it has a single label: how wide its intervals will be.

Nothing here looks at a study. The guesses are the caller's: an accuracy, or what a pilot showed
(`planning_pilot`). `planning_power` has the comparison with a machine, `planning_effort` time and money.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from evaluation.array_types import FloatArray
from evaluation.errors import BadSetting
from evaluation.intervals import normal_quantile, wilson_limits

# Outcomes further than this many standard deviations from the mean have no weight that a float would show.
_TAILS = 10


@dataclass(frozen=True)
class ExpectedWidth:
    """The mean width of an interval over all samples that might be drawn.

    Parameters
    ----------
    method : {'wilson', 'finite_population'}
        As `Interval` calls it.
    width : float
        From the lower to the upper end, a share; 0 where every image of the test set is labelled.
    low, high : float
        The interval of the outcome that equals the guess most nearly.
    confidence : float
        Nominal level.
    n : int
        Items.
    accuracy : float
        The guess.
    population : int or None
        Size of the test set, where the method uses it.
    """

    method: str
    width: float
    low: float
    high: float
    confidence: float
    n: int
    accuracy: float
    population: int | None = None


def expected_wilson(n: int, accuracy: float, confidence: float = 0.95) -> ExpectedWidth:
    """Expected width of Wilson's interval of the vote's accuracy: other items like these.

    The number of labels an item gets does not enter by itself: it works through the accuracy of the vote, of
    which `accuracy` is the guess.

    Parameters
    ----------
    n : int
        Items to be labelled, 1 or more.
    accuracy : float
        Guessed accuracy of the vote, 0 to 1.
    confidence : float
        Nominal level.

    Returns
    -------
    ExpectedWidth
        The mean over the binomial distribution of right votes, exact.

    Raises
    ------
    BadSetting
        If n or the accuracy cannot be.

    Notes
    -----
    L. D. Brown, T. T. Cai and A. DasGupta (2001), Interval estimation for a binomial proportion, Statistical
    Science 16, 101-133, compare intervals by this expectation (section 4).

    Examples
    --------
    >>> expected = expected_wilson(1000, 0.835)
    >>> round(expected.width, 4), round(expected.low, 4), round(expected.high, 4)
    (0.046, 0.8107, 0.8567)
    """
    _check(n, accuracy)
    right, weights = binomial_weights(n, accuracy)
    low, high = wilson_limits(right, np.full_like(right, n), confidence)
    near = wilson_limits([round(n * accuracy)], [n], confidence)
    return ExpectedWidth(
        "wilson",
        float(weights @ (high - low)),
        float(near[0][0]),
        float(near[1][0]),
        confidence,
        n,
        accuracy,
    )


def expected_finite_population(
    n: int, accuracy: float, population: int, confidence: float = 0.95
) -> ExpectedWidth:
    """Expected width of the finite-population interval: these annotators' labels, the whole test set.

    Parameters
    ----------
    n : int
        Items to be labelled, 2 to `population`.
    accuracy : float
        Guessed accuracy of the vote on the test set, 0 to 1.
    population : int
        Items of the test set.
    confidence : float
        Nominal level.

    Returns
    -------
    ExpectedWidth
        The mean over the hypergeometric distribution of right votes of the interval that the report has, with
        its standard error sqrt((1 - n/N) p (1 - p) / (n - 1)) and its ends cut to 0 and 1.

    Raises
    ------
    BadSetting
        If a number cannot be.

    Notes
    -----
    W. G. Cochran (1977), Sampling Techniques, section 2.6 and 3.2.

    Examples
    --------
    >>> expected = expected_finite_population(1000, 0.835, 10_000)
    >>> round(expected.width, 4), round(expected.low, 4), round(expected.high, 4)
    (0.0436, 0.8132, 0.8568)
    """
    _check(n, accuracy)
    if n > population:
        raise BadSetting(
            f"A sample of {n} cannot be drawn from {population} items; choose 1 to {population}."
        )
    if n < 2:
        raise BadSetting("One item does not tell how others would differ; choose 2 or more.")
    right, weights = _hypergeometric_weights(n, round(population * accuracy), population)
    low, high = _finite_limits(right / n, n, population, confidence)
    near = _finite_limits(np.array([round(n * accuracy) / n]), n, population, confidence)
    return ExpectedWidth(
        "finite_population",
        float(weights @ (high - low)),
        float(near[0][0]),
        float(near[1][0]),
        confidence,
        n,
        accuracy,
        population,
    )


def binomial_weights(n: int, share: float) -> tuple[FloatArray, FloatArray]:
    """Give the numbers of successes that can happen, and how likely each is.

    Parameters
    ----------
    n : int
        Trials, 0 or more.
    share : float
        Chance of a success, 0 to 1.

    Returns
    -------
    successes, weights : float arrays, shape (M,)
        What lies ten standard deviations off is left out; the weights add up to 1.

    Examples
    --------
    >>> successes, weights = binomial_weights(2, 0.5)
    >>> successes.tolist(), weights.round(6).tolist()
    ([0.0, 1.0, 2.0], [0.25, 0.5, 0.25])
    """
    from scipy.special import gammaln, xlog1py, xlogy

    successes = _around(n * share, (n * share * (1 - share)) ** 0.5, 0, n)
    logs = gammaln(n + 1) - gammaln(successes + 1) - gammaln(n - successes + 1)
    logs += xlogy(successes, share) + xlog1py(n - successes, -share)
    return successes, _normed(logs)


def _hypergeometric_weights(n: int, right: int, population: int) -> tuple[FloatArray, FloatArray]:
    """Give how many of n drawn items may be right, of so many in the population, and how likely each is."""
    from scipy.special import gammaln

    share, left = right / population, (population - n) / max(population - 1, 1)
    drawn = _around(
        n * share,
        (n * share * (1 - share) * left) ** 0.5,
        max(0, n - (population - right)),
        min(n, right),
    )
    logs = gammaln(right + 1) - gammaln(drawn + 1) - gammaln(right - drawn + 1)
    wrong = population - right
    logs += gammaln(wrong + 1) - gammaln(n - drawn + 1) - gammaln(wrong - n + drawn + 1)
    return drawn, _normed(logs)


def _around(mean: float, deviation: float, least: int, most: int) -> FloatArray:
    first = max(least, int(mean - _TAILS * deviation) - _TAILS)
    last = min(most, int(mean + _TAILS * deviation) + _TAILS)
    return np.arange(first, last + 1, dtype=np.float64)


def _normed(logs: FloatArray) -> FloatArray:
    weights = np.exp(logs - logs.max())
    normed: FloatArray = weights / weights.sum()
    return normed


def _finite_limits(
    share: FloatArray, n: int, population: int, confidence: float
) -> tuple[FloatArray, FloatArray]:
    half = normal_quantile(confidence) * np.sqrt((1 - n / population) * share * (1 - share) / (n - 1))
    return np.maximum(0.0, share - half), np.minimum(1.0, share + half)


def _check(n: int, accuracy: float) -> None:
    if n < 1:
        raise BadSetting(f"{n} items tell nothing; choose 1 or more.")
    if not 0 <= accuracy <= 1:
        raise BadSetting(f"The accuracy {accuracy} is no share; choose 0 to 1, as 0.835.")
