"""The figure of the accuracy's intervals by each method."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from evaluation.render.figures.style import (
    BLUE,
    INK,
    SMALL,
    VERMILION,
    Bounds,
    bounds,
    marks,
    percent_axis,
    whiskers,
)
from evaluation.render.svg import Drawing, draw
from evaluation.report import Report

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def intervals(
    *, labels: Sequence[str], value: float, ends: Sequence[Bounds], name: str = "intervals"
) -> Drawing:
    """Draw one estimate with its intervals by several methods, one under the other.

    Parameters
    ----------
    labels : sequence of str
        Names of the methods, from top to bottom.
    value : float
        The estimate.
    ends : sequence of (low, high) or None
        The intervals; None draws the estimate alone.
    name : str
        The figure's name.

    Returns
    -------
    Drawing
        The figure.

    Examples
    --------
    >>> "Wilson" in intervals(labels=["Wilson"], value=0.8, ends=[(0.7, 0.9)]).svg
    True
    """

    def paint(figure: Figure) -> None:
        axes = figure.add_subplot()
        rows = [float(row) for row in range(len(labels))]
        axes.axvline(value, color=VERMILION, linewidth=1)
        whiskers(axes, rows, ends, BLUE, width=2.4)
        marks(axes, [value] * len(rows), rows, marker="o", colour=BLUE)
        for row, pair in zip(rows, ends, strict=True):
            if pair is not None:
                _name_ends(axes, row, pair)
        axes.set_yticks(rows, labels)
        axes.set_ylim(len(labels) - 0.5, -0.5)
        percent_axis(axes.xaxis)
        axes.grid(axis="x")
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
        axes.margins(x=0.12)

    return draw(
        name,
        "The accuracy with its 95 % interval by each method. The table beside it holds the same numbers.",
        paint,
        width=7,
        height=0.7 + 0.34 * len(labels),
    )


def _name_ends(axes: Axes, row: float, pair: tuple[float, float]) -> None:
    """Write the numbers beside the bar's ends."""
    for end, align, shift in ((pair[0], "right", -4), (pair[1], "left", 4)):
        axes.annotate(
            f"{100 * end:.1f}", (end, row), textcoords="offset points", xytext=(shift, 0),
            ha=align, va="center", fontsize=SMALL, color=INK,
        )  # fmt: skip


def of_report(report: Report) -> Drawing | None:
    """Draw the majority accuracy's intervals; None where none is defined."""
    majority = report.accuracy.majority
    made = {
        "Images and annotators": majority.intervals.bootstrap_crossed,
        "Images": majority.intervals.bootstrap_items,
        "Finite population": majority.intervals.finite_population,
        "Wilson": majority.intervals.wilson,
        "Clopper-Pearson": majority.intervals.clopper_pearson,
    }
    defined = {name: ends for name, interval in made.items() if (ends := bounds(interval))}
    if majority.value is None or not defined:
        return None
    return intervals(labels=list(defined), value=majority.value, ends=list(defined.values()))
