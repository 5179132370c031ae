"""The quality checks of a protocol: which annotators each rule flags, and whom it cannot judge.

A rule only names annotators. Whether their labels count is decided by the protocol and recorded as an
exclusion; `multiverse` shows what every decision would have given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from evaluation.array_types import BoolArray
from evaluation.check_outcomes import CheckOutcomes, CheckTotals, check_totals
from evaluation.label_table import LabelTable
from evaluation.quality_rule import QualityRule
from evaluation.quality_signs import LEAST_CHECKS, LEAST_LABELS, least_units, signs_of


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
    least_labels, least_checks : int
        With fewer labels (with a time, on shared items), or fewer answers to gold images or repeats, an
        annotator is not judged by them. One attention check is enough.
    checks : tuple of CheckTotals
        The checks that were mixed in among the images, each kind apart; empty where there were none.
    reason : str or None
        Why there is no rule.
    """

    rules: tuple[RuleOutcome, ...]
    flagged: tuple[FlaggedAnnotator, ...]
    annotators: int
    least_labels: int = LEAST_LABELS
    least_checks: int = LEAST_CHECKS
    checks: tuple[CheckTotals, ...] = ()
    reason: str | None = None


def rule_flags(
    table: LabelTable, rules: Sequence[QualityRule], checks: Sequence[CheckOutcomes] = ()
) -> tuple[BoolArray, BoolArray]:
    """Judge every annotator by every rule.

    Parameters
    ----------
    table : LabelTable
        A annotators.
    rules : sequence of QualityRule
        R rules.
    checks : sequence of CheckOutcomes
        What became of the annotators' checks.

    Returns
    -------
    flagged, judged : bool arrays, shape (R, A)
        Who is on the wrong side of the line, and who could be judged: with `LEAST_LABELS` labels or more,
        which have a time for `too_fast` and stand on items that others labelled too for `low_agreement`; with
        `LEAST_CHECKS` answers or more for `gold_wrong` and `repeats_differ`, and one for `attention_failed`.

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
        signs = signs_of(table, rule, checks)
        flagged[place], judged[place] = signs.flagged, signs.judged
    return flagged, judged


def quality(table: LabelTable, rules: Sequence[QualityRule], checks: Sequence[CheckOutcomes] = ()) -> Quality:
    """Apply the rules of a protocol.

    Parameters
    ----------
    table : LabelTable
        The labels, with those of annotators who were excluded by such a rule.
    rules : sequence of QualityRule
        From the protocol.
    checks : sequence of CheckOutcomes
        What became of the annotators' checks; those of annotators without a label are left out.

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
    flagged, judged = rule_flags(table, rules, checks)
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
        checks=check_totals(table.annotators, checks),
        reason=None if rules else "The protocol declares no quality rule.",
    )


def _outcome(rule: QualityRule, flagged: BoolArray, judged: BoolArray) -> RuleOutcome:
    missing = int(np.count_nonzero(~judged))
    who = "1 annotator has" if missing == 1 else f"{missing} annotators have"
    least, units = least_units(rule.rule)
    wanted = f"no {units}" if least == 1 else f"fewer than {least} {units}"
    return RuleOutcome(
        rule=rule.rule,
        threshold=rule.threshold,
        exclude=rule.exclude,
        judged=int(np.count_nonzero(judged)),
        not_judged=missing,
        flagged=int(np.count_nonzero(flagged)),
        reason=f"{who} {wanted}." if missing else None,
    )
