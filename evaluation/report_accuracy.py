"""All figures of accuracy in a report, each with its interval."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from evaluation.accuracy import (
    Accuracy,
    MajorityAccuracy,
    MajorityIntervals,
    RuleIntervals,
    StratifiedEstimate,
    individual_accuracy,
    individual_intervals,
)
from evaluation.array_types import FloatArray
from evaluation.bootstrap import bootstrap_items
from evaluation.config import EvaluationConfig
from evaluation.crossed_bootstrap import bootstrap_crossed, bootstrap_individual
from evaluation.errors import BadSetting
from evaluation.extrapolation import extrapolate
from evaluation.finite_population import finite_population, stratified
from evaluation.intervals import of_credit
from evaluation.label_table import LabelTable
from evaluation.labels_per_item import accuracy_by_labels_per_item
from evaluation.progress import Progress
from evaluation.strata import accuracy_by_stratum, wilson_of_credit
from evaluation.voting import TIE_RULES, Votes, mean_credit, tie_ledger, vote_credit


def accuracy_of(
    table: LabelTable,
    votes: Votes,
    credit: FloatArray,
    config: EvaluationConfig,
    seeds: Mapping[str, int],
    progress: Progress,
    first: LabelTable | None = None,
) -> Accuracy:
    """Compute every figure of accuracy.

    Parameters
    ----------
    table : LabelTable
        N items.
    votes, credit
        Their vote, and its credit under the study's tie rule.
    config : EvaluationConfig
        The settings.
    seeds : mapping of str to int
        With those of the tie-break and of every bootstrap.
    progress : callable
        As for `evaluate`.
    first : LabelTable, optional
        The labels that single labels and the curve are of, where further ones were given on tied items.

    Returns
    -------
    Accuracy
        With None and reasons where there is no label.

    Raises
    ------
    BadSetting
        If a population is smaller than the sample, or strata are missing.
    """
    level, resamples = config.confidence, config.resamples
    names = (table.items, table.categories)
    rules = {rule: vote_credit(votes, table.truth, rule, seeds["tie_break"], *names) for rule in TIE_RULES}
    intervals = MajorityIntervals(
        wilson=of_credit("wilson", credit, level),
        clopper_pearson=of_credit("clopper_pearson", credit, level),
        bootstrap_items=bootstrap_items(credit, resamples, seeds["bootstrap"], level),
        bootstrap_crossed=bootstrap_crossed(
            table, resamples, seeds["bootstrap_crossed"], config.tie_rule, level, progress
        ),
        finite_population=finite_population(credit, config.population, level),
    )
    value = mean_credit(credit)
    first = table if first is None else first
    individual = individual_intervals(
        first, individual_accuracy(first), resamples, seeds["bootstrap_items_individual"], level
    )
    curve = accuracy_by_labels_per_item(first.counts, table.truth, confidence=level)
    crossed = bootstrap_individual(first, resamples, seeds["bootstrap_individual"], level, progress)
    return Accuracy(
        majority=MajorityAccuracy(
            config.tie_rule,
            value,
            votes.n,
            intervals,
            _stratified(table, credit, config),
            reason=None if votes.n else "No item has a label.",
        ),
        tie_ledger=tie_ledger(votes, table.truth, seeds["tie_break"], *names),
        tie_rule_intervals=RuleIntervals(
            **{rule: wilson_of_credit(rule_credit, level) for rule, rule_credit in rules.items()}
        ),
        individual=replace(individual, interval=crossed),
        by_labels_per_item=curve,
        beyond_labels_per_item=extrapolate(first.counts, table.truth, tuple(point.value for point in curve)),
        by_stratum=accuracy_by_stratum(table, credit, level),
    )


def _stratified(table: LabelTable, credit: FloatArray, config: EvaluationConfig) -> StratifiedEstimate | None:
    if config.stratum_populations is None:
        return None
    if table.strata is None:
        raise BadSetting(
            "stratum_populations is given, but the table has no strata. Give the stratum of every item."
        )
    return stratified(
        credit, table.strata, table.stratum_names, config.stratum_populations, config.confidence
    )
