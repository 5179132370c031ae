"""How often people are right in each part of a dataset, such as at each scale of its images."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from evaluation.array_types import FloatArray
from evaluation.intervals import Interval, of_credit, wilson_limits
from evaluation.label_table import LabelTable


@dataclass(frozen=True)
class StratumAccuracy:
    """Majority accuracy in one stratum.

    Parameters
    ----------
    stratum : str
        Its name.
    items : int
        Its items in the sample, with and without labels.
    value : float or None
        Mean credit over those that have labels.
    interval : Interval
        Wilson's; its n is the number of items with labels.
    reason : str or None
        Why the value is None.
    """

    stratum: str
    items: int
    value: float | None
    interval: Interval
    reason: str | None = None


def accuracy_by_stratum(
    table: LabelTable, credit: FloatArray, confidence: float = 0.95
) -> tuple[StratumAccuracy, ...] | None:
    """Give the majority accuracy in every stratum, in the natural order of their names.

    Parameters
    ----------
    table : LabelTable
        N items with strata.
    credit : float array, shape (N,)
        From `vote_credit`, under the study's tie rule; nan where an item has no label.
    confidence : float
        Nominal level.

    Returns
    -------
    tuple of StratumAccuracy, or None
        None where the table has no strata.

    Examples
    --------
    >>> labels = [(0, "ann", "cat"), (1, "ann", "cat"), (2, "ann", "dog")]
    >>> scale = {0: "0.5", 1: "0.5", 2: "2.0"}
    >>> table = LabelTable.from_labels(labels, truth=["cat", "dog", "dog"], strata=scale)
    >>> [(part.stratum, part.value) for part in accuracy_by_stratum(table, np.array([1.0, 0.0, 1.0]))]
    [('0.5', 0.5), ('2.0', 1.0)]
    """
    if table.strata is None:
        return None
    return tuple(
        _accuracy(name, credit[table.strata == code], confidence)
        for code, name in enumerate(table.stratum_names)
    )


def wilson_of_credit(credit: FloatArray, confidence: float = 0.95) -> Interval:
    """Wilson's interval of a mean credit, fractional credits among them or not.

    Parameters
    ----------
    credit : float array, shape (N,)
        Between 0 and 1; nan where an item has no label.
    confidence : float
        Nominal level.

    Returns
    -------
    Interval
        Wilson's where every credit is whole. Else "wilson_mean_credit": the same formula with the mean credit
        in the place of the share. Credits between 0 and 1 vary less than whole ones of the same mean, so it
        is rather too wide than too narrow.

    Examples
    --------
    >>> interval = wilson_of_credit(np.array([1.0, 0.5, 1.0, np.nan]))
    >>> interval.method, round(interval.low, 3), round(interval.high, 3)
    ('wilson_mean_credit', 0.31, 0.982)
    """
    known = credit[~np.isnan(credit)]
    if np.isin(known, (0.0, 1.0)).all():
        return of_credit("wilson", credit, confidence)
    # Sorted, so that the order of items cannot change the last bit of the sum.
    total = float(np.sort(known).sum())
    low, high = wilson_limits(np.array([total]), np.array([len(known)]), confidence)
    return Interval(
        "wilson_mean_credit", float(low[0]), float(high[0]), confidence, total / len(known), len(known)
    )


def _accuracy(name: str, credit: FloatArray, confidence: float) -> StratumAccuracy:
    interval = wilson_of_credit(credit, confidence)
    reason = None if interval.n else "No item has a label."
    return StratumAccuracy(name, len(credit), interval.estimate, interval, reason)
