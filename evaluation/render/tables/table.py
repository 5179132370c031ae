"""A table to be read: rounded numbers in words' order, for paper. The CSV files have all digits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Table:
    """A table as text.

    Parameters
    ----------
    name : str
        The name of its file.
    caption : str
        A sentence.
    header : tuple of str
        One a column.
    align : str
        One letter a column: "l" for names, "r" for numbers, "p" for sentences, which may break.
    rows : tuple of tuple of str
        Cells; an en dash where something is undefined.
    note : str
        What a reader must know beside it; may be empty.
    chosen : int or None
        The row that stands in the headline.
    slanted : bool
        Whether the names over the columns are long and the columns narrow.
    """

    name: str
    caption: str
    header: tuple[str, ...]
    align: str
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
    chosen: int | None = None
    slanted: bool = False


def table(
    name: str,
    caption: str,
    columns: Sequence[tuple[str, str]],
    rows: Iterable[Sequence[str]],
    *,
    note: str = "",
    chosen: int | None = None,
    slanted: bool = False,
) -> Table | None:
    """Lay out a table.

    Parameters
    ----------
    name, caption, note, chosen, slanted
        As in `Table`.
    columns : sequence of (heading, letter)
        From left to right.
    rows : iterable of sequences of str
        Cells.

    Returns
    -------
    Table or None
        None where there is no row.

    Examples
    --------
    >>> table("ties", "Ties.", [("Rule", "l"), ("Accuracy", "r")], [("wrong", "50 %")]).align
    'lr'
    >>> table("ties", "Ties.", [("Rule", "l")], []) is None
    True
    """
    laid = tuple(tuple(row) for row in rows)
    if not laid:
        return None
    header = tuple(heading for heading, _ in columns)
    align = "".join(letter for _, letter in columns)
    return Table(name, caption, header, align, laid, note, chosen, slanted)
