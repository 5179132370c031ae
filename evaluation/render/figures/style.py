"""What all figures share: colours, axes of shares, marks and whiskers.

Colours are blue and vermilion, which colour-blind readers tell apart. Where two series share a plot they also
differ in shape, and so a black-and-white print tells them apart too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    from matplotlib.axes import Axes

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


def share_axis(axes: Axes) -> None:
    """Make the x axis go from 0 % to 100 %."""
    axes.set_xlim(-0.02, 1.02)
    axes.xaxis.set_major_formatter(percent)
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
