"""The exclusion multiverse: the accuracy under every combination of the quality rules that were declared.

Whoever may choose afterwards whom to leave out can move the result. Here every choice stands side by side:
with r rules 2^r of them, the base without any first.

Source: S. Steegen, F. Tuerlinckx, A. Gelman and W. Vanpaemel (2016), Increasing transparency through a
multiverse analysis, Perspectives on Psychological Science 11, 702-712.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations

import numpy as np

from evaluation.array_types import BoolArray
from evaluation.check_outcomes import CheckOutcomes
from evaluation.config import EvaluationConfig
from evaluation.crossed_bootstrap import bootstrap_crossed
from evaluation.intervals import Interval
from evaluation.label_table import LabelTable
from evaluation.quality import rule_flags
from evaluation.set_aside import without
from evaluation.strata import wilson_of_credit
from evaluation.voting import majority_vote, mean_credit, vote_credit

#: The bootstrap of each specification takes no more resamples than this: there may be many of them.
MOST_RESAMPLES = 2_000
#: With more rules the combinations would be too many to compute and to read; only the base, each rule alone
#: and all together are then made.
MOST_RULES = 6


@dataclass(frozen=True)
class Specification:
    """One combination of rules.

    Parameters
    ----------
    rules : tuple of str
        Whose flagged annotators are left out; empty for the base.
    declared : bool
        Whether these are the rules of which the protocol says that they exclude.
    left_out : tuple of str
        The annotators.
    annotators, labels : int
        What remains.
    items, complete_items : int
        Items with a label, and with as many as planned.
    value : float or None
        Majority accuracy under the study's tie rule, over the items with a label.
    difference : float or None
        Less the base's.
    interval : Interval
        Crossed bootstrap, or Wilson's where that is undefined.
    same_as : int or None
        Place of an earlier specification that leaves out the same annotators, from 0.
    reason : str or None
        Why the value is None.
    """

    rules: tuple[str, ...]
    declared: bool
    left_out: tuple[str, ...]
    annotators: int
    labels: int
    items: int
    complete_items: int
    value: float | None
    difference: float | None
    interval: Interval
    same_as: int | None = field(default=None, metadata={"leave_out_if_none": True})
    reason: str | None = None


def multiverse(
    table: LabelTable,
    config: EvaluationConfig,
    tie_seed: int,
    seed: int,
    known: tuple[LabelTable, Interval] | None = None,
    checks: Sequence[CheckOutcomes] = (),
) -> tuple[Specification, ...]:
    """Evaluate every combination of the rules.

    Parameters
    ----------
    table : LabelTable
        All labels, those of excluded annotators among them.
    config : EvaluationConfig
        Whose `quality_rules`, tie rule, resamples and confidence apply.
    tie_seed, seed : int
        Of the tie rule `seeded`, and of the bootstrap.
    known : (LabelTable, Interval), optional
        A table whose crossed interval is known already, as the headline's.
    checks : sequence of CheckOutcomes
        What became of the annotators' checks, for the rules that go by them.

    Returns
    -------
    tuple of Specification
        By the number of rules, then in the order of the protocol. Those that leave out the same annotators
        are computed once. Empty where the protocol declares no rule.

    Examples
    --------
    >>> from evaluation.quality_rule import QualityRule
    >>> labels = [(item, "ann", "x") for item in range(10)]
    >>> labels += [(item, "bob", "xy"[item % 2]) for item in range(10)]
    >>> table = LabelTable.from_labels(labels, truth=["x", "y"] * 5)
    >>> config = EvaluationConfig(resamples=0, quality_rules=(QualityRule("straight_lining", 0.5),))
    >>> [(choice.rules, choice.left_out) for choice in multiverse(table, config, 1, 2)]
    [((), ()), (('straight_lining',), ('ann',))]
    """
    rules = config.quality_rules
    if not rules:
        return ()
    flagged, _judged = rule_flags(table, rules, checks)
    declared = {place for place, rule in enumerate(rules) if rule.exclude}
    made: list[Specification] = []
    places: dict[bytes, int] = {}
    for chosen in _choices(len(rules)):
        left_out: BoolArray = np.any(flagged[list(chosen)], axis=0)
        first = places.setdefault(left_out.tobytes(), len(made))
        if first == len(made):
            specification = _evaluated(table, left_out, config, tie_seed, seed, known)
        else:
            specification = replace(made[first], same_as=first)
        made.append(
            replace(
                specification,
                rules=tuple(rules[place].rule for place in chosen),
                declared=set(chosen) == declared,
                difference=_difference(specification.value, made[0].value if made else specification.value),
            )
        )
    return tuple(made)


def _choices(number: int) -> list[tuple[int, ...]]:
    sizes: Sequence[int] = range(number + 1) if number <= MOST_RULES else (0, 1, number)
    return [chosen for size in sizes for chosen in combinations(range(number), size)]


def _evaluated(
    table: LabelTable,
    left_out: BoolArray,
    config: EvaluationConfig,
    tie_seed: int,
    seed: int,
    known: tuple[LabelTable, Interval] | None,
) -> Specification:
    rest = without(table, left_out) if left_out.any() else table
    votes = majority_vote(rest.counts)
    credit = vote_credit(votes, rest.truth, config.tie_rule, tie_seed, rest.items, rest.categories)
    value = mean_credit(credit)
    if known is not None and known[0].sha256 == rest.sha256:
        interval = known[1]
    else:
        resamples = min(config.resamples, MOST_RESAMPLES)
        interval = bootstrap_crossed(rest, resamples, seed, config.tie_rule, config.confidence)
    if interval.low is None:
        interval = wilson_of_credit(credit, config.confidence)
    return Specification(
        rules=(),
        declared=False,
        left_out=tuple(table.annotators[code] for code in np.flatnonzero(left_out).tolist()),
        annotators=rest.n_annotators,
        labels=rest.n_labels,
        items=votes.n,
        complete_items=int(np.count_nonzero(votes.totals >= config.labels_per_item)),
        value=value,
        difference=None,
        interval=interval,
        reason=None if value is not None else "No item has a label.",
    )


def _difference(value: float | None, base: float | None) -> float | None:
    return None if value is None or base is None else value - base
