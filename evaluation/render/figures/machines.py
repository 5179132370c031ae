"""The figure of people against machines on the same images: who is right, and how far apart they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from evaluation.render.figures.style import (
    BLUE,
    INK,
    SHADE,
    SMALL,
    VERMILION,
    Bounds,
    bounds,
    marks,
    whiskers,
)
from evaluation.render.svg import Drawing, draw
from evaluation.report import Report

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Where both sides fare alike the bar is pale, so that what tells them apart stands out. Each number keeps its
# colour when a page turns dark, as the pieces do that it stands on.
_NEITHER = "#808080"
_PARTS = (
    ("both", "Both right", SHADE, 0.2, INK),
    ("only_people", "Only people", SHADE, 1.0, "#ffffff"),
    ("only_machine", "Only the machine", VERMILION, 1.0, "#111111"),
    ("neither", "Neither", _NEITHER, 0.35, INK),
)
# A narrower piece has no room for its number.
_LEAST_NUMBERED = 0.035


class MachineLine(NamedTuple):
    """One machine in the figure.

    Parameters
    ----------
    name : str
        The machine.
    both, only_people, only_machine, neither : int
        Images by who is right.
    difference : float or None
        People's accuracy less the machine's.
    ends : (low, high) or None
        Interval of the difference.
    """

    name: str
    both: int
    only_people: int
    only_machine: int
    neither: int
    difference: float | None
    ends: Bounds


def machines(*, lines: Sequence[MachineLine], name: str = "machines") -> Drawing:
    """Draw a bar of the four outcomes for every machine, and beside it the difference with its interval.

    Parameters
    ----------
    lines : sequence of MachineLine
        From top to bottom.
    name : str
        The figure's name.

    Returns
    -------
    Drawing
        The figure.

    Examples
    --------
    >>> line = MachineLine("net", both=7, only_people=2, only_machine=1, neither=0, difference=0.1, ends=None)
    >>> ">Only people<" in machines(lines=[line]).svg
    True
    """

    def paint(figure: Figure) -> None:
        outcomes, differences = figure.subplots(1, 2, width_ratios=(3, 2), sharey=True)
        rows = [float(row) for row in range(len(lines))]
        _outcomes(outcomes, lines, rows)
        _differences(differences, lines, rows)
        outcomes.set_yticks(rows, [line.name for line in lines])
        outcomes.set_ylim(len(lines) - 0.5, -0.5)
        figure.legend(
            *outcomes.get_legend_handles_labels(), loc="outside lower center", ncols=4, frameon=False
        )

    return draw(
        name,
        f"People against {len(lines)} machines on the same images: how many images both, only people, only "
        "the machine, or neither get right, and the difference in accuracy with its interval. The table "
        "beside it holds the same numbers.",
        paint,
        width=7.4,
        height=1.3 + 0.42 * len(lines),
    )


def _outcomes(axes: Axes, lines: Sequence[MachineLine], rows: Sequence[float]) -> None:
    totals = [sum(getattr(line, part) for part, *_ in _PARTS) or 1 for line in lines]
    starts = [0.0] * len(lines)
    for part, label, colour, alpha, ink in _PARTS:
        counts = [getattr(line, part) for line in lines]
        shares = [count / total for count, total in zip(counts, totals, strict=True)]
        axes.barh(rows, shares, left=starts, height=0.62, color=colour, alpha=alpha, label=label, linewidth=0)
        for row, count, share, start in zip(rows, counts, shares, starts, strict=True):
            if share >= _LEAST_NUMBERED:
                axes.text(
                    start + share / 2, row, f"{count:,}", ha="center", va="center_baseline",
                    fontsize=SMALL, color=ink,
                )  # fmt: skip
        starts = [start + share for start, share in zip(starts, shares, strict=True)]
    axes.set_xlim(0, 1)
    axes.set_xticks([])
    axes.set_xlabel("Images by who is right")
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)


def _differences(axes: Axes, lines: Sequence[MachineLine], rows: Sequence[float]) -> None:
    axes.axvline(0, color=INK, linewidth=0.8)
    whiskers(axes, rows, [line.ends for line in lines], BLUE, width=2.4)
    marks(axes, [line.difference for line in lines], rows, marker="o", colour=BLUE)
    axes.xaxis.set_major_formatter(_points)
    axes.set_xlabel("People less machine, points")
    axes.grid(axis="x")
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.margins(x=0.15)


def _points(value: float, _place: float | None = None) -> str:
    return f"{100 * value:+.3g}" if value else "0"


def of_report(report: Report) -> Drawing | None:
    """Draw the machines that were compared; None where there is none, or no image with a label."""
    lines = [
        MachineLine(
            machine.name,
            machine.mcnemar.both,
            machine.mcnemar.only_people,
            machine.mcnemar.only_machine,
            machine.mcnemar.neither,
            machine.difference,
            bounds(machine.interval),
        )
        for machine in report.machines
        if machine.mcnemar is not None
    ]
    return machines(lines=lines) if lines else None
