"""What all figures share: colours, axes of shares, marks and whiskers.

Colours are blue and vermilion, which colour-blind readers tell apart. Where two series share a plot they also
differ in shape, and so a black-and-white print tells them apart too.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis

#: Low and high end, from 0 to 1.
Bounds: TypeAlias = tuple[float, float] | None

INK = "#000000"
BLUE = "#0072b2"
VERMILION = "#d55e00"
SHADE = "#0b4f8a"
#: Size of a number beside its mark, in points.
SMALL = 8.5


class HasBounds(Protocol):
    """Anything with two ends that may be missing, such as an interval of a report."""

    @property
    def low(self) -> float | None:
        """Return the lower end."""

    @property
    def high(self) -> float | None:
        """Return the upper end."""


def least(values: Sequence[float | None], ends: Sequence[Bounds]) -> float:
    """Return the smallest number among values and ends of intervals; 0 where there is none.

    Examples
    --------
    >>> least([0.5, None], [(0.4, 0.6), None])
    0.4
    """
    numbers = [value for value in values if value is not None]
    return min([*numbers, *(pair[0] for pair in ends if pair is not None)], default=0.0)


def bounds(interval: HasBounds | None) -> Bounds:
    """Return the two ends of an interval.

    Parameters
    ----------
    interval : Interval or None
        Of a report.

    Returns
    -------
    (low, high) or None
        None where there is no interval or it is not defined.

    Examples
    --------
    >>> bounds(None) is None
    True
    """
    if interval is None or interval.low is None or interval.high is None:
        return None
    return interval.low, interval.high


def percent(value: float, _position: float | None = None) -> str:
    """Write a share for an axis.

    Examples
    --------
    >>> percent(0.5)
    '50 %'
    """
    return f"{100 * value:.3g} %"


def percent_axis(axis: Axis) -> None:
    """Write an axis in per cent, in steps of one, two or five."""
    from matplotlib.ticker import MaxNLocator

    axis.set_major_formatter(percent)
    axis.set_major_locator(MaxNLocator(nbins=7, steps=[1, 2, 5, 10]))


def share_axis(axes: Axes, least: float = 0.0) -> None:
    """Make the x axis show shares up to 100 %.

    Parameters
    ----------
    axes : Axes
        Of the figure.
    least : float
        The smallest share that is drawn. The axis begins at the tenth below it, so that what is near 100 %
        can be told apart.
    """
    left = min(math.floor(10 * least) / 10, 0.9)
    axes.set_xlim(left - 0.02 * (1 - left), 1 + 0.02 * (1 - left))
    percent_axis(axes.xaxis)
    axes.grid(axis="x")
    axes.tick_params(axis="x", length=0)


def marks(
    axes: Axes, values: Sequence[float | None], rows: Sequence[float], *, marker: str, colour: str,
    label: str | None = None, hollow: bool = False,
) -> None:  # fmt: skip
    """Put a mark at each value that is defined, one on each row."""
    drawn = [(value, row) for value, row in zip(values, rows, strict=True) if value is not None]
    axes.plot(
        [value for value, _ in drawn],
        [row for _, row in drawn],
        linestyle="none",
        marker=marker,
        markersize=6,
        color=colour,
        markerfacecolor="none" if hollow else colour,
        markeredgewidth=1.5,
        label=label,
    )


def whiskers(
    axes: Axes, rows: Sequence[float], ends: Sequence[Bounds], colour: str, width: float = 1.4
) -> None:
    """Draw each interval that is defined as a bar along its row."""
    drawn = [(row, pair) for row, pair in zip(rows, ends, strict=True) if pair is not None]
    axes.hlines(
        [row for row, _ in drawn], [low for _, (low, _) in drawn], [high for _, (_, high) in drawn],
        color=colour, linewidth=width,
    )  # fmt: skip
