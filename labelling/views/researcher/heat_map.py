"""A table of counts as a heat map.

Each cell shaded by its share of the row, and perhaps a link to its images.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from labelling.views.researcher.charts import SHADES

# Where a cell leads, by row and column; empty for nowhere.
Address = Callable[[int, int], str]


@dataclass(frozen=True)
class Cell:
    """One cell: its count, its shade, whether row and column are the same category, and where it leads."""

    count: int
    shade: int
    diagonal: bool
    address: str = ""
    told: str = ""


@dataclass(frozen=True)
class Row:
    """One row with its name and its sum."""

    name: str
    cells: tuple[Cell, ...]
    total: int


@dataclass(frozen=True)
class HeatMap:
    """A table with its columns' names. Rows are ground truth."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def heat_map(
    *,
    rows: Sequence[str],
    columns: Sequence[str],
    counts: Sequence[Sequence[int]],
    address: Address | None = None,
) -> HeatMap:
    """Shade each count by its share of its row; only an empty cell has no shade, and none leads anywhere."""
    return HeatMap(
        columns=tuple(columns),
        rows=tuple(
            _row(name, line, place, columns, address)
            for place, (name, line) in enumerate(zip(rows, counts, strict=True))
        ),
    )


def _row(
    name: str, counts: Sequence[int], place: int, columns: Sequence[str], address: Address | None
) -> Row:
    total = sum(counts)
    cells = (
        Cell(
            count=count,
            # A single mistake in a thousand is still seen.
            shade=max(1, round(SHADES * count / total)) if count else 0,
            diagonal=column == place,
            address=address(place, column) if address and count else "",
            told=f"{name}, majority {columns[column]}",
        )
        for column, count in enumerate(counts)
    )
    return Row(name=name, cells=tuple(cells), total=total)
