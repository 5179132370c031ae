"""An interval around the estimate from bootstrap replicates, widened for few units."""

from __future__ import annotations

import numpy as np

from evaluation.array_types import FloatArray
from evaluation.bootstrap import percentile_limits, undefined_bootstrap
from evaluation.intervals import NO_SPREAD, Interval
from evaluation.label_table import LabelTable

#: With so few annotators the interval holds the truth too seldom; docs/statistics.md has the simulation.
MOST_OF_TOO_FEW = 3


def centred_interval(
    method: str,
    statistics: FloatArray,
    estimate: float,
    n: int,
    seed: int,
    confidence: float,
    units: float,
    answers: str,
) -> Interval:
    """Move bootstrap replicates onto the estimate and cut off their tails.

    Parameters
    ----------
    method : str
        Name of the interval.
    statistics : float array, shape (B,)
        Replicates; nan where a resample kept no label.
    estimate : float
        What their mean is moved to.
    n, seed, confidence, answers
        As in `Interval`.
    units : float
        For `expanded_confidence`.

    Returns
    -------
    Interval
        Cut to [0, 1], with the shift as `bias`. Undefined with a reason where no replicate is usable or all
        are the same.

    Examples
    --------
    >>> replicates = np.linspace(0.4, 0.6, 101)
    >>> interval = centred_interval("crossed", replicates, 0.7, 50, 1, 0.9, 10_000, "")
    >>> round(interval.low, 2), round(interval.high, 2), round(interval.bias, 2)
    (0.61, 0.79, -0.2)
    """
    usable = np.sort(statistics[~np.isnan(statistics)])
    if not usable.size:
        return undefined_bootstrap(
            method, n, len(statistics), seed, confidence, answers, "No resample kept a label."
        )
    if usable[0] == usable[-1]:
        return undefined_bootstrap(method, n, len(statistics), seed, confidence, answers, NO_SPREAD, estimate)
    bias = float(usable.mean()) - estimate
    share = expanded_confidence(confidence, units)
    low, high = percentile_limits(usable - bias, share, estimate)
    return Interval(
        method,
        max(0.0, low),
        min(1.0, high),
        confidence,
        estimate,
        n,
        standard_error=float(usable.std()),
        bias=bias,
        resamples=len(statistics),
        seed=seed,
        answers=answers,
    )


def expanded_confidence(confidence: float, units: float) -> float:
    """Widen a percentile interval for a small number of units.

    Resampling n units underestimates the variance by (n - 1) / n, and percentiles of few units are too close,
    as normal quantiles are beside those of Student's t. The expanded percentile interval makes up for both.

    Parameters
    ----------
    confidence : float
        Nominal level.
    units : float
        Number of units resampled, taken as 2 where it is less: here the annotators (see
        `effective_annotators`), or the items where these are fewer.

    Returns
    -------
    float
        The share of the bootstrap distribution to take in; near `confidence` for many units.

    Notes
    -----
    T. C. Hesterberg (2015), What teachers should know about the bootstrap, The American Statistician 69,
    371-386, section 5.3.

    Examples
    --------
    >>> round(expanded_confidence(0.95, 20), 4), round(expanded_confidence(0.95, 10_000), 4)
    (0.9682, 0.95)
    """
    from scipy.special import ndtr, stdtrit

    units = max(units, 2)
    quantile = float(stdtrit(units - 1, 0.5 + confidence / 2)) * (units / (units - 1)) ** 0.5
    return 1 - 2 * float(ndtr(-quantile))


def effective_annotators(table: LabelTable) -> float:
    """Tell how many annotators with equally many labels would weigh as much as these.

    Parameters
    ----------
    table : LabelTable
        A annotators who gave n_a labels each.

    Returns
    -------
    float
        (sum n_a)^2 / sum n_a^2: A where all gave equally many, less where a few gave most; 0 without labels.

    Notes
    -----
    L. Kish (1965), Survey Sampling: the effective size of a sample with unequal weights.

    Examples
    --------
    >>> labels = [(0, "ann", "x"), (1, "ann", "x"), (2, "ann", "x"), (0, "bob", "x")]
    >>> effective_annotators(LabelTable.from_labels(labels, truth=["x", "x", "x"]))
    1.6
    """
    given = np.bincount(table.annotator_codes)
    return table.n_labels**2 / max(int((given * given).sum()), 1)
