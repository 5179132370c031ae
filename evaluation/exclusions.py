"""The accuracy with nobody excluded, beside the one with the exclusions in force."""

from __future__ import annotations

from dataclasses import dataclass

from evaluation.config import EvaluationConfig
from evaluation.crossed_bootstrap import bootstrap_crossed
from evaluation.intervals import Interval
from evaluation.label_table import LabelTable
from evaluation.strata import wilson_of_credit
from evaluation.voting import majority_vote, mean_credit, vote_credit


@dataclass(frozen=True)
class Counting:
    """What one way to count gives.

    Parameters
    ----------
    annotators, labels : int
        Who and what is counted.
    value : float or None
        Majority accuracy under the study's tie rule.
    interval : Interval
        Crossed bootstrap, or Wilson's where that is undefined.
    reason : str or None
        Why the value is None.
    """

    annotators: int
    labels: int
    value: float | None
    interval: Interval
    reason: str | None = None


@dataclass(frozen=True)
class Exclusions:
    """Before and after.

    Parameters
    ----------
    excluded : int
        Annotators whose exclusion is in force.
    everybody : Counting
        With the labels of excluded annotators beside the counted ones. An item may then have more labels than
        were planned, because others were asked in their place.
    in_force : Counting
        The headline.
    difference : float or None
        The headline less the accuracy with everybody.
    reason : str or None
        What stands in the way of the comparison.
    """

    excluded: int
    everybody: Counting
    in_force: Counting
    difference: float | None
    reason: str | None = None


def exclusions(
    everybody: LabelTable,
    counted: LabelTable,
    headline: tuple[float | None, Interval],
    excluded: int,
    config: EvaluationConfig,
    seeds: tuple[int, int],
) -> Exclusions:
    """Compare the accuracy with and without the exclusions.

    Parameters
    ----------
    everybody, counted : LabelTable
        All labels, and those that count.
    headline : (float or None, Interval)
        The accuracy of `counted` with its crossed interval.
    excluded : int
        Annotators whose exclusion is in force, with and without labels.
    config : EvaluationConfig
        Tie rule, resamples, confidence.
    seeds : (int, int)
        Of the tie rule `seeded`, and of the bootstrap.

    Returns
    -------
    Exclusions
        The same twice where nothing was set aside.

    Examples
    --------
    >>> from evaluation.set_aside import together
    >>> counted = LabelTable.from_labels([(0, "ann", "cat")], truth=["cat", "dog"])
    >>> apart = LabelTable.from_labels([(1, "bob", "cat")], truth=["cat", "dog"])
    >>> import numpy as np
    >>> config, interval = EvaluationConfig(resamples=0), wilson_of_credit(np.array([1.0]))
    >>> made = exclusions(together(counted, apart), counted, (1.0, interval), 1, config, (1, 2))
    >>> made.everybody.value, made.in_force.value, made.difference
    (0.5, 1.0, 0.5)
    """
    rule, level = config.tie_rule, config.confidence

    def credit_of(table: LabelTable) -> tuple[float | None, Interval]:
        votes = majority_vote(table.counts)
        credit = vote_credit(votes, table.truth, rule, seeds[0], table.items, table.categories)
        return mean_credit(credit), wilson_of_credit(credit, level)

    value, interval = headline
    if interval.low is None:
        interval = credit_of(counted)[1]
    after = Counting(counted.n_annotators, counted.n_labels, value, interval, _why(value))
    if everybody is counted:
        reason = _why(value)
        if excluded:
            reason = f"The {excluded} excluded annotators gave no label, or their labels were not told."
        return Exclusions(excluded, after, after, None if value is None else 0.0, reason)
    with_all, plain = credit_of(everybody)
    crossed = bootstrap_crossed(everybody, config.resamples, seeds[1], rule, level)
    before = Counting(
        everybody.n_annotators,
        everybody.n_labels,
        with_all,
        plain if crossed.low is None else crossed,
        _why(with_all),
    )
    difference = None if value is None or with_all is None else value - with_all
    return Exclusions(excluded, before, after, difference, _why(difference))


def _why(value: float | None) -> str | None:
    return "No item has a label." if value is None else None
