"""People against machines on the same items, each machine with its difference, test and consistency."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from evaluation.array_types import BoolArray, FloatArray, IntArray
from evaluation.bootstrap import percentile_limits, resampled_means, undefined_bootstrap
from evaluation.comparison import ErrorConsistency, McNemar, error_consistency, holm, mcnemar_exact
from evaluation.config import EvaluationConfig
from evaluation.errors import BadTable
from evaluation.intervals import Interval
from evaluation.label_table import LabelTable
from evaluation.random_streams import purpose_seed
from evaluation.voting import TIE, Votes, majority_vote, vote_credit

_DIFFERENCE = "How much more often would people be right than this machine on other images like these?"
_CONSISTENCY = "How consistent would the errors be on other images like these?"


@dataclass(frozen=True)
class DiscordantItem:
    """An item that only people or only the machine get right.

    Parameters
    ----------
    item : str
        Its id.
    right : {'people', 'machine'}
        Who is right.
    ground_truth, prediction : str
        The dataset's category and the machine's.
    majority : str or None
        People's category; None where they tie. A tie is then decided as `McNemar.tie_rule` says.
    reason : str or None
        Why there is no majority.
    """

    item: str
    right: str
    ground_truth: str
    majority: str | None
    prediction: str
    reason: str | None = None


@dataclass(frozen=True)
class MachineComparison:
    """One machine beside the people.

    Parameters
    ----------
    name : str
        The machine.
    n : int
        Items with labels, on which both are compared.
    tie_rule : str
        People's tie rule, for accuracy, difference and error consistency.
    accuracy, human_accuracy, difference : float or None
        Machine, people, people less machine.
    interval : Interval
        Of the difference, bootstrap over items.
    mcnemar : McNemar or None
        The test.
    error_consistency : ErrorConsistency or None
        Of people and machine.
    discordant : tuple of DiscordantItem
        Those behind the test's `only_people` and `only_machine`: people's first, each in the table's order.
    predictions_sha256 : str
        Over the lines ``item, tab, category`` of all items in the table's order.
    reason : str or None
        Why figures are None.
    """

    name: str
    n: int
    tie_rule: str
    accuracy: float | None
    human_accuracy: float | None
    difference: float | None
    interval: Interval
    mcnemar: McNemar | None
    error_consistency: ErrorConsistency | None
    discordant: tuple[DiscordantItem, ...] = ()
    predictions_sha256: str = ""
    reason: str | None = None


def machines_alone(
    table: LabelTable, predictions: Mapping[str, Any], config: EvaluationConfig
) -> tuple[MachineComparison, ...]:
    """Compare people with machines, without the rest of a report.

    Parameters
    ----------
    table : LabelTable
        N items.
    predictions : mapping of str to int array, shape (N,)
        As for `compare_machines`.
    config : EvaluationConfig
        The study's.

    Returns
    -------
    tuple of MachineComparison
        The same as in the report that `evaluate` makes with these settings.

    Raises
    ------
    BadTable
        As `compare_machines`.

    Examples
    --------
    >>> table = LabelTable.from_labels([(0, "ann", "cat"), (1, "ann", "cat")], truth=["cat", "dog"])
    >>> machines_alone(table, {"net": [0, 1]}, EvaluationConfig(resamples=0))[0].difference
    -0.5
    """
    votes = majority_vote(table.counts)
    seeds = {purpose: purpose_seed(config.seed, purpose) for purpose in ("tie_break", "bootstrap_machines")}
    credit = vote_credit(
        votes, table.truth, config.tie_rule, seeds["tie_break"], table.items, table.categories
    )
    return compare_machines(table, votes, credit, predictions, config, seeds)


def compare_machines(
    table: LabelTable,
    votes: Votes,
    credit: FloatArray,
    predictions: Mapping[str, Any],
    config: EvaluationConfig,
    seeds: Mapping[str, int],
) -> tuple[MachineComparison, ...]:
    """Compare people with each machine on the items that have labels.

    Parameters
    ----------
    table : LabelTable
        N items.
    votes, credit
        People's vote, and its credit under the study's tie rule.
    predictions : mapping of str to int array, shape (N,)
        Category codes of every machine, in the order of `table.items`.
    config : EvaluationConfig
        Resamples and confidence.
    seeds : mapping of str to int
        With `tie_break` and `bootstrap_machines`.

    Returns
    -------
    tuple of MachineComparison
        In the order of the machines' names. Difference and error consistency take fractional credit of ties
        as it is. McNemar's test needs whole answers: it takes the study's tie rule, and `seeded` in place of
        `random`.

    Raises
    ------
    BadTable
        If predictions do not have one category code an item.

    Examples
    --------
    >>> from evaluation.voting import majority_vote
    >>> table = LabelTable.from_labels([(0, "ann", "cat"), (1, "ann", "cat")], truth=["cat", "dog"])
    >>> votes = majority_vote(table.counts)
    >>> seeds = {"tie_break": 1, "bootstrap_machines": 2}
    >>> credit, config = vote_credit(votes, table.truth), EvaluationConfig(resamples=0)
    >>> compare_machines(table, votes, credit, {"net": [0, 1]}, config, seeds)[0].difference
    -0.5
    """
    rule = "seeded" if config.tie_rule == "random" else config.tie_rule
    whole = vote_credit(votes, table.truth, rule, seeds["tie_break"], table.items, table.categories)
    compared = []
    for name in sorted(predictions):
        codes = _checked(name, predictions[name], table)
        right: FloatArray = (codes == table.truth).astype(np.float64)
        figures = _compare(name, right, credit, whole, rule, config, seeds)
        compared.append(
            replace(
                figures,
                discordant=_discordant(codes, whole, table, votes),
                predictions_sha256=predictions_sha256(codes, table),
            )
        )
    tested = [machine for machine in compared if machine.mcnemar is not None]
    corrected = iter(holm([machine.mcnemar.p_value for machine in tested if machine.mcnemar]))
    return tuple(
        replace(machine, mcnemar=replace(machine.mcnemar, p_holm=next(corrected)))
        if machine.mcnemar
        else machine
        for machine in compared
    )


def predictions_sha256(codes: IntArray, table: LabelTable) -> str:
    r"""Give the fingerprint of a machine's predictions.

    Parameters
    ----------
    codes : int array, shape (N,)
        Category codes in the order of `table.items`.
    table : LabelTable
        Names items and categories.

    Returns
    -------
    str
        SHA-256, in hexadecimal, of the lines ``item, tab, category`` in UTF-8.

    Examples
    --------
    >>> table = LabelTable.from_labels([], truth=["cat", "dog"])
    >>> predictions_sha256(np.array([1, 1]), table) == hashlib.sha256(b"0\tdog\n1\tdog\n").hexdigest()
    True
    """
    names = table.categories
    lines = (f"{item}\t{names[code]}\n" for item, code in zip(table.items, codes.tolist(), strict=True))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _checked(name: str, codes: Any, table: LabelTable) -> IntArray:
    codes = np.asarray(codes)
    if codes.shape != (table.n_items,):
        raise BadTable(
            f"Predictions of {name!r} have the shape {codes.shape}; they need one category for each of the "
            f"{table.n_items} items."
        )
    if codes.dtype.kind not in "iu" or (
        codes.size and not (codes.min() >= 0 and codes.max() < table.n_categories)
    ):
        raise BadTable(f"Predictions of {name!r} need category codes from 0 to {table.n_categories - 1}.")
    whole: IntArray = codes.astype(np.int64)
    return whole


def _discordant(
    codes: IntArray, whole: FloatArray, table: LabelTable, votes: Votes
) -> tuple[DiscordantItem, ...]:
    right = codes == table.truth
    people: BoolArray = whole == 1
    labelled = votes.labelled
    sides = {"people": labelled & people & ~right, "machine": labelled & ~people & right}
    return tuple(
        DiscordantItem(
            item=table.items[row],
            right=side,
            ground_truth=table.categories[table.truth[row]],
            majority=None if votes.winner[row] == TIE else table.categories[votes.winner[row]],
            prediction=table.categories[codes[row]],
            reason="People tie." if votes.winner[row] == TIE else None,
        )
        for side, rows in sides.items()
        for row in np.flatnonzero(rows).tolist()
    )


def _compare(
    name: str,
    machine: FloatArray,
    credit: FloatArray,
    whole: FloatArray,
    rule: str,
    config: EvaluationConfig,
    seeds: Mapping[str, int],
) -> MachineComparison:
    seed = purpose_seed(seeds["bootstrap_machines"], name)
    known = ~np.isnan(credit)
    n = int(known.sum())
    if not n:
        interval = undefined_bootstrap(
            "bootstrap_items", 0, config.resamples, seed, config.confidence, _DIFFERENCE
        )
        return MachineComparison(
            name, 0, config.tie_rule, None, None, None, interval, None, None, reason="No item has a label."
        )
    people, machine, whole = credit[known], machine[known], whole[known]
    levels, times = np.unique(np.stack([people, machine], axis=1), axis=0, return_counts=True)
    both_alike = levels[:, 0] * levels[:, 1] + (1 - levels[:, 0]) * (1 - levels[:, 1])
    values = np.column_stack([levels, both_alike])
    means = (values * times[:, None]).sum(axis=0) / n
    human, accuracy, observed = means.tolist()
    replicates = resampled_means(values, times, config.resamples, seed) if config.resamples else None
    consistency = error_consistency(human, accuracy, observed)
    return MachineComparison(
        name=name,
        n=n,
        tie_rule=config.tie_rule,
        accuracy=accuracy,
        human_accuracy=human,
        difference=human - accuracy,
        interval=_interval(
            human - accuracy,
            None if replicates is None else replicates[:, 0] - replicates[:, 1],
            n,
            seed,
            config,
            _DIFFERENCE,
        ),
        mcnemar=_mcnemar(whole == 1, machine == 1, rule),
        error_consistency=replace(
            consistency,
            interval=_interval(consistency.value, _consistencies(replicates), n, seed, config, _CONSISTENCY),
        ),
    )


def _consistencies(replicates: FloatArray | None) -> FloatArray | None:
    """Give the replicates of the error consistency, without those where it is undefined."""
    if replicates is None:
        return None
    first, second, observed = replicates.T
    expected = first * second + (1 - first) * (1 - second)
    with np.errstate(divide="ignore", invalid="ignore"):
        value: FloatArray = (observed - expected) / (1 - expected)
    return value[np.isfinite(value)]


def _interval(
    estimate: float | None,
    replicates: FloatArray | None,
    n: int,
    seed: int,
    config: EvaluationConfig,
    answers: str,
) -> Interval:
    if replicates is None:
        return undefined_bootstrap("bootstrap_items", n, 0, seed, config.confidence, answers)
    low, high, reason = None, None, None
    if estimate is None or not replicates.size:
        reason = "The estimate is undefined."
    elif replicates.min() == replicates.max():
        reason = "All resamples gave the same, so they tell nothing about the uncertainty."
    else:
        low, high = percentile_limits(replicates, config.confidence, estimate)
    return Interval(
        "bootstrap_items",
        low,
        high,
        config.confidence,
        estimate,
        n,
        resamples=config.resamples,
        seed=seed,
        answers=answers,
        reason=reason,
    )


def _mcnemar(people: Any, machine: Any, rule: str) -> McNemar:
    both, only_people = int((people & machine).sum()), int((people & ~machine).sum())
    only_machine, neither = int((~people & machine).sum()), int((~people & ~machine).sum())
    p_value = mcnemar_exact(only_people, only_machine)
    return McNemar(both, only_people, only_machine, neither, p_value, p_value, rule)
