"""How long people took."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from evaluation.annotators import median_response
from evaluation.array_types import FloatArray
from evaluation.intervals import Interval
from evaluation.label_table import LabelTable

_QUESTION = "What is the median time of the middle one among people like these?"


@dataclass(frozen=True)
class ResponseTimes:
    """The times of the answers, in milliseconds.

    Parameters
    ----------
    timed, untimed : int
        Labels with and without a known time.
    lower_quartile, median, upper_quartile : float or None
        Over all labels with a time.
    total : float or None
        Their sum.
    typical_annotator : float or None
        The median over annotators of each one's median.
    interval : Interval
        Of `typical_annotator`: annotators differ, so that they and not the labels are counted.
    reason : str or None
        Why the figures are None.
    """

    timed: int
    untimed: int
    lower_quartile: float | None
    median: float | None
    upper_quartile: float | None
    total: float | None
    typical_annotator: float | None
    interval: Interval
    reason: str | None = None


def response_times(table: LabelTable, confidence: float = 0.95) -> ResponseTimes:
    """Summarise the times of the answers.

    Parameters
    ----------
    table : LabelTable
        Labels without a time are left out.
    confidence : float
        Nominal level.

    Returns
    -------
    ResponseTimes
        Quartiles by linear interpolation between order statistics.

    Examples
    --------
    >>> labels = [(0, "ann", "x"), (1, "ann", "x"), (2, "ann", "x")]
    >>> table = LabelTable.from_labels(labels, truth=["x"] * 3, response_ms=[800, 1000, None])
    >>> times = response_times(table)
    >>> times.median, times.total, times.untimed
    (900.0, 1800.0, 1)
    """
    known = np.zeros(0)
    if table.response_ms is not None:
        known = np.sort(table.response_ms[~np.isnan(table.response_ms)])
    medians = median_response(table)
    interval = median_interval(medians[~np.isnan(medians)], confidence)
    untimed = table.n_labels - len(known)
    if not known.size:
        reason = "No label has a response time." if table.n_labels else "There is no label."
        return ResponseTimes(0, untimed, None, None, None, None, None, interval, reason)
    lower, median, upper = np.quantile(known, [0.25, 0.5, 0.75]).tolist()
    total = float(known.sum())
    return ResponseTimes(len(known), untimed, lower, median, upper, total, interval.estimate, interval)


def median_interval(values: FloatArray, confidence: float = 0.95) -> Interval:
    """Give the interval of a median between two order statistics, whatever the distribution.

    Parameters
    ----------
    values : float array, shape (M,)
        Known values.
    confidence : float
        Level that the interval keeps at least.

    Returns
    -------
    Interval
        Undefined with a reason where even the smallest and the largest value do not reach the level, as with
        fewer than six values at 95 %.

    Notes
    -----
    W. J. Conover (1999), Practical Nonparametric Statistics, section 3.2: the number of values below the
    median is binomial with one half.

    Examples
    --------
    >>> interval = median_interval(np.arange(1.0, 21.0))
    >>> interval.low, interval.estimate, interval.high
    (6.0, 10.5, 15.0)
    """
    values = np.sort(values)
    n = len(values)
    estimate = float(np.median(values)) if n else None
    from scipy.special import bdtr

    below = np.asarray(bdtr(np.arange(n), n, 0.5)) if n else np.zeros(0)
    # The largest rank of which the tail below holds no more than half of what is left out.
    rank = int(np.count_nonzero(below <= (1 - confidence) / 2))
    if not rank:
        reason = f"{n} annotators with times are too few for an interval of their median."
        return Interval(
            "order_statistics", None, None, confidence, estimate, n, answers=_QUESTION, reason=reason
        )
    low, high = float(values[rank - 1]), float(values[n - rank])
    return Interval("order_statistics", low, high, confidence, estimate, n, answers=_QUESTION)
