"""The figure of every annotator's own accuracy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from evaluation.render.figures.style import BLUE, VERMILION, Bounds, bounds, percent
from evaluation.render.svg import Drawing, draw
from evaluation.report import Report

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Above this, a line an annotator could not be told from the next.
_MOST_ANNOTATORS_WITH_INTERVALS = 300


def annotators(
    *,
    values: Sequence[float | None],
    ends: Sequence[Bounds],
    pooled: float | None,
    name: str = "annotators",
) -> Drawing:
    """Draw every annotator's own accuracy with its interval, in the order given.

    Parameters
    ----------
    values : sequence of float or None
        Accuracy of each annotator.
    ends : sequence of (low, high) or None
        Interval of each; left out where there are more annotators than lines can be told apart.
    pooled : float or None
        Accuracy of all labels together, drawn as a line.
    name : str
        The figure's name.

    Returns
    -------
    Drawing
        The figure.

    Examples
    --------
    >>> "All labels" in annotators(values=[0.5, 0.7], ends=[(0.2, 0.8), None], pooled=0.6).svg
    True
    """

    def paint(figure: Figure) -> None:
        axes = figure.add_subplot()
        places = list(range(1, len(values) + 1))
        if pooled is not None:
            label = f"All labels together: {100 * pooled:.1f} %"
            axes.axhline(pooled, color=VERMILION, linewidth=1.2, label=label)
        if len(values) <= _MOST_ANNOTATORS_WITH_INTERVALS:
            drawn = [(place, pair) for place, pair in zip(places, ends, strict=True) if pair]
            axes.vlines(
                [place for place, _ in drawn],
                [low for _, (low, _) in drawn], [high for _, (_, high) in drawn],
                color=BLUE, alpha=0.55, linewidth=1.4,
            )  # fmt: skip
        marked = [(place, value) for place, value in zip(places, values, strict=True) if value is not None]
        axes.plot(
            [place for place, _ in marked], [value for _, value in marked], "o", color=BLUE, markersize=3.5
        )
        axes.set_ylim(-0.02, 1.02)
        axes.yaxis.set_major_formatter(percent)
        axes.set_xlabel("Annotators, from the least to the most accurate")
        axes.set_ylabel("Accuracy")
        axes.set_xticks([])
        axes.margins(x=0.03)
        axes.grid(axis="y")
        axes.tick_params(length=0)
        if pooled is not None:
            axes.legend(loc="lower right", frameon=False)

    return draw(
        name,
        f"Accuracy of {len(values)} annotators, each with an interval. "
        "The table beside it holds the same numbers.",
        paint,
        width=7,
        height=3.2,
    )


def of_report(report: Report) -> Drawing | None:
    """Draw the annotators from the least to the most accurate; None where there are not two."""
    ordered = sorted(report.annotators, key=lambda scores: (scores.accuracy, scores.annotator))
    if len(ordered) < 2:
        return None
    return annotators(
        values=[scores.accuracy for scores in ordered],
        ends=[bounds(scores.interval) for scores in ordered],
        pooled=report.accuracy.individual.micro,
    )
