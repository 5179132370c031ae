"""A quality rule as a protocol declares it: by which sign an annotator is flagged."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from evaluation.errors import BadSetting

#: Every kind of rule with the sentence that explains its threshold.
RULE_KINDS: Mapping[str, str] = {
    "too_fast": "the median response time in milliseconds, below which an annotator is flagged",
    "straight_lining": "the share of labels in one category, above which an annotator is flagged",
    "low_agreement": "the agreement with the other annotators, below which an annotator is flagged",
    "gold_wrong": "the share of wrong answers to gold images, above which an annotator is flagged",
    "repeats_differ": "the share of repeats answered differently, above which an annotator is flagged",
    "attention_failed": "the number of failed attention checks, at which an annotator is flagged",
}
# The least and the most that a threshold may be.
_LIMITS = {"too_fast": (0, math.inf), "attention_failed": (1, math.inf)}
_SHARE = (0, 1)


@dataclass(frozen=True)
class QualityRule:
    """One rule of a protocol.

    Parameters
    ----------
    rule : str
        Which sign, a key of `RULE_KINDS`.
    threshold : float
        Milliseconds for `too_fast`, a number of 1 or more for `attention_failed`, else a share from 0 to 1.
    exclude : bool
        Whether the protocol says that flagged annotators are left out. False: they are named, and counted.

    Raises
    ------
    BadSetting
        If the rule is unknown or the threshold out of its range.

    Examples
    --------
    >>> QualityRule("too_fast", 300).exclude
    False
    """

    rule: str
    threshold: float
    exclude: bool = False

    def __post_init__(self) -> None:
        if self.rule not in RULE_KINDS:
            raise BadSetting(
                f"There is no quality rule {self.rule!r}; it must be one of {', '.join(RULE_KINDS)}."
            )
        least, most = _LIMITS.get(self.rule, _SHARE)
        if not least <= self.threshold <= most:
            limits = f"of {least} or more" if most == math.inf else f"from {least} to {most}"
            raise BadSetting(
                f"The threshold of {self.rule} is {self.threshold!r}; it must be a number {limits}: "
                f"{RULE_KINDS[self.rule]}."
            )


def quality_rules(declared: Any) -> tuple[QualityRule, ...]:
    """Read the rules of a protocol.

    Parameters
    ----------
    declared : iterable of QualityRule, or of mappings with its fields
        As in the protocol's JSON.

    Returns
    -------
    tuple of QualityRule
        In the order declared.

    Raises
    ------
    BadSetting
        If a rule is wrong, has another field, or stands twice.

    Examples
    --------
    >>> quality_rules([{"rule": "too_fast", "threshold": 300, "exclude": False}])
    (QualityRule(rule='too_fast', threshold=300, exclude=False),)
    """
    rules = tuple(rule if isinstance(rule, QualityRule) else _read(rule) for rule in declared)
    names = [rule.rule for rule in rules]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise BadSetting(f"The quality rule {twice[0]} is declared twice; declare it once.")
    return rules


def _read(declared: Any) -> QualityRule:
    if not isinstance(declared, Mapping) or not {"rule", "threshold"} <= set(declared):
        raise BadSetting(
            f"A quality rule has the keys rule, threshold and exclude; this one is {declared!r}."
        )
    extra = sorted(set(declared) - {"rule", "threshold", "exclude"})
    if extra:
        raise BadSetting(f"A quality rule has the keys rule, threshold and exclude, and no {extra[0]!r}.")
    threshold = declared["threshold"]
    if isinstance(threshold, bool) or not isinstance(threshold, int | float):
        raise BadSetting(f"The threshold of {declared['rule']} is {threshold!r}; give a number.")
    return QualityRule(str(declared["rule"]), threshold, bool(declared.get("exclude", False)))
