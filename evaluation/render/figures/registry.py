"""Every figure of a report, by name. A new figure is a line here.

The names are those of the files in a bundle's folder ``figures`` and of the figures in the report's page.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Mapping
from functools import partial
from threading import Lock

from evaluation.render.figures import (
    annotators,
    confusion_matrix,
    intervals,
    labels_per_item,
    machines,
    per_category,
    published,
    specification,
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
    "specification": specification.of_report,
    "machines": machines.of_report,
    "published": published.of_report,
}


class _LastDrawn:
    """The drawings of the last report, so that its page and its files share them."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._report: Callable[[], Report | None] = lambda: None
        self._strata_kind = ""
        self._drawings: dict[str, Drawing] = {}

    def of(self, report: Report, strata_kind: str) -> dict[str, Drawing]:
        with self._lock:
            if self._report() is not report or self._strata_kind != strata_kind:
                self._drawings = _draw(report, strata_kind)
                self._report, self._strata_kind = weakref.ref(report), strata_kind
            return dict(self._drawings)


_last_drawn = _LastDrawn()


def drawings(report: Report, strata_kind: str = "stratum") -> dict[str, Drawing]:
    """Draw every figure that applies to a report. Asked again of the same object, it draws nothing anew.

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
    return _last_drawn.of(report, strata_kind)


def _draw(report: Report, strata_kind: str) -> dict[str, Drawing]:
    figures: dict[str, Callable[[Report], Drawing | None]] = {**FIGURES}
    figures["strata"] = partial(strata.of_report, kind=strata_kind)
    made = {name: draw(report) for name, draw in figures.items()}
    return {name: drawing for name, drawing in made.items() if drawing is not None}
