"""Closed-form intervals of a share, and the one shape that every interval has."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from evaluation.array_types import FloatArray
from evaluation.errors import BadSetting, BadTable

_LEAVE_OUT = {"leave_out_if_none": True}

#: Why an interval that is made from the spread of the data is undefined where there is none.
NO_SPREAD = (
    "These data show no spread, and an interval made from it would claim to be certain. "
    "Read Clopper-Pearson, or the intervals of the other tie rules."
)


@dataclass(frozen=True)
class Interval:
    """An interval with what it was made from.

    Parameters
    ----------
    method : str
        How it was made.
    low, high : float or None
        The ends; None where the interval is undefined.
    confidence : float
        Nominal level.
    estimate : float or None
        What the interval is about.
    n : float
        Units that were counted or resampled; fractional where ties are shared among their leaders.
    successes : int, optional
        Whole successes among the n.
    standard_error : float, optional
        Where the method has one.
    population : int, optional
        Size of the finite population.
    bias : float, optional
        Mean of the bootstrap replicates less the estimate, where the interval was moved by it.
    resamples, seed : int, optional
        Of a bootstrap.
    answers : str, optional
        The question that the interval answers.
    reason : str, optional
        Why the ends are None.
    """

    method: str
    low: float | None
    high: float | None
    confidence: float
    estimate: float | None
    n: float
    successes: int | None = field(default=None, metadata=_LEAVE_OUT)
    standard_error: float | None = field(default=None, metadata=_LEAVE_OUT)
    population: int | None = field(default=None, metadata=_LEAVE_OUT)
    bias: float | None = field(default=None, metadata=_LEAVE_OUT)
    resamples: int | None = field(default=None, metadata=_LEAVE_OUT)
    seed: int | None = field(default=None, metadata=_LEAVE_OUT)
    answers: str | None = field(default=None, metadata=_LEAVE_OUT)
    reason: str | None = None


def normal_quantile(confidence: float) -> float:
    """Give the two-sided quantile of the normal distribution.

    >>> round(normal_quantile(0.95), 6)
    1.959964
    """
    if not 0 < confidence < 1:
        raise BadSetting(f"confidence is {confidence}; it must lie between 0 and 1, as 0.95 does.")
    from scipy.special import ndtri

    return float(ndtri(0.5 + confidence / 2))


def wilson(successes: int, n: int, confidence: float = 0.95) -> Interval:
    """Wilson's score interval without continuity correction.

    Parameters
    ----------
    successes, n : int
        Whole counts, 0 <= successes <= n.
    confidence : float
        Nominal level.

    Returns
    -------
    Interval
        Undefined with a reason for n = 0.

    Raises
    ------
    BadTable
        If the counts are not whole or do not fit.

    Notes
    -----
    Method 3 of R. G. Newcombe (1998), Statistics in Medicine 17, 857-872. The same as
    ``scipy.stats.binomtest(successes, n).proportion_ci(method="wilson")``.

    Examples
    --------
    >>> interval = wilson(81, 263)
    >>> round(interval.low, 4), round(interval.high, 4)
    (0.2553, 0.3662)
    """
    successes, n = _whole(successes, n)
    if n == 0:
        return _empty("wilson", confidence)
    low, high = wilson_limits(np.array([successes]), np.array([n]), confidence)
    return Interval("wilson", float(low[0]), float(high[0]), confidence, successes / n, n, successes)


def wilson_limits(successes: Any, n: Any, confidence: float = 0.95) -> tuple[FloatArray, FloatArray]:
    """Wilson's limits for many shares at once.

    Parameters
    ----------
    successes, n : arrays, shape (M,)
        Counts.
    confidence : float
        Nominal level.

    Returns
    -------
    low, high : float arrays, shape (M,)
        nan where n is 0.

    Examples
    --------
    >>> [limit.round(4).tolist() for limit in wilson_limits([0, 1], [20, 29])]
    [[0.0, 0.0061], [0.1611, 0.1718]]
    """
    successes, n = np.asarray(successes, dtype=np.float64), np.asarray(n, dtype=np.float64)
    z = normal_quantile(confidence)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = successes / n
        middle = (share + z * z / (2 * n)) / (1 + z * z / n)
        half = z / (1 + z * z / n) * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    # At 0 and n the score limit is exactly 0 and 1; rounding would leave a speck beside them.
    low = np.where(successes == 0, np.where(n > 0, 0.0, np.nan), middle - half)
    high = np.where(successes == n, np.where(n > 0, 1.0, np.nan), middle + half)
    return low, high


def clopper_pearson(successes: int, n: int, confidence: float = 0.95) -> Interval:
    """Clopper and Pearson's exact interval.

    Parameters
    ----------
    successes, n : int
        Whole counts, 0 <= successes <= n.
    confidence : float
        Nominal level, kept for every true share.

    Returns
    -------
    Interval
        Undefined with a reason for n = 0.

    Raises
    ------
    BadTable
        If the counts are not whole or do not fit.

    Notes
    -----
    C. J. Clopper and E. S. Pearson (1934), Biometrika 26, 404-413. The same as
    ``scipy.stats.binomtest(successes, n).proportion_ci(method="exact")``.

    Examples
    --------
    >>> interval = clopper_pearson(835, 1000)
    >>> round(interval.low, 4), round(interval.high, 4)
    (0.8105, 0.8575)
    """
    from scipy.special import betaincinv

    successes, n = _whole(successes, n)
    if n == 0:
        return _empty("clopper_pearson", confidence)
    tail = (1 - confidence) / 2
    low = 0.0 if successes == 0 else float(betaincinv(successes, n - successes + 1, tail))
    high = 1.0 if successes == n else float(betaincinv(successes + 1, n - successes, 1 - tail))
    return Interval("clopper_pearson", low, high, confidence, successes / n, n, successes)


def of_credit(method: str, credit: FloatArray, confidence: float = 0.95) -> Interval:
    """Give a closed-form interval of the mean credit, where every credit is whole.

    Parameters
    ----------
    method : {'wilson', 'clopper_pearson'}
        Which interval.
    credit : float array, shape (N,)
        From `vote_credit`; nan where an item has no label.
    confidence : float
        Nominal level.

    Returns
    -------
    Interval
        Undefined with a reason where a tie has fractional credit: these intervals count whole successes.

    Examples
    --------
    >>> of_credit("wilson", np.array([1.0, 0.0, 1.0])).successes
    2
    >>> of_credit("wilson", np.array([1.0, 0.5])).low is None
    True
    """
    known = credit[~np.isnan(credit)]
    whole = (known == 0) | (known == 1)
    if whole.all():
        compute = {"wilson": wilson, "clopper_pearson": clopper_pearson}[method]
        return compute(int(known.sum()), len(known), confidence)
    reason = (
        f"{int((~whole).sum())} tied images have fractional credit, and this interval counts whole "
        "successes. Read the bootstrap. The tie ledger has Wilson's formula at the mean credit, an "
        "approximation, and the intervals of the other tie rules."
    )
    return Interval(method, None, None, confidence, float(known.mean()), len(known), reason=reason)


def _whole(successes: int, n: int) -> tuple[int, int]:
    if int(successes) != successes or int(n) != n or not 0 <= successes <= n:
        raise BadTable(f"{successes} successes of {n}: give whole numbers with 0 <= successes <= n.")
    return int(successes), int(n)


def _empty(method: str, confidence: float) -> Interval:
    return Interval(method, None, None, confidence, None, 0, reason="Nothing was counted.")
