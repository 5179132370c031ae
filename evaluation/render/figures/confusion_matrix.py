"""Figures of what is taken for what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from evaluation.render.figures.style import INK, SHADE
from evaluation.render.svg import Drawing, draw
from evaluation.report import Report

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# From this share on, white numbers are easier to read on the shade than black ones.
_WHITE_FROM = 0.7
# Above this, numbers in cells could not be read, and a shade under each empty cell would take seconds.
_MOST_NUMBERED_CATEGORIES = 40
#: Above this, names beside the rows could not be read; the table has the numbers.
MOST_CATEGORIES = 100
# Inches: the side of a cell, and the most that all columns together may take.
_CELL, _WIDEST = 0.52, 21.0


def confusion_matrix(
    *,
    categories: Sequence[str],
    counts: Sequence[Sequence[float]],
    shares: Sequence[Sequence[float | None]],
    columns: str = "majority category",
    name: str = "confusion-matrix",
) -> Drawing:
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
    Drawing
        The figure.

    Examples
    --------
    >>> drawing = confusion_matrix(categories=["a", "b"], counts=[[2, 0, 1], [0, 3, 0]],
    ...                            shares=[[2 / 3, 0, 1 / 3], [0, 1, 0]])
    >>> ">No majority<" in drawing.svg
    True
    """
    size = len(categories)
    width = len(counts[0])
    cell = min(_CELL, _WIDEST / width)

    def paint(figure: Figure) -> None:
        axes = figure.add_subplot()
        numbered = size <= _MOST_NUMBERED_CATEGORIES
        for row in range(size):
            for column in range(width):
                place = column + (0.25 if column == size else 0)
                if numbered or counts[row][column] or row == column:
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
        width=2.2 + cell * width,
        height=1.6 + cell * size,
    )


def _cell(axes: Axes, row: int, place: float, count: float, share: float | None, numbered: bool) -> None:
    from matplotlib.patches import Rectangle

    corner, side = (place - 0.47, row - 0.47), 0.94
    # Rounded, so that a PDF has few shades to name.
    alpha = max(round(share or 0.0, 2), 0.04)
    axes.add_patch(Rectangle(corner, side, side, facecolor=SHADE, alpha=alpha, linewidth=0))
    if row == place:
        axes.add_patch(Rectangle(corner, side, side, fill=False, edgecolor=INK, linewidth=0.9))
    if count and numbered:
        text = f"{count:.0f}" if float(count).is_integer() else f"{count:.1f}"
        dark = share is not None and share >= _WHITE_FROM
        axes.text(
            place, row, text, ha="center", va="center_baseline",
            color="#ffffff" if dark else INK, fontsize=10 if len(text) < 5 else 7.5,
        )  # fmt: skip


def of_majority(report: Report) -> Drawing | None:
    """Draw the majority votes' matrix; None where no item has a label.

    Neither is one of more than `MOST_CATEGORIES` drawn, here and below.
    """
    return _of_report(report, "majority", "majority category")


def of_majority_expected(report: Report) -> Drawing | None:
    """Draw the matrix in which each tie is shared among its leaders; None where no item has a label."""
    return _of_report(report, "majority_expected", "majority category, ties shared among their leaders")


def of_individual(report: Report) -> Drawing | None:
    """Draw the single labels' matrix; None where there is none."""
    return _of_report(report, "individual", "category of each single label")


def _of_report(report: Report, kind: str, columns: str) -> Drawing | None:
    matrix = getattr(report.confusion_matrix, kind)
    if matrix is None or not matrix.any() or len(report.confusion_matrix.categories) > MOST_CATEGORIES:
        return None
    counts: list[list[float]] = matrix.tolist()
    return confusion_matrix(
        categories=report.confusion_matrix.categories,
        counts=counts,
        shares=[_shares(row) for row in counts],
        columns=columns,
        name=f"confusion-{kind.replace('_', '-')}",
    )


def _shares(row: Sequence[float]) -> list[float | None]:
    total = sum(row)
    return [count / total if total else None for count in row]
