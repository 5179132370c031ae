"""A report as CSV tables, one a file."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from evaluation.render import csv_checks
from evaluation.render.json import plain
from evaluation.render.rows import Row, ends, records, with_interval
from evaluation.report import Report
from evaluation.voting import NO_LABEL, TIE

# A spreadsheet runs a cell that starts so as a formula.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def tables(report: Report) -> dict[str, str]:
    """Write all tables of a report.

    Parameters
    ----------
    report : Report
        From `evaluate`.

    Returns
    -------
    dict of str to str
        File name to text, with line feeds at the ends of lines. What is undefined is an empty cell. Text that
        a spreadsheet would run as a formula has an apostrophe before it. Tables without a row are left out.

    Examples
    --------
    >>> from evaluation import EvaluationConfig, LabelTable, evaluate
    >>> table = LabelTable.from_labels([(0, "ann", "cat")], truth=["cat"])
    >>> written = tables(evaluate(table, EvaluationConfig(resamples=0)))
    >>> print(written["labels_per_item.csv"])
    k,value,items,low,high,method
    1,1.0,1,,,student
    <BLANKLINE>
    """
    made = {name: make(report) for name, make in _TABLES.items()}
    return {name: csv_text(rows) for name, rows in made.items() if len(rows) > 1}


def _confusion(report: Report) -> list[Row]:
    matrices = report.confusion_matrix
    return _matrix(matrices.majority, matrices.categories, (*matrices.categories, "no majority"))


def _confusion_expected(report: Report) -> list[Row]:
    return _matrix(report.confusion_matrix.majority_expected, report.confusion_matrix.categories)


def _confusion_individual(report: Report) -> list[Row]:
    return _matrix(report.confusion_matrix.individual, report.confusion_matrix.categories)


def _matrix(matrix: Any, categories: Sequence[str], columns: Sequence[str] | None = None) -> list[Row]:
    if matrix is None:
        return []
    rows = zip(categories, plain(matrix), strict=True)
    return [["ground_truth", *(columns or categories)], *([name, *cells] for name, cells in rows)]


def _per_category(report: Report) -> list[Row]:
    columns = ("category", "support", "precision", "recall", "f1", "predicted", "correct")
    rows = records(columns, report.per_category)
    scores = ("precision", "recall", "f1")
    rows[0] = [*rows[0], *(f"{score}_{end}" for score in scores for end in ("low", "high"))]
    for place, entry in enumerate(report.per_category, start=1):
        limits = [end for score in scores for end in ends(getattr(entry.intervals, score))[:2]]
        rows[place] = [*rows[place], *plain(limits)]
    return rows


def _annotators(report: Report) -> list[Row]:
    columns = (
        "annotator",
        "labels",
        "correct",
        "accuracy",
        "agreement_with_others",
        "shared_items",
        "median_response_ms",
        "spammer_score",
    )
    rows = records(columns, report.annotators)
    rows[0] = [*rows[0], "accuracy_low", "accuracy_high"]
    for place, entry in enumerate(report.annotators, start=1):
        rows[place] = [*rows[place], *plain([entry.interval.low, entry.interval.high])]
    return rows


def _labels_per_item(report: Report) -> list[Row]:
    return with_interval(("k", "value", "items"), report.accuracy.by_labels_per_item)


def _intervals(report: Report) -> list[Row]:
    intervals = report.accuracy.majority.intervals
    columns = (
        "method",
        "estimate",
        "low",
        "high",
        "confidence",
        "n",
        "resamples",
        "seed",
        "answers",
        "reason",
    )
    made = [getattr(intervals, name) for name in vars(intervals)]
    return records(columns, made)


def _tie_rules(report: Report) -> list[Row]:
    ledger, intervals = report.accuracy.tie_ledger, report.accuracy.tie_rule_intervals
    rows: list[Row] = [["tie_rule", "accuracy", "low", "high", "method"]]
    rows.extend(
        plain([rule, getattr(ledger, rule), *ends(getattr(intervals, rule))])
        for rule in ("random", "wrong", "optimistic", "seeded")
    )
    return rows


def _validity(report: Report) -> list[Row]:
    return records(("item", "ground_truth", "label", "labels"), report.label_validity.candidates)


def _machines(report: Report) -> list[Row]:
    pairs = ("both", "only_people", "only_machine", "neither", "p_value", "p_holm", "tie_rule")
    rows: list[Row] = [
        [
            *("machine", "n", "accuracy", "human_accuracy", "difference", "low", "high", *pairs),
            *("error_consistency", "error_consistency_low", "error_consistency_high"),
        ],
    ]
    for machine in report.machines:
        test, consistency = machine.mcnemar, machine.error_consistency
        figures = [machine.accuracy, machine.human_accuracy, machine.difference]
        limits = [machine.interval.low, machine.interval.high]
        tested = [getattr(test, name) if test else None for name in pairs]
        shared = consistency.interval if consistency else None
        errors = [
            consistency.value if consistency else None,
            shared.low if shared else None,
            shared.high if shared else None,
        ]
        rows.append(plain([machine.name, machine.n, *figures, *limits, *tested, *errors]))
    return rows


def _discordant_items(report: Report) -> list[Row]:
    columns = ("item", "right", "ground_truth", "majority", "prediction")
    rows: list[Row] = [["machine", *columns]]
    for machine in report.machines:
        rows.extend([machine.name, *row] for row in records(columns, machine.discordant)[1:])
    return rows


def _items(report: Report) -> list[Row]:
    table, votes = report.table, report.votes
    outcomes = dict(enumerate(table.categories)) | {TIE: "no majority", NO_LABEL: ""}
    columns = zip(
        table.items,
        table.truth.tolist(),
        votes.totals.tolist(),
        votes.winner.tolist(),
        votes.leaders.tolist(),
        plain(report.credit),
        strict=True,
    )
    rows = [
        [
            item,
            table.categories[truth],
            total,
            outcomes[winner],
            leaders,
            "" if math.isnan(credit) else credit,
        ]
        for item, truth, total, winner, leaders, credit in columns
    ]
    return [["item", "ground_truth", "labels", "majority", "leaders", "credit"], *rows]


def csv_text(rows: Iterable[Row]) -> str:
    r"""Write rows as CSV with line feeds, so that a spreadsheet runs no cell as a formula.

    Parameters
    ----------
    rows : iterable of sequences
        The first is the header. None is an empty cell.

    Returns
    -------
    str
        Text that starts like a formula, and is no number, has an apostrophe before it.

    Examples
    --------
    >>> csv_text([["label"], ["=1+1"], [-1]])
    "label\n'=1+1\n-1\n"
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([defused(cell) for cell in row] for row in rows)
    return text.getvalue()


