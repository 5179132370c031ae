"""The figure of recall and precision in each category."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from evaluation.render.figures.style import BLUE, VERMILION, Bounds, marks, share_axis, whiskers
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
    name: str = "per-category",
) -> Drawing:
    """Draw recall and precision of every category as two marks on one line.

    Parameters
    ----------
    categories : sequence of str
        Names, from top to bottom.
    recall, precision : sequences of float or None
        From 0 to 1; None where undefined, which draws no mark.
    recall_intervals : sequence of (low, high) or None, optional
        Interval of each recall.
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

    def paint(figure: Figure) -> None:
        axes = figure.add_subplot()
        rows = range(len(categories))
        if recall_intervals is not None:
            whiskers(axes, [row - 0.12 for row in rows], recall_intervals, BLUE)
        marks(axes, recall, [row - 0.12 for row in rows], marker="o", colour=BLUE, label="Recall")
        marks(
            axes,
            precision,
            [row + 0.12 for row in rows],
            marker="D",
            colour=VERMILION,
            label="Precision",
            hollow=True,
        )
        axes.set_yticks(rows, categories)
        axes.set_ylim(len(categories) - 0.4, -0.6)
        share_axis(axes)
        axes.tick_params(axis="y", length=0)
        figure.legend(loc="outside upper center", ncols=2, frameon=False)

    return draw(
        name,
        f"Recall and precision of {len(categories)} categories. The table beside it holds the same numbers.",
        paint,
        width=7,
        height=1.2 + 0.36 * len(categories),
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
    )
