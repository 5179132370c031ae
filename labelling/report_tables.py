"""The tables of the report that `evaluation` lays out, as cells that a template may print."""

from collections.abc import Mapping
from dataclasses import dataclass

from evaluation import Report
from evaluation.render.tables.registry import tables
from evaluation.render.tables.table import Table


@dataclass(frozen=True)
class Cell:
    """A text; numbers stand on the right."""

    text: str
    number: bool


@dataclass(frozen=True)
class Row:
    """Cells from left to right; the chosen row is what the headline says."""

    cells: tuple[Cell, ...]
    chosen: bool


@dataclass(frozen=True)
class PageTable:
    """A table; one that is wordy needs room."""

    name: str
    caption: str
    header: tuple[Cell, ...]
    rows: tuple[Row, ...]
    note: str
    wordy: bool


def page_tables(report: Report) -> Mapping[str, PageTable]:
    """Return every table that applies to the report, by its name."""
    return {name: _page_table(table) for name, table in tables(report).items()}


def _page_table(table: Table) -> PageTable:
    numbers = [letter == "r" for letter in table.align]

    def cells(texts: tuple[str, ...]) -> tuple[Cell, ...]:
        return tuple(Cell(text, number) for text, number in zip(texts, numbers, strict=True))

    return PageTable(
        name=table.caption.rstrip("."),
        caption=table.caption,
        header=cells(table.header),
        rows=tuple(Row(cells(row), place == table.chosen) for place, row in enumerate(table.rows)),
        note=table.note,
        wordy=len(table.header) > 5 or "p" in table.align,
    )