def defused(cell: Any) -> Any:
    """Put an apostrophe before text that a spreadsheet would run as a formula; leave all else as it is.

    Parameters
    ----------
    cell : object
        What a cell will hold.

    Returns
    -------
    object
        The cell.

    Examples
    --------
    >>> defused("=1+1"), defused("-1"), defused(-1)
    ("'=1+1", '-1', -1)
    """
    if isinstance(cell, str) and cell.startswith(_FORMULA_STARTS) and not _is_number(cell):
        return "'" + cell
    return cell


def _is_number(text: str) -> bool:
    return text.lstrip("+-").replace(".", "", 1).isdecimal()


_TABLES: Mapping[str, Callable[[Report], list[Row]]] = {
    "confusion_matrix.csv": _confusion,
    "confusion_matrix_expected.csv": _confusion_expected,
    "confusion_matrix_individual.csv": _confusion_individual,
    "per_category.csv": _per_category,
    "intervals.csv": _intervals,
    "tie_rules.csv": _tie_rules,
    "tie_extension.csv": csv_checks.tie_extension,
    "labels_per_item.csv": _labels_per_item,
    "annotators.csv": _annotators,
    "items.csv": _items,
    "label_validity.csv": _validity,
    "agreement.csv": csv_checks.agreement,
    "beyond_labels_per_item.csv": csv_checks.beyond_labels_per_item,
    "confused_pairs.csv": csv_checks.confused_pairs,
    "times.csv": csv_checks.times,
    "quality_rules.csv": csv_checks.quality_rules,
    "check_totals.csv": csv_checks.check_totals,
    "flagged_annotators.csv": csv_checks.flagged_annotators,
    "multiverse.csv": csv_checks.multiverse,
    "exclusions.csv": csv_checks.exclusions,
    "sample_check.csv": csv_checks.sample_check,
    "published.csv": csv_checks.published,
    "machines.csv": _machines,
    "discordant_items.csv": _discordant_items,
}

#: Names of all tables; a report without a row for one leaves it out.
NAMES = frozenset(_TABLES)
