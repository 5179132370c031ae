"""The figure of accuracy in each stratum: a curve where the strata are numbers, such as scales."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from evaluation.cells import is_number
from evaluation.render.figures.style import BLUE, Bounds, bounds, percent
from evaluation.render.svg import Drawing, draw
from evaluation.report import Report

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Factors from a half to two stand evenly on a logarithmic axis; it is for numbers that differ by so much.
_LOGARITHMIC_FROM = 2
_MOST_NAMED_TICKS = 16


def accuracy_by_stratum(
    *,
    kind: str,
    strata: Sequence[str],
    values: Sequence[float | None],
    ends: Sequence[Bounds],
    name: str = "accuracy-by-stratum",
) -> Drawing:
    """Draw the majority vote's accuracy in every stratum with its interval.

    Parameters
    ----------
    kind : str
        What the strata are, such as "scale".
    strata : sequence of str
        Their names, from left to right. Where all are numbers they stand at their values and are joined by a
        line; positive ones that differ by a factor of 2 or more on a logarithmic axis.
    values : sequence of float or None
        Accuracy in each, from 0 to 1; None draws no mark.
    ends : sequence of (low, high) or None
        Interval of each.
    name : str
        The figure's name.

    Returns
    -------
    Drawing
        The figure.

    Examples
    --------
    >>> drawing = accuracy_by_stratum(kind="scale", strata=["0.5", "2.0"], values=[0.4, 0.8],
    ...                               ends=[(0.3, 0.5), None])
    >>> ">Scale<" in drawing.svg
    True
    """
    numeric = all(is_number(stratum) and math.isfinite(float(stratum)) for stratum in strata)
    places = [float(stratum) if numeric else float(place) for place, stratum in enumerate(strata)]

    def paint(figure: Figure) -> None:
        axes = figure.add_subplot()
        if numeric and min(places) > 0 and max(places) >= _LOGARITHMIC_FROM * min(places):
            axes.set_xscale("log", base=2)
        for place, pair in zip(places, ends, strict=True):
            if pair is not None:
                axes.vlines(place, *pair, color=BLUE, alpha=0.55, linewidth=1.6)
        marked = [(place, value) for place, value in zip(places, values, strict=True) if value is not None]
        axes.plot(
            [place for place, _ in marked], [value for _, value in marked],
            color=BLUE, marker="o", markersize=6, linewidth=1.6, linestyle="-" if numeric else "none",
        )  # fmt: skip
        if len(strata) <= _MOST_NAMED_TICKS:
            _name_ticks(axes, places, strata)
        axes.set_xlabel(kind[:1].upper() + kind[1:])
        axes.set_ylabel("Accuracy of the majority")
        axes.set_ylim(-0.02, 1.02)
        axes.yaxis.set_major_formatter(percent)
        axes.margins(x=0.06)
        axes.grid(axis="y")
        axes.tick_params(length=0)

    return draw(
        name,
        f"Accuracy of the majority vote in each of {len(strata)} strata by {kind}, with intervals. "
        "The table beside it holds the same numbers.",
        paint,
        width=7,
        height=3.4,
    )


def _name_ticks(axes: Axes, places: Sequence[float], strata: Sequence[str]) -> None:
    from matplotlib.ticker import NullLocator

    axes.set_xticks(places, strata)
    axes.xaxis.set_minor_locator(NullLocator())


def of_report(report: Report, kind: str = "stratum") -> Drawing | None:
    """Draw the accuracy in each stratum that the dataset's own data make.

    None where there are not two, where none has a label, and where the sample was stratified by category:
    the categories have a figure of their own.
    """
    parts = report.accuracy.by_stratum
    if parts is None or len(parts) < 2 or report.study.strategy == "stratified":
        return None
    if all(part.value is None for part in parts):
        return None
    return accuracy_by_stratum(
        kind=kind,
        strata=[part.stratum for part in parts],
        values=[part.value for part in parts],
        ends=[bounds(part.interval) for part in parts],
    )
