"""People against machines on the same items: difference, McNemar's test, consistency of errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from evaluation.array_types import FloatArray, IntArray
from evaluation.bootstrap import percentile_limits, resampled_means, undefined_bootstrap
from evaluation.config import EvaluationConfig
from evaluation.errors import BadTable
from evaluation.intervals import Interval
from evaluation.label_table import LabelTable
from evaluation.random_streams import purpose_seed
from evaluation.voting import Votes, vote_credit

_DIFFERENCE = "How much more often would people be right than this machine on other items like these?"
_CONSISTENCY = "How consistent would the errors be on other items like these?"


@dataclass(frozen=True)
class McNemar:
    """McNemar's exact test on pairs of right and wrong answers.

    Parameters
    ----------
    both, only_people, only_machine, neither : int
        Items by who is right.
    p_value : float
        Two-sided.
    p_holm : float
        After Holm's correction for the number of machines.
    tie_rule : str
        How people's ties were decided; the test needs one answer an item.
    """

    both: int
    only_people: int
    only_machine: int
    neither: int
    p_value: float
    p_holm: float
    tie_rule: str


@dataclass(frozen=True)
class ErrorConsistency:
    """Whether two observers err on the same items, beyond what their accuracies imply.

    Parameters
    ----------
    value : float or None
        1 for the same errors, 0 for independent ones, below 0 for different ones.
    observed, expected : float
        Share of items on which both are right or both are wrong: seen, and for independent errors.
    interval : Interval or None
        Bootstrap over items.
    reason : str or None
        Why the value is None.
    """

    value: float | None
    observed: float
    expected: float
    interval: Interval | None = None
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
    reason: str | None = None


def mcnemar_exact(only_first: int, only_second: int) -> float:
    """Two-sided exact test of equal accuracy, from the items on which one observer alone is right.

    Parameters
    ----------
    only_first, only_second : int
        Discordant pairs.

    Returns
    -------
    float
        p-value; 1 without discordant pairs.

    Raises
    ------
    BadTable
        If a count is negative.

    Notes
    -----
    Q. McNemar (1947), Psychometrika 12, 153-157, with the binomial distribution for the smaller count.

    Examples
    --------
    >>> round(mcnemar_exact(5, 15), 8)
    0.04138947
    """
    from scipy.special import bdtr

    if only_first < 0 or only_second < 0:
        raise BadTable(f"{only_first} and {only_second} discordant pairs: give counts from 0 up.")
    pairs = only_first + only_second
    return min(1.0, 2 * float(bdtr(float(min(only_first, only_second)), pairs, 0.5)))


def holm(p_values: Sequence[float]) -> list[float]:
    """Correct p-values for their number by Holm's step-down method.

    Parameters
    ----------
    p_values : sequence of float
        Uncorrected.

    Returns
    -------
    list of float
        In the same order, at most 1.

    Notes
    -----
    S. Holm (1979), Scandinavian Journal of Statistics 6, 65-70.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    order = sorted(range(len(p_values)), key=lambda place: p_values[place])
    corrected = [0.0] * len(p_values)
    highest = 0.0
    for rank, place in enumerate(order):
        highest = max(highest, min(1.0, p_values[place] * (len(order) - rank)))
        corrected[place] = highest
    return corrected


