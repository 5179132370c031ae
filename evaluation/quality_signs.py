"""The signs that quality rules go by: a number for every annotator, and what it is a number of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from evaluation.annotators import agreement_with_others, median_response
from evaluation.array_types import BoolArray, FloatArray
from evaluation.check_outcomes import CheckOutcomes, counts_of
from evaluation.label_table import LabelTable
from evaluation.quality_rule import QualityRule

#: With fewer labels a sign is chance: the first label of anybody is all in one category.
LEAST_LABELS = 10
#: With fewer answers to gold images, or to repeats, one slip would be a large share.
LEAST_CHECKS = 5


@dataclass(frozen=True)
class Signs:
    """What one rule sees of every annotator.

    Parameters
    ----------
    value : float array, shape (A,)
        The sign; nan where there is nothing to compute it from.
    judged : bool array, shape (A,)
        Who has enough to be judged by.
    flagged : bool array, shape (A,)
        Who is on the wrong side of the threshold.
    """

    value: FloatArray
    judged: BoolArray
    flagged: BoolArray


@dataclass(frozen=True)
class _Kind:
    """How a rule judges: value and units of a sign, the units it needs, what they are, and what is beyond."""

    sign: Callable[[LabelTable, Sequence[CheckOutcomes]], tuple[FloatArray, FloatArray]]
    least: int
    units: str
    beyond: Callable[[FloatArray, float], BoolArray]


def commonest_share(table: LabelTable) -> FloatArray:
    """Share of every annotator's labels that are in their commonest category.

    Parameters
    ----------
    table : LabelTable
        A annotators.

    Returns
    -------
    float array, shape (A,)
        Between 1/K and 1.

    Examples
    --------
    >>> table = LabelTable.from_labels([(0, "ann", "x"), (1, "ann", "x"), (2, "ann", "y")], ["x", "y", "y"])
    >>> commonest_share(table).round(3).tolist()
    [0.667]
    """
    k = table.n_categories
    cell, times = np.unique(table.annotator_codes * k + table.category_codes, return_counts=True)
    most = np.zeros(table.n_annotators, dtype=np.int64)
    np.maximum.at(most, cell // k, times)
    share: FloatArray = most / np.bincount(table.annotator_codes, minlength=table.n_annotators)
    return share


def signs_of(table: LabelTable, rule: QualityRule, checks: Sequence[CheckOutcomes] = ()) -> Signs:
    """Look at every annotator by one rule.

    Parameters
    ----------
    table : LabelTable
        A annotators.
    rule : QualityRule
        Which sign, and where it draws the line.
    checks : sequence of CheckOutcomes
        What became of the annotators' checks.

    Returns
    -------
    Signs
        Nobody is judged by a sign with too few units: `least_units`.

    Examples
    --------
    >>> table = LabelTable.from_labels([(0, "ann", "x")], truth=["x"])
    >>> checks = [CheckOutcomes("ann", attention=2, attention_failed=1)]
    >>> signs_of(table, QualityRule("attention_failed", 1), checks).flagged.tolist()
    [True]
    """
    kind = _KINDS[rule.rule]
    value, units = kind.sign(table, checks)
    judged = (units >= kind.least) & ~np.isnan(value)
    with np.errstate(invalid="ignore"):
        return Signs(value, judged, judged & kind.beyond(value, rule.threshold))


def least_units(rule: str) -> tuple[int, str]:
    """Tell how much a rule needs to judge by.

    Parameters
    ----------
    rule : str
        A key of `RULE_KINDS`.

    Returns
    -------
    number, units : int and str
        The units in words.

    Examples
    --------
    >>> least_units("straight_lining")
    (10, 'labels')
    """
    return _KINDS[rule].least, _KINDS[rule].units


def _speed(table: LabelTable, _checks: Sequence[CheckOutcomes]) -> tuple[FloatArray, FloatArray]:
    timed = np.zeros(0, dtype=np.int64)
    if table.response_ms is not None:
        timed = table.annotator_codes[~np.isnan(table.response_ms)]
    return median_response(table), np.bincount(timed, minlength=table.n_annotators).astype(np.float64)


def _lines(table: LabelTable, _checks: Sequence[CheckOutcomes]) -> tuple[FloatArray, FloatArray]:
    given = np.bincount(table.annotator_codes, minlength=table.n_annotators)
    return commonest_share(table), given.astype(np.float64)


def _agreement(table: LabelTable, _checks: Sequence[CheckOutcomes]) -> tuple[FloatArray, FloatArray]:
    return agreement_with_others(table)


def _gold(table: LabelTable, checks: Sequence[CheckOutcomes]) -> tuple[FloatArray, FloatArray]:
    return _share(*counts_of(table.annotators, checks, "gold", "gold_wrong"))


def _repeats(table: LabelTable, checks: Sequence[CheckOutcomes]) -> tuple[FloatArray, FloatArray]:
    return _share(*counts_of(table.annotators, checks, "repeats", "repeats_differ"))


def _attention(table: LabelTable, checks: Sequence[CheckOutcomes]) -> tuple[FloatArray, FloatArray]:
    answered, failed = counts_of(table.annotators, checks, "attention", "attention_failed")
    return failed, answered


def _share(answered: FloatArray, failed: FloatArray) -> tuple[FloatArray, FloatArray]:
    share = np.full(answered.shape, np.nan)
    np.divide(failed, answered, out=share, where=answered > 0)
    return share, answered


def _above(value: FloatArray, threshold: float) -> BoolArray:
    return value > threshold


def _below(value: FloatArray, threshold: float) -> BoolArray:
    return value < threshold


def _at_least(value: FloatArray, threshold: float) -> BoolArray:
    return value >= threshold


_KINDS: Mapping[str, _Kind] = {
    "too_fast": _Kind(_speed, LEAST_LABELS, "labels with a response time", _below),
    "straight_lining": _Kind(_lines, LEAST_LABELS, "labels", _above),
    "low_agreement": _Kind(_agreement, LEAST_LABELS, "labels on images that others labelled too", _below),
    "gold_wrong": _Kind(_gold, LEAST_CHECKS, "answers to gold images", _above),
    "repeats_differ": _Kind(_repeats, LEAST_CHECKS, "answers to repeats", _above),
    "attention_failed": _Kind(_attention, 1, "attention checks", _at_least),
}
