"""Intervals for a sample drawn without replacement from a finite test set, plain or stratified."""

from __future__ import annotations

import math
from collections.abc import Mapping

from evaluation.accuracy import StratifiedEstimate, StratumShare
from evaluation.array_types import FloatArray, IntArray
from evaluation.categories import natural_order
from evaluation.errors import BadSetting, listed
from evaluation.intervals import NO_SPREAD, Interval, normal_quantile
from evaluation.voting import credit_levels

_QUESTION = "What would these annotators' labels give on the whole test set that the sample was drawn from?"


def finite_population(credit: FloatArray, population: int | None, confidence: float = 0.95) -> Interval:
    """Normal interval of the mean credit with the finite-population correction.

    Parameters
    ----------
    credit : float array, shape (N,)
        Between 0 and 1; nan where an item has no label. The n others are taken as a simple random sample.
    population : int or None
        Size of the test set.
    confidence : float
        Nominal level.

    Returns
    -------
    Interval
        Cut to [0, 1], with its standard error. Undefined with a reason without a population, with one item,
        or where all credits are the same and others were not drawn.

    Raises
    ------
    BadSetting
        If the population is smaller than the sample.

    Notes
    -----
    SE^2 = (1 - n/N) s^2 / n with the sample variance s^2; for whole credits s^2 / n = p (1 - p) / (n - 1).
    W. G. Cochran (1977), Sampling Techniques, section 2.6.

    Examples
    --------
    >>> import numpy as np
    >>> credit = np.repeat([1.0, 0.0], [835, 165])
    >>> interval = finite_population(credit, 10_000)
    >>> round(interval.standard_error, 6), round(interval.low, 4), round(interval.high, 4)
    (0.011141, 0.8132, 0.8568)
    """
    n, mean, variance = _moments(credit)
    if population is None or n < 2:
        reason = (
            "The size of the test set was not given." if population is None else f"{n} items have labels."
        )
        return Interval(
            "finite_population", None, None, confidence, mean, n, reason=reason, answers=_QUESTION
        )
    if population < n:
        raise BadSetting(
            f"population is {population}, smaller than the {n} items with labels. Give the whole test set."
        )
    if variance == 0 and n < population:
        return Interval(
            "finite_population", None, None, confidence, mean, n, reason=NO_SPREAD, answers=_QUESTION
        )
    error = math.sqrt((1 - n / population) * variance / n)
    low, high = _cut(mean, error, confidence)
    return Interval(
        "finite_population", low, high, confidence, mean, n, None, error, population, answers=_QUESTION
    )


def stratified(
    credit: FloatArray,
    strata: IntArray,
    names: tuple[str, ...],
    populations: Mapping[str, int],
    confidence: float = 0.95,
) -> StratifiedEstimate:
    """Weight the strata of a sample to the population.

    Parameters
    ----------
    credit : float array, shape (N,)
        Between 0 and 1; nan where an item has no label.
    strata : int array, shape (N,)
        Code of every item's stratum.
    names : tuple of str
        Names of the strata.
    populations : mapping of str to int
        Items of each stratum in the population; a stratum that only stands here has no labelled item.
    confidence : float
        Nominal level.

    Returns
    -------
    StratifiedEstimate
        Value sum W_h p_h with variance sum W_h^2 (1 - f_h) s_h^2 / n_h. Without a value where a stratum has
        no labelled item, without an interval where one has a single item and more in the population, or where
        no stratum shows any spread.

    Raises
    ------
    BadSetting
        If a stratum has no population, or one smaller than its sample.

    Notes
    -----
    W. G. Cochran (1977), Sampling Techniques, sections 5.3 and 5.4.

    Examples
    --------
    >>> import numpy as np
    >>> estimate = stratified(np.array([1.0, 0.0, 1.0, 1.0]), np.array([0, 0, 1, 1]), ("hard", "easy"),
    ...                       {"hard": 10, "easy": 30})
    >>> estimate.value
    0.875
    """
    missing = [name for name in names if name not in populations]
    if missing:
        raise BadSetting(
            f"stratum_populations lacks {listed(missing)}. Give the population of every stratum."
        )
    # What the sample has no item of is still a part of the population.
    names += tuple(natural_order(name for name, size in populations.items() if size and name not in names))
    moments = [_moments(credit[strata == code]) for code in range(len(names))]
    shares = _shares(names, populations, moments)
    everyone = sum(share.population for share in shares)
    n = sum(share.n for share in shares)
    weights = [share.population / everyone for share in shares]
    reason = _gap(shares)
    value = None
    if all(share.value is not None for share in shares):
        value = math.fsum(
            w * share.value for w, share in zip(weights, shares, strict=True) if share.value is not None
        )
    if reason is not None or value is None:
        interval = Interval(
            "stratified", None, None, confidence, value, n, population=everyone, reason=reason
        )
        return StratifiedEstimate(value, interval, shares, reason if value is None else None)
    variance = math.fsum(
        w * w * (1 - share.n / share.population) * variance / share.n
        for w, share, (_, _, variance) in zip(weights, shares, moments, strict=True)
    )
    if variance == 0 and n < everyone:
        interval = Interval(
            "stratified", None, None, confidence, value, n, population=everyone, reason=NO_SPREAD
        )
        return StratifiedEstimate(value, interval, shares)
    error = math.sqrt(variance)
    low, high = _cut(value, error, confidence)
    return StratifiedEstimate(
        value,
        Interval("stratified", low, high, confidence, value, n, None, error, everyone, answers=_QUESTION),
        shares,
    )


def _shares(
    names: tuple[str, ...], populations: Mapping[str, int], moments: list[tuple[int, float | None, float]]
) -> tuple[StratumShare, ...]:
    shares = tuple(
        StratumShare(name, n, populations[name], mean)
        for name, (n, mean, _) in zip(names, moments, strict=True)
    )
    for share in shares:
        if share.population < share.n:
            raise BadSetting(
                f"Stratum {share.stratum!r} has {share.n} items but a population of {share.population}."
            )
    return shares


def _gap(shares: tuple[StratumShare, ...]) -> str | None:
    empty = [share.stratum for share in shares if share.n == 0]
    if empty:
        return f"No item with labels in {listed(empty)}."
    single = [share.stratum for share in shares if share.n == 1 and share.population > 1]
    return f"A single item in {listed(single)}, so its variance is unknown." if single else None


def _moments(credit: FloatArray) -> tuple[int, float | None, float]:
    """Give n, mean and sample variance, from levels so that the order of items cannot matter."""
    values, times = credit_levels(credit)
    n = int(times.sum())
    if n == 0:
        return 0, None, 0.0
    mean = float((values * times).sum() / n)
    return n, mean, float((times * (values - mean) ** 2).sum() / (n - 1)) if n > 1 else 0.0


def _cut(mean: float | None, error: float, confidence: float) -> tuple[float, float]:
    half = normal_quantile(confidence) * error
    centre = 0.0 if mean is None else mean
    return max(0.0, centre - half), min(1.0, centre + half)