def error_consistency(first: float, second: float, observed: float) -> ErrorConsistency:
    """Compare the observed share of common successes and errors with that of independent observers.

    Parameters
    ----------
    first, second : float
        The observers' accuracies.
    observed : float
        Share of items on which both are right or both are wrong.

    Returns
    -------
    ErrorConsistency
        Undefined with a reason where both are always right, or both always wrong.

    Notes
    -----
    R. Geirhos, K. Meding and F. A. Wichmann (2020), Beyond accuracy: quantifying trial-by-trial behaviour of CNNs and
    humans by measuring error consistency, NeurIPS 33.

    Examples
    --------
    >>> round(error_consistency(0.8, 0.7, 0.7).value, 6)
    0.210526
    """
    expected = first * second + (1 - first) * (1 - second)
    if expected == 1:
        reason = "Both are always right, or both always wrong, so chance already explains everything."
        return ErrorConsistency(None, observed, expected, reason=reason)
    return ErrorConsistency((observed - expected) / (1 - expected), observed, expected)


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
        In the order of the machines' names. Difference and error consistency take fractional credit of ties as it
        is. McNemar's test needs whole answers: it takes the study's tie rule, and `seeded` in place of `random`.

    Raises
    ------
    BadTable
        If predictions do not have one category code an item.

    Examples
    --------
    >>> from evaluation.voting import majority_vote
    >>> table = LabelTable.from_labels([(0, "ann", "cat"), (1, "ann", "cat")], truth=["cat", "dog"])
    >>> votes = majority_vote(table.counts)
    >>> compare_machines(table, votes, vote_credit(votes, table.truth), {"net": [0, 1]},
    ...                  EvaluationConfig(resamples=0), {"tie_break": 1, "bootstrap_machines": 2})[0].difference
    -0.5
    """
    rule = "seeded" if config.tie_rule == "random" else config.tie_rule
    whole = vote_credit(votes, table.truth, rule, seeds["tie_break"], table.items, table.categories)
    compared = [
        _compare(name, _machine_credit(name, predictions[name], table), credit, whole, rule, config, seeds)
        for name in sorted(predictions)
    ]
    tested = [machine for machine in compared if machine.mcnemar is not None]
    corrected = iter(holm([machine.mcnemar.p_value for machine in tested if machine.mcnemar]))
    return tuple(
        replace(machine, mcnemar=replace(machine.mcnemar, p_holm=next(corrected)))
        if machine.mcnemar
        else machine
        for machine in compared
    )


def most_probable(probabilities: Any) -> IntArray:
    """Turn a machine's probabilities into categories.

    Parameters
    ----------
    probabilities : float array, shape (N, K)
        One row an item; any scores where larger means likelier.

    Returns
    -------
    int array, shape (N,)
        Code of the largest; the first of equal ones.

    Raises
    ------
    BadTable
        If a value is not a number.

    Examples
    --------
    >>> most_probable([[0.2, 0.8], [0.6, 0.4]]).tolist()
    [1, 0]
    """
    scores = np.asarray(probabilities, dtype=np.float64)
    if scores.ndim != 2 or np.isnan(scores).any():
        raise BadTable(
            "Probabilities need one row an item, one column a category, and a number in every cell."
        )
    return scores.argmax(axis=1)


def _machine_credit(name: str, codes: Any, table: LabelTable) -> FloatArray:
    codes = np.asarray(codes)
    if codes.shape != (table.n_items,):
        raise BadTable(f"Predictions of {name!r} have the shape {codes.shape}; they need one category for each of the "
                       f"{table.n_items} items.")  # fmt: skip
    if codes.dtype.kind not in "iu" or (
        codes.size and not (0 <= codes.min() and codes.max() < table.n_categories)
    ):
        raise BadTable(f"Predictions of {name!r} need category codes from 0 to {table.n_categories - 1}.")
    return (codes == table.truth).astype(np.float64)


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
            name, 0, config.tie_rule, None, None, None, interval, None, None, "No item has a label."
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
        ),  # fmt: skip
        mcnemar=_mcnemar(whole == 1, machine == 1, rule),
        error_consistency=replace(
            consistency,
            interval=_interval(consistency.value, _consistencies(replicates), n, seed, config, _CONSISTENCY),
        ),  # fmt: skip
    )


def _consistencies(replicates: FloatArray | None) -> FloatArray | None:
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
    else:
        low, high = percentile_limits(replicates, config.confidence, estimate)
    return Interval(
        "bootstrap_items", low, high, config.confidence, estimate, n,
        resamples=config.resamples, seed=seed, answers=answers, reason=reason,
    )  # fmt: skip


def _mcnemar(people: Any, machine: Any, rule: str) -> McNemar:
    both, only_people = int((people & machine).sum()), int((people & ~machine).sum())
    only_machine, neither = int((~people & machine).sum()), int((~people & ~machine).sum())
    p_value = mcnemar_exact(only_people, only_machine)
    return McNemar(both, only_people, only_machine, neither, p_value, p_value, rule)
