"""The figure of published results behind the human one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from evaluation.render.figures.style import BLUE, INK, SMALL, VERMILION, Bounds, bounds, percent_axis
from evaluation.render.markdown import headline_interval
from evaluation.render.svg import Drawing, draw
from evaluation.report import Report

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def published(
    *,
    names: Sequence[str],
    accuracies: Sequence[float],
    people: Sequence[bool],
    value: float,
    ends: Bounds,
    name: str = "published",
) -> Drawing:
    """Draw published accuracies as one mark a line, with this study's result as a band behind them.

    Parameters
    ----------
    names : sequence of str
        Of the results, from top to bottom.
    accuracies : sequence of float
        Theirs, from 0 to 1.
    people : sequence of bool
        Whether people gave the answers; such a result is a diamond.
    value : float
        This study's accuracy.
    ends : (low, high) or None
        Its interval.
    name : str
        The figure's name.

    Returns
    -------
    Drawing
        The figure.

    Examples
    --------
    >>> made = published(names=["net"], accuracies=[0.9], people=[False], value=0.83, ends=(0.8, 0.86))
    >>> "This study" in made.svg
    True
    """

    def paint(figure: Figure) -> None:
        axes = figure.add_subplot()
        if ends is not None:
            axes.axvspan(*ends, color=VERMILION, alpha=0.16, linewidth=0)
        axes.axvline(value, color=VERMILION, linewidth=1.4, label=f"This study: {100 * value:.1f} %")
        for row, (accuracy, human) in enumerate(zip(accuracies, people, strict=True)):
            axes.plot(
                [accuracy], [row], marker="D" if human else "o", color=VERMILION if human else BLUE,
                markerfacecolor="none" if human else BLUE, markeredgewidth=1.5, markersize=5,
            )  # fmt: skip
        axes.set_yticks(range(len(names)), names, fontsize=SMALL, color=INK)
        axes.set_ylim(len(names) - 0.4, -0.6)
        percent_axis(axes.xaxis)
        axes.grid(axis="x")
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
        axes.margins(x=0.06)
        axes.set_xlabel("Accuracy (published: whole test set, not paired)")
        figure.legend(loc="outside upper right", frameon=False)

    return draw(
        name,
        f"{len(names)} published accuracies, machines on the whole test set, with this study's accuracy and "
        "its interval as a band. They are not compared item by item. "
        "The table beside it holds the same numbers.",
        paint,
        width=7,
        height=1.2 + 0.21 * len(names),
    )


def of_report(report: Report) -> Drawing | None:
    """Draw the published results; None for other datasets, and where there is no label."""
    made, majority = report.published, report.accuracy.majority
    if made is None or majority.value is None:
        return None
    return published(
        names=[
            f"{result.classifier} (README)" if result.people else _short(result.classifier)
            for result in made.results
        ],
        accuracies=[result.accuracy for result in made.results],
        people=[result.people for result in made.results],
        value=majority.value,
        ends=bounds(headline_interval(report)),
    )


def _short(name: str) -> str:
    return name if len(name) <= 40 else f"{name[:39]}…"
