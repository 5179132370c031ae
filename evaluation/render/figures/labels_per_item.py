"""The figure of the majority's accuracy by the number of labels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from evaluation.render.figures.style import BLUE, INK, SMALL, VERMILION, Bounds, bounds, percent_axis
from evaluation.render.svg import Drawing, draw
from evaluation.report import Report

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def accuracy_by_labels(
    *,
    ks: Sequence[int],
    values: Sequence[float],
    ends: Sequence[Bounds] | None = None,
    beyond: Sequence[tuple[int, float]] = (),
    name: str = "accuracy-by-labels",
) -> Drawing:
    """Draw the majority vote's accuracy against the number of labels per item.

    Parameters
    ----------
    ks : sequence of int
        Labels per item.
    values : sequence of float
        Accuracy at each, from 0 to 1.
    ends : sequence of (low, high) or None, optional
        Interval of each.
    beyond : sequence of (k, accuracy)
        What a model gives for more labels: hollow marks on a dashed line.
    name : str
        The figure's name.

    Returns
    -------
    Drawing
        The figure.

    Examples
    --------
    >>> "Labels per image" in accuracy_by_labels(ks=[1, 2, 3], values=[0.6, 0.6, 0.7]).svg
    True
    """

    def paint(figure: Figure) -> None:
        axes = figure.add_subplot()
        for k, pair in zip(ks, ends or [], strict=False):
            if pair is not None:
                axes.vlines(k, *pair, color=BLUE, alpha=0.55, linewidth=1.6)
        axes.plot(ks, values, color=BLUE, marker="o", linewidth=1.6, markersize=6)
        if len(ks) <= 10:
            for k, value in zip(ks, values, strict=True):
                # Beside the mark, where no interval runs.
                axes.annotate(
                    f"{100 * value:.1f}", (k, value), textcoords="offset points",
                    xytext=(5, -12), ha="left", color=INK, fontsize=SMALL,
                )  # fmt: skip
            axes.set_xticks([*ks, *(k for k, _ in beyond)])
        if beyond:
            _extrapolation(axes, (ks[-1], values[-1]), beyond)
        axes.set_xlabel("Labels per image")
        axes.set_ylabel("Accuracy of the majority")
        percent_axis(axes.yaxis)
        axes.margins(x=0.18, y=0.12)
        axes.grid(axis="y")
        axes.tick_params(length=0)

    return draw(
        name,
        "Accuracy of the majority vote against the number of labels per image, with intervals"
        f"{', and what a model gives for more labels' if beyond else ''}. "
        "The table beside it holds the same numbers.",
        paint,
        width=7 if beyond else 5.2,
        height=3.3 if beyond else 3,
    )


def _extrapolation(axes: Axes, last: tuple[int, float], beyond: Sequence[tuple[int, float]]) -> None:
    ks, values = zip(last, *beyond, strict=True)
    axes.plot(ks, values, color=VERMILION, linestyle=(0, (4, 3)), linewidth=1.2)
    axes.plot(
        ks[1:], values[1:], "o", color=VERMILION, markerfacecolor="none", markersize=5, markeredgewidth=1.3,
        label="A model, not observed",
    )  # fmt: skip
    axes.annotate(
        f"{100 * values[-1]:.1f}", (ks[-1], values[-1]), textcoords="offset points",
        xytext=(0, 8), ha="center", color=INK, fontsize=SMALL,
    )  # fmt: skip
    axes.legend(loc="lower right", frameon=False)


def of_report(report: Report) -> Drawing | None:
    """Draw the curve over the labels per item; None where it has a single point."""
    points = report.accuracy.by_labels_per_item
    if len(points) < 2:
        return None
    return accuracy_by_labels(
        ks=[point.k for point in points],
        values=[point.value for point in points],
        ends=[bounds(point.interval) for point in points],
        beyond=[(point.k, point.value) for point in report.accuracy.beyond_labels_per_item.points],
    )
