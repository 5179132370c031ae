"""The figure of recall and precision in each category."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from evaluation.render.figures.style import (
    BLUE,
    VERMILION,
    Bounds,
    bounds,
    least,
    marks,
    share_axis,
    whiskers,
)
from evaluation.render.svg import Drawing, draw
from evaluation.report import Report

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def per_category(
    *,
    categories: Sequence[str],
    recall: Sequence[float | None],
    precision: Sequence[float | None],
    recall_intervals: Sequence[Bounds] | None = None,
    precision_intervals: Sequence[Bounds] | None = None,
    name: str = "per-category",
) -> Drawing:
    """Draw recall and precision of every category as two marks on one line.

    Parameters
    ----------
    categories : sequence of str
        Names, from top to bottom.
    recall, precision : sequences of float or None
        From 0 to 1; None where undefined, which draws no mark.
    recall_intervals, precision_intervals : sequence of (low, high) or None, optional
        Interval of each.
    name : str
        The figure's name.

    Returns
    -------
    Drawing
        The figure.

    Examples
    --------
    >>> drawing = per_category(categories=["a"], recall=[0.5], precision=[None])
    >>> "Recall" in drawing.svg
    True
    """

    nothing: list[Bounds] = [None] * len(categories)
    series = (
        (-0.16, "Recall", "o", BLUE, recall, recall_intervals or nothing),
        (0.16, "Precision", "D", VERMILION, precision, precision_intervals or nothing),
    )

    def paint(figure: Figure) -> None:
        axes = figure.add_subplot()
        for offset, label, marker, colour, values, ends in series:
            rows = [row + offset for row in range(len(categories))]
            whiskers(axes, rows, ends, colour)
            marks(axes, values, rows, marker=marker, colour=colour, label=label, hollow=label == "Precision")
        axes.set_yticks(range(len(categories)), categories)
        axes.set_ylim(len(categories) - 0.4, -0.6)
        share_axis(axes, min(least(values, ends) for *_, values, ends in series))
        axes.tick_params(axis="y", length=0)
        figure.legend(loc="outside upper center", ncols=2, frameon=False)

    return draw(
        name,
        f"Recall and precision of {len(categories)} categories, each with an interval. "
        "The table beside it holds the same numbers.",
        paint,
        width=7,
        height=1.1 + 0.38 * len(categories),
    )


def of_report(report: Report) -> Drawing | None:
    """Draw every category's recall and precision; None where no recall is defined."""
    scores = report.per_category
    if all(score.recall is None for score in scores):
        return None
    return per_category(
        categories=[score.category for score in scores],
        recall=[score.recall for score in scores],
        precision=[score.precision for score in scores],
        recall_intervals=[bounds(score.intervals.recall) for score in scores],
        precision_intervals=[bounds(score.intervals.precision) for score in scores],
    )
