"""Percentile bootstrap over items: what other items like these would give."""

from __future__ import annotations

from typing import Any

import numpy as np

from evaluation.array_types import FloatArray
from evaluation.errors import BadSetting
from evaluation.intervals import NO_SPREAD, Interval
from evaluation.random_streams import stream
from evaluation.voting import credit_levels

_QUESTION = "What would these annotators give on other images like these?"


def bootstrap_items(credit: FloatArray, resamples: int, seed: int, confidence: float = 0.95) -> Interval:
    """Percentile bootstrap of the mean credit, resampling items.

    Parameters
    ----------
    credit : float array, shape (N,)
        nan where an item has no label; such items are left out.
    resamples : int
        How many; with 0 the interval is undefined.
    seed : int
        Seed of the stream.
    confidence : float
        Nominal level.

    Returns
    -------
    Interval
        Undefined with a reason without resamples or labels, or where all credits are the same.

    Raises
    ------
    BadSetting
        If `resamples` is negative.

    Notes
    -----
    B. Efron and R. J. Tibshirani (1993), An Introduction to the Bootstrap, chapter 13. Credits have a handful
    of levels, so that drawing N items is the same as one multinomial draw of how often each level comes up:
    exact, and its cost does not grow with N.

    Examples
    --------
    >>> interval = bootstrap_items(np.repeat([1.0, 0.0], [80, 20]), resamples=1000, seed=1)
    >>> 0.70 < interval.low < 0.75 < 0.85 < interval.high < 0.90
    True
    """
    values, times = credit_levels(credit)
    n = int(times.sum())
    if n == 0 or resamples == 0:
        return undefined_bootstrap("bootstrap_items", n, resamples, seed, confidence, _QUESTION)
    if values.size == 1:
        return undefined_bootstrap(
            "bootstrap_items", n, resamples, seed, confidence, _QUESTION, NO_SPREAD, float(values[0])
        )
    means = resampled_means(values, times, resamples, seed)
    estimate = float((values * times).sum() / n)
    low, high = percentile_limits(means, confidence, estimate)
    return Interval(
        "bootstrap_items",
        low,
        high,
        confidence,
        estimate,
        n,
        resamples=resamples,
        seed=seed,
        answers=_QUESTION,
    )


def resampled_means(values: Any, times: Any, resamples: int, seed: int) -> FloatArray:
    """Resample units that fall into a few levels, and average them.

    Parameters
    ----------
    values : float array, shape (V,) or (V, S)
        What a unit of each level counts; S statistics at once.
    times : int array, shape (V,)
        How many units each level has.
    resamples : int
        How many, B.
    seed : int
        Seed of the stream.

    Returns
    -------
    float array, shape (B,) or (B, S)
        Means over the units.

    Raises
    ------
    BadSetting
        If `resamples` is not positive.

    Examples
    --------
    >>> resampled_means([0.0, 1.0], [0, 5], resamples=2, seed=1).tolist()
    [1.0, 1.0]
    """
    if resamples < 1:
        raise BadSetting(f"resamples is {resamples}; it must be 1 or more here.")
    values, times = np.asarray(values, dtype=np.float64), np.asarray(times, dtype=np.int64)
    n = int(times.sum())
    drawn = stream(seed).multinomial(n, times / n, size=resamples)
    # Column by column and not as a matrix product, whose order of summation depends on the BLAS and its
    # threads.
    total = np.zeros((resamples, *values.shape[1:]))
    for column, value in zip(drawn.T, values, strict=True):
        total += np.multiply.outer(column, value)
    return total / n


def percentile_limits(statistics: FloatArray, confidence: float, estimate: float) -> tuple[float, float]:
    """Cut off the tails of a bootstrap distribution.

    Parameters
    ----------
    statistics : float array, shape (B,)
        Bootstrap replicates.
    confidence : float
        Share that stays.
    estimate : float
        The limits are widened to it where a handful of resamples all fall on one side.

    Returns
    -------
    low, high : float
        By linear interpolation between order statistics.

    Examples
    --------
    >>> percentile_limits(np.arange(101.0), 0.5, 50.0)
    (25.0, 75.0)
    """
    tail = (1 - confidence) / 2
    low, high = np.quantile(statistics, [tail, 1 - tail])
    return min(float(low), estimate), max(float(high), estimate)


def undefined_bootstrap(
    method: str,
    n: int,
    resamples: int,
    seed: int,
    confidence: float,
    answers: str,
    reason: str | None = None,
    estimate: float | None = None,
) -> Interval:
    """Say why a bootstrap interval was not made.

    >>> undefined_bootstrap("bootstrap_items", 5, 0, 1, 0.95, "").reason
    'The bootstrap was switched off (0 resamples).'
    """
    if reason is None:
        reason = "The bootstrap was switched off (0 resamples)." if n else "No item has a label."
    return Interval(
        method,
        None,
        None,
        confidence,
        estimate,
        n,
        resamples=resamples,
        seed=seed,
        answers=answers,
        reason=reason,
    )
