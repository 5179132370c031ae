"""The specification plot: the accuracy under every combination of the quality rules."""

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
    percent_axis,
    whiskers,
)
from evaluation.render.svg import Drawing, draw
from evaluation.report import Report

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_NAMES = {
    "too_fast": "Too fast",
    "straight_lining": "Straight lining",
    "low_agreement": "Low agreement",
    "gold_wrong": "Gold wrong",
    "repeats_differ": "Repeats differ",
    "attention_failed": "Attention failed",
}
_FAINT = "#808080"


def specification(
    *,
    rules: Sequence[str],
    chosen: Sequence[Sequence[bool]],
    values: Sequence[float | None],
    ends: Sequence[Bounds],
    declared: int | None = None,
    name: str = "specification",
) -> Drawing:
    """Draw one line a specification: on the left which rules leave people out, on the right the accuracy.

    Parameters
    ----------
    rules : sequence of str, length R
        Names of the rules.
    chosen : S rows of R truth values
        Which rules each specification applies.
    values : sequence of float or None, length S
        Accuracy, from 0 to 1.
    ends : sequence of (low, high) or None, length S
        Interval of each.
    declared : int, optional
        Place of the specification that the protocol declares; its mark is filled otherwise.
    name : str
        The figure's name.

    Returns
    -------
    Drawing
        The figure.

    Examples
    --------
    >>> made = specification(rules=["Too fast"], chosen=[[False], [True]], values=[0.8, 0.82],
    ...                      ends=[(0.7, 0.9), None], declared=0)
    >>> "Too fast" in made.svg
    True
    """

    def paint(figure: Figure) -> None:
        left, right = figure.subplots(1, 2, sharey=True, width_ratios=[max(len(rules), 2), 6])
        _choices(left, rules, chosen)
        rows = [float(row) for row in range(len(values))]
        if values and values[0] is not None:
            right.axvline(values[0], color=_FAINT, linewidth=0.8, linestyle=(0, (4, 3)))
        whiskers(right, rows, ends, BLUE, width=2.4)
        for row, value in zip(rows, values, strict=True):
            if value is None:
                continue
            own = row == declared
            right.plot(
                [value], [row], marker="D" if own else "o", color=VERMILION if own else BLUE, markersize=6
            )
            # In a column of their own, where no line runs through them.
            right.text(
                1.02, row, f"{100 * value:.1f} %", transform=right.get_yaxis_transform(),
                va="center_baseline", fontsize=SMALL, color=INK,
            )  # fmt: skip
        right.set_ylim(len(values) - 0.4, -0.6)
        percent_axis(right.xaxis)
        right.grid(axis="x")
        right.tick_params(length=0)
        right.spines[:].set_visible(False)
        right.margins(x=0.08)
        right.set_xlabel("Majority accuracy")

    return draw(
        name,
        f"Accuracy with its interval under {len(values)} combinations of {len(rules)} quality rules. "
        "The table beside it holds the same numbers.",
        paint,
        width=7,
        height=1.5 + 0.34 * len(values),
    )


def _choices(axes: Axes, rules: Sequence[str], chosen: Sequence[Sequence[bool]]) -> None:
    for row, choice in enumerate(chosen):
        on = [place for place, applies in enumerate(choice) if applies]
        off = [place for place, applies in enumerate(choice) if not applies]
        axes.plot(off, [row] * len(off), "o", color=_FAINT, markerfacecolor="none", markersize=5)
        axes.plot(on, [row] * len(on), "o", color=INK, markersize=7)
    axes.set_xticks(range(len(rules)), rules, rotation=40, ha="left", rotation_mode="anchor")
    axes.xaxis.tick_top()
    axes.set_xlim(-0.6, max(len(rules), 2) - 0.4)
    axes.set_yticks([])
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)


def of_report(report: Report) -> Drawing | None:
    """Draw the multiverse; None where the protocol declares no rule or there is no label."""
    made, rules = report.multiverse, report.config.quality_rules
    if not made or all(entry.value is None for entry in made):
        return None
    return specification(
        rules=[_NAMES[rule.rule] for rule in rules],
        chosen=[[rule.rule in entry.rules for rule in rules] for entry in made],
        values=[entry.value for entry in made],
        ends=[bounds(entry.interval) for entry in made],
        declared=next((place for place, entry in enumerate(made) if entry.declared), None),
    )
