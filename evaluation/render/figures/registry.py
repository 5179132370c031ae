"""Every figure of a report, by name. A new figure is a line here.

The names are those of the files in a bundle's folder ``figures`` and of the figures in the report's page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from evaluation.render.figures import (
    annotators,
    confusion_matrix,
    intervals,
    labels_per_item,
    machines,
    per_category,
    strata,
)
from evaluation.render.svg import Drawing
from evaluation.report import Report

#: Name to what draws it. None says that the figure does not apply to the report.
FIGURES: Mapping[str, Callable[[Report], Drawing | None]] = {
    "intervals": intervals.of_report,
    "curve": labels_per_item.of_report,
    "confusion_majority": confusion_matrix.of_majority,
    "confusion_majority_expected": confusion_matrix.of_majority_expected,
    "confusion_individual": confusion_matrix.of_individual,
    "per_category": per_category.of_report,
    "strata": strata.of_report,
    "annotators": annotators.of_report,
    "machines": machines.of_report,
}


def drawings(report: Report, strata_kind: str = "stratum") -> dict[str, Drawing]:
    """Draw every figure that applies to a report.

    Parameters
    ----------
    report : Report
        From `evaluate`.
    strata_kind : str
        What the dataset divides its items by, such as "scale".

    Returns
    -------
    dict of str to Drawing
        By the names of `FIGURES`, in their order.

    Examples
    --------
    >>> from evaluation import EvaluationConfig, LabelTable, evaluate
    >>> table = LabelTable.from_labels([(0, "ann", "cat")], truth=["cat"])
    >>> list(drawings(evaluate(table, EvaluationConfig(resamples=0))))[:2]
    ['intervals', 'confusion_majority']
    """
    figures: dict[str, Callable[[Report], Drawing | None]] = {**FIGURES}
    figures["strata"] = partial(strata.of_report, kind=strata_kind)
    made = {name: draw(report) for name, draw in figures.items()}
    return {name: drawing for name, drawing in made.items() if drawing is not None}
