"""A table of counts as a heat map: each cell shaded by its share of the row."""

from collections.abc import Sequence
from dataclasses import dataclass

from labelling.views.researcher.charts import SHADES


@dataclass(frozen=True)
class Cell:
    """One cell: its count, its shade, and whether row and column are the same category."""

    count: int
    shade: int
    diagonal: bool


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


def heat_map(*, rows: Sequence[str], columns: Sequence[str], counts: Sequence[Sequence[int]]) -> HeatMap:
    """Shade each count by its share of its row; only an empty cell has no shade."""
    return HeatMap(
        columns=tuple(columns),
        rows=tuple(
            _row(name, line, place) for place, (name, line) in enumerate(zip(rows, counts, strict=True))
        ),
    )


def _row(name: str, counts: Sequence[int], place: int) -> Row:
    total = sum(counts)
    cells = (
        Cell(
            count=count,
            # A single mistake in a thousand is still seen.
            shade=max(1, round(SHADES * count / total)) if count else 0,
            diagonal=column == place,
        )
        for column, count in enumerate(counts)
    )
    return Row(name=name, cells=tuple(cells), total=total)
