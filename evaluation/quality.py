"""The quality checks of a protocol: which annotators each rule flags, and whom it cannot judge.

A rule only names annotators. Whether their labels count is decided by the protocol and recorded as an
exclusion; `multiverse` shows what every decision would have given.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from evaluation.annotators import agreement_with_others, median_response
from evaluation.array_types import BoolArray, FloatArray
from evaluation.label_table import LabelTable
from evaluation.quality_rule import QualityRule

#: With fewer labels a sign is chance: the first label of anybody is all in one category.
LEAST_LABELS = 10


@dataclass(frozen=True)
class RuleOutcome:
    """What one rule found.

    Parameters
    ----------
    rule : str
        Which rule.
    threshold : float
        Where it draws the line.
    exclude : bool
        Whether the protocol says that the flagged are left out.
    judged : int
        Annotators whom the rule could judge.
    not_judged : int
        Annotators with too little to judge by.
    flagged : int
        Annotators on the wrong side of the line.
    reason : str or None
        Why some were not judged.
    """

    rule: str
    threshold: float
    exclude: bool
    judged: int
    not_judged: int
    flagged: int
    reason: str | None = None


@dataclass(frozen=True)
class FlaggedAnnotator:
    """An annotator whom some rule flags.

    Parameters
    ----------
    annotator : str
        Pseudonymous id.
    rules : tuple of str
        Which rules, in the order of the protocol.
    labels : int
        Their labels.
    """

    annotator: str
    rules: tuple[str, ...]
    labels: int


@dataclass(frozen=True)
class Quality:
    """The quality checks in a report.

    Parameters
    ----------
    rules : tuple of RuleOutcome
        In the order of the protocol.
    flagged : tuple of FlaggedAnnotator
        In the order of the annotators.
    annotators : int
        Annotators looked at.
    least_labels : int
        With fewer labels (with a time, on shared items) an annotator is not judged.
    reason : str or None
        Why there is no rule.
    """

    rules: tuple[RuleOutcome, ...]
    flagged: tuple[FlaggedAnnotator, ...]
    annotators: int
    least_labels: int = LEAST_LABELS
    reason: str | None = None


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


def rule_flags(table: LabelTable, rules: Sequence[QualityRule]) -> tuple[BoolArray, BoolArray]:
    """Judge every annotator by every rule.

    Parameters
    ----------
    table : LabelTable
        A annotators.
    rules : sequence of QualityRule
        R rules.

    Returns
    -------
    flagged, judged : bool arrays, shape (R, A)
        Who is on the wrong side of the line, and who could be judged: with `LEAST_LABELS` labels or more,
        which have a time for `too_fast` and stand on items that others labelled too for `low_agreement`.

    Examples
    --------
    >>> labels = [(item, "ann", "x") for item in range(10)]
    >>> table = LabelTable.from_labels(labels, truth=["x"] * 10)
    >>> rules = [QualityRule("straight_lining", 0.5), QualityRule("too_fast", 300)]
    >>> flagged, judged = rule_flags(table, rules)
    >>> flagged.tolist(), judged.tolist()
    ([[True], [False]], [[True], [False]])
    """
    flagged = np.zeros((len(rules), table.n_annotators), dtype=bool)
    judged = np.zeros_like(flagged)
    for place, rule in enumerate(rules):
        value, units = _SIGNS[rule.rule](table)
        judged[place] = (units >= LEAST_LABELS) & ~np.isnan(value)
        with np.errstate(invalid="ignore"):
            beyond = value > rule.threshold if rule.rule == "straight_lining" else value < rule.threshold
        flagged[place] = judged[place] & beyond
    return flagged, judged


def quality(table: LabelTable, rules: Sequence[QualityRule]) -> Quality:
    """Apply the rules of a protocol.

    Parameters
    ----------
    table : LabelTable
        The labels, with those of annotators who were excluded by such a rule.
    rules : sequence of QualityRule
        From the protocol.

    Returns
    -------
    Quality
        Who is flagged by what.

    Examples
    --------
    >>> labels = [(item, "ann", "x") for item in range(10)]
    >>> table = LabelTable.from_labels(labels, truth=["x"] * 10)
    >>> quality(table, [QualityRule("straight_lining", 0.5)]).flagged
    (FlaggedAnnotator(annotator='ann', rules=('straight_lining',), labels=10),)
    """
    flagged, judged = rule_flags(table, rules)
    labels = np.bincount(table.annotator_codes, minlength=table.n_annotators).tolist()
    return Quality(
        rules=tuple(
            _outcome(rule, found, could) for rule, found, could in zip(rules, flagged, judged, strict=True)
        ),
        flagged=tuple(
            FlaggedAnnotator(
                table.annotators[code],
                tuple(rule.rule for rule, found in zip(rules, flagged[:, code], strict=True) if found),
                labels[code],
            )
            for code in np.flatnonzero(flagged.any(axis=0)).tolist()
        ),
        annotators=table.n_annotators,
        reason=None if rules else "The protocol declares no quality rule.",
    )


def _outcome(rule: QualityRule, flagged: BoolArray, judged: BoolArray) -> RuleOutcome:
    missing = int(np.count_nonzero(~judged))
    who = "1 annotator has" if missing == 1 else f"{missing} annotators have"
    return RuleOutcome(
        rule=rule.rule,
        threshold=rule.threshold,
        exclude=rule.exclude,
        judged=int(np.count_nonzero(judged)),
        not_judged=missing,
        flagged=int(np.count_nonzero(flagged)),
        reason=f"{who} fewer than {LEAST_LABELS} {_UNITS[rule.rule]}." if missing else None,
    )


def _speed(table: LabelTable) -> tuple[FloatArray, FloatArray]:
    timed = np.zeros(0, dtype=np.int64)
    if table.response_ms is not None:
        timed = table.annotator_codes[~np.isnan(table.response_ms)]
    return median_response(table), np.bincount(timed, minlength=table.n_annotators).astype(np.float64)


def _lines(table: LabelTable) -> tuple[FloatArray, FloatArray]:
    given = np.bincount(table.annotator_codes, minlength=table.n_annotators)
    return commonest_share(table), given.astype(np.float64)


_SIGNS: Mapping[str, Callable[[LabelTable], tuple[FloatArray, FloatArray]]] = {
    "too_fast": _speed,
    "straight_lining": _lines,
    "low_agreement": agreement_with_others,
}

_UNITS = {
    "too_fast": "labels with a response time",
    "straight_lining": "labels",
    "low_agreement": "labels on images that others labelled too",
}
