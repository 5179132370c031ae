"""Every table to be read, by name. A new table is a line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from evaluation.render.tables import accuracy, categories, checks, people
from evaluation.render.tables.table import Table
from evaluation.report import Report

#: Name to what lays the table out. None says that it does not apply to the report.
TABLES: Mapping[str, Callable[[Report], Table | None]] = {
    "intervals": accuracy.intervals,
    "tie_rules": accuracy.tie_rules,
    "tie_extension": accuracy.tie_extension,
    "individual": accuracy.individual,
    "labels_per_item": accuracy.labels_per_item,
    "truth_inference": accuracy.truth_inference,
    "confusion_matrix": categories.confusion_matrix,
    "confusion_matrix_expected": categories.confusion_matrix_expected,
    "confusion_matrix_individual": categories.confusion_matrix_individual,
    "per_category": categories.per_category,
    "confused_pairs": categories.confused_pairs,
    "label_validity": categories.label_validity,
    "strata": accuracy.strata,
    "agreement": people.agreement,
    "times": people.times,
    "annotators": people.annotators,
    "quality": checks.quality,
    "check_totals": checks.check_totals,
    "exclusions": checks.exclusions,
    "multiverse": checks.multiverse,
    "sample_check": checks.sample_check,
    "deviations": checks.deviations,
    "published": checks.published,
    "machines": people.machines,
    "checklist": checks.checklist,
}


def tables(report: Report) -> dict[str, Table]:
    """Lay out every table that applies to a report.

    Parameters
    ----------
    report : Report
        From `evaluate`.

    Returns
    -------
    dict of str to Table
        By the names of `TABLES`, in their order.

    Examples
    --------
    >>> from evaluation import EvaluationConfig, LabelTable, evaluate
    >>> report = evaluate(LabelTable.from_labels([(0, "ann", "cat")], truth=["cat"]),
    ...                   EvaluationConfig(resamples=0))
    >>> tables(report)["confusion_matrix"].rows
    (('cat', '1', '0'),)
    """
    made = {name: lay_out(report) for name, lay_out in TABLES.items()}
    return {name: laid for name, laid in made.items() if laid is not None}
