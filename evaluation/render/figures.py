"""The report's figures. Each draws numbers that are there already, and computes none.

Colours are blue and vermilion, which colour-blind readers tell apart; where two series share a plot they also
differ in shape. Every figure has a table beside it in the report.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from evaluation.render.svg import INK, draw

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Interval = tuple[float, float] | None

BLUE = "#0072b2"
VERMILION = "#d55e00"
_SHADE = "#0b4f8a"
# From this share on, white numbers are easier to read on the shade than black ones.
_WHITE_FROM = 0.7
# Above these, numbers in cells or a line an annotator could not be read.
_MOST_NUMBERED_CATEGORIES = 40
_MOST_ANNOTATORS_WITH_INTERVALS = 300


def confusion_matrix(
    *,
    categories: Sequence[str],
    counts: Sequence[Sequence[float]],
    shares: Sequence[Sequence[float | None]],
    columns: str = "majority category",
    name: str = "confusion-matrix",
) -> str:
    """Draw a confusion matrix: counts in the cells, shaded by their share of the row.

    Parameters
    ----------
    categories : sequence of str, length K
        Names of the rows and of the first K columns.
    counts : K rows of K or K + 1 numbers
        A column more than categories is headed "no majority".
    shares : like `counts`
        Each count divided by its row's sum; None in a row without items.
    columns : str
        What the columns are.
    name : str
        The figure's name.

    Returns
    -------
    str
        An ``<svg>`` element.

    Examples
    --------
    >>> svg = confusion_matrix(categories=["a", "b"], counts=[[2, 0, 1], [0, 3, 0]],
    ...                        shares=[[2 / 3, 0, 1 / 3], [0, 1, 0]])
    >>> ">No majority<" in svg
    True
    """
    size = len(categories)
    width = len(counts[0])

    def paint(figure: Figure) -> None:
        axes = figure.add_subplot()
        numbered = size <= _MOST_NUMBERED_CATEGORIES
        for row in range(size):
            for column in range(width):
                place = column + (0.25 if column == size else 0)
                _cell(axes, row, place, counts[row][column], shares[row][column], numbered)
        axes.set_xlim(-0.55, width - 0.45 + (0.25 if width > size else 0))
        axes.set_ylim(size - 0.45, -0.55)
        names = [*categories, "No majority"][:width]
        places = [float(column) if column < size else column + 0.25 for column in range(width)]
        axes.set_xticks(places, names, rotation=40, ha="left", rotation_mode="anchor")
        axes.set_yticks(range(size), categories)
        axes.xaxis.tick_top()
        axes.xaxis.set_label_position("top")
        axes.set_xlabel(columns[:1].upper() + columns[1:], labelpad=8)
        axes.set_ylabel("Ground truth", labelpad=8)
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
        axes.set_aspect("equal")

    return draw(
        name,
        f"Confusion matrix of {size} categories: rows are the ground truth, columns the {columns}. "
        "The table beside it holds the same numbers.",
        paint,
        width=2.2 + 0.52 * width,
        height=1.6 + 0.52 * size,
    )


def _cell(axes: Axes, row: int, place: float, count: float, share: float | None, numbered: bool) -> None:
    from matplotlib.patches import Rectangle

    corner, side = (place - 0.47, row - 0.47), 0.94
    alpha = max(share or 0.0, 0.04)
    axes.add_patch(Rectangle(corner, side, side, facecolor=_SHADE, alpha=alpha, linewidth=0))
    if row == place:
        axes.add_patch(Rectangle(corner, side, side, fill=False, edgecolor=INK, linewidth=0.9))
    if count and numbered:
        text = f"{count:.0f}" if float(count).is_integer() else f"{count:.1f}"
        dark = share is not None and share >= _WHITE_FROM
        axes.text(
            place, row, text, ha="center", va="center_baseline",
            color="#ffffff" if dark else INK, fontsize=10 if len(text) < 5 else 7.5,
        )  # fmt: skip


def per_category(
    *,
    categories: Sequence[str],
    recall: Sequence[float | None],
    precision: Sequence[float | None],
    recall_intervals: Sequence[Interval] | None = None,
    name: str = "per-category",
) -> str:
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
    str
        An ``<svg>`` element.

    Examples
    --------
    >>> svg = per_category(categories=["a"], recall=[0.5], precision=[None])
    >>> "Recall" in svg
    True
    """

    def paint(figure: Figure) -> None:
        axes = figure.add_subplot()
        rows = range(len(categories))
        if recall_intervals is not None:
            _whiskers(axes, [row - 0.12 for row in rows], recall_intervals, BLUE)
        _marks(axes, recall, [row - 0.12 for row in rows], marker="o", colour=BLUE, label="Recall")
        _marks(
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
        _share_axis(axes)
        axes.tick_params(axis="y", length=0)
        figure.legend(loc="outside upper center", ncols=2, frameon=False)

    return draw(
        name,
        f"Recall and precision of {len(categories)} categories. The table beside it holds the same numbers.",
        paint,
        width=7,
        height=1.2 + 0.36 * len(categories),
    )


def intervals(
    *, labels: Sequence[str], value: float, bounds: Sequence[Interval], name: str = "intervals"
) -> str:
    """Draw one estimate with its intervals by several methods, one under the other.

    Parameters
    ----------
    labels : sequence of str
        Names of the methods, from top to bottom.
    value : float
        The estimate.
    bounds : sequence of (low, high) or None
        The intervals; None draws the estimate alone.
    name : str
        The figure's name.

    Returns
    -------
    str
        An ``<svg>`` element.

    Examples
    --------
    >>> "Wilson" in intervals(labels=["Wilson"], value=0.8, bounds=[(0.7, 0.9)])
    True
    """

    def paint(figure: Figure) -> None:
        axes = figure.add_subplot()
        rows = [float(row) for row in range(len(labels))]
        axes.axvline(value, color=VERMILION, linewidth=1)
        _whiskers(axes, rows, bounds, BLUE, width=2.4)
        _marks(axes, [value] * len(rows), rows, marker="o", colour=BLUE)
        axes.set_yticks(rows, labels)
        axes.set_ylim(len(labels) - 0.5, -0.5)
        axes.xaxis.set_major_formatter(_percent)
        axes.grid(axis="x")
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
        axes.margins(x=0.08)

    return draw(
        name,
        "The accuracy with its 95 % interval by each method. The table beside it holds the same numbers.",
        paint,
        width=7,
        height=0.7 + 0.34 * len(labels),
    )


def accuracy_by_labels(
    *, ks: Sequence[int], values: Sequence[float], name: str = "accuracy-by-labels"
) -> str:
    """Draw the majority vote's accuracy against the number of labels per item.

    Parameters
    ----------
    ks : sequence of int
        Labels per item.
    values : sequence of float
        Accuracy at each, from 0 to 1.
    name : str
        The figure's name.

    Returns
    -------
    str
        An ``<svg>`` element.

    Examples
    --------
    >>> "Labels per image" in accuracy_by_labels(ks=[1, 2, 3], values=[0.6, 0.6, 0.7])
    True
    """

    def paint(figure: Figure) -> None:
        axes = figure.add_subplot()
        axes.plot(ks, values, color=BLUE, marker="o", linewidth=1.6, markersize=6)
        if len(ks) <= 10:
            for place, value in enumerate(values):
                # On the side that the line to the next point does not take.
                below = value < max(values[place : place + 2])
                axes.annotate(
                    f"{100 * value:.1f} %", (ks[place], value), textcoords="offset points",
                    xytext=(0, -16 if below else 9), ha="center", color=INK,
                )  # fmt: skip
            axes.set_xticks(ks)
        axes.set_xlabel("Labels per image")
        axes.set_ylabel("Accuracy of the majority")
        axes.yaxis.set_major_formatter(_percent)
        axes.margins(x=0.12, y=0.3)
        axes.grid(axis="y")
        axes.tick_params(length=0)

    return draw(
        name,
        "Accuracy of the majority vote against the number of labels per image. "
        "The table beside it holds the same numbers.",
        paint,
        width=5.2,
        height=3,
    )


def annotators(
    *,
    values: Sequence[float | None],
    bounds: Sequence[Interval],
    pooled: float | None,
    name: str = "annotators",
) -> str:
    """Draw every annotator's own accuracy with its interval, in the order given.

    Parameters
    ----------
    values : sequence of float or None
        Accuracy of each annotator.
    bounds : sequence of (low, high) or None
        Interval of each; left out where there are more annotators than lines can be told apart.
    pooled : float or None
        Accuracy of all labels together, drawn as a line.
    name : str
        The figure's name.

    Returns
    -------
    str
        An ``<svg>`` element.

    Examples
    --------
    >>> "All labels" in annotators(values=[0.5, 0.7], bounds=[(0.2, 0.8), None], pooled=0.6)
    True
    """

    def paint(figure: Figure) -> None:
        axes = figure.add_subplot()
        places = list(range(1, len(values) + 1))
        if pooled is not None:
            label = f"All labels together: {100 * pooled:.1f} %"
            axes.axhline(pooled, color=VERMILION, linewidth=1.2, label=label)
        if len(values) <= _MOST_ANNOTATORS_WITH_INTERVALS:
            drawn = [(place, bound) for place, bound in zip(places, bounds, strict=True) if bound]
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
        axes.yaxis.set_major_formatter(_percent)
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


def _percent(value: float, _position: float) -> str:
    return f"{100 * value:.3g} %"


def _share_axis(axes: Axes) -> None:
    axes.set_xlim(-0.02, 1.02)
    axes.xaxis.set_major_formatter(_percent)
    axes.grid(axis="x")
    axes.tick_params(axis="x", length=0)


def _marks(
    axes: Axes, values: Sequence[float | None], rows: Sequence[float], *, marker: str, colour: str,
    label: str | None = None, hollow: bool = False,
) -> None:  # fmt: skip
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


def _whiskers(
    axes: Axes, rows: Sequence[float], bounds: Sequence[Interval], colour: str, width: float = 1.4
) -> None:
    drawn = [(row, bound) for row, bound in zip(rows, bounds, strict=True) if bound is not None]
    axes.hlines(
        [row for row, _ in drawn], [low for _, (low, _) in drawn], [high for _, (_, high) in drawn],
        color=colour, linewidth=width,
    )  # fmt: skip
