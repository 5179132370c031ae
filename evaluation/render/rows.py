"""Rows of a table from the parts of a report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

from evaluation.intervals import Interval
from evaluation.render.json import plain

Row: TypeAlias = Sequence[Any]


def records(columns: Sequence[str], parts: Iterable[Any]) -> list[Row]:
    """Make a table of equal parts: a header, and a row each with the fields of these names.

    Parameters
    ----------
    columns : sequence of str
        Names of fields.
    parts : iterable of dataclasses
        Each has those fields.

    Returns
    -------
    list of rows
        The header alone where there is no part.

    Examples
    --------
    >>> records(("low", "high"), [Interval("wilson", 0.1, 0.2, 0.95, 0.15, 9)])
    [['low', 'high'], [0.1, 0.2]]
    """
    return [list(columns), *(plain([getattr(part, column) for column in columns]) for part in parts)]


def with_interval(columns: Sequence[str], parts: Iterable[Any]) -> list[Row]:
    """Make a table as `records` does, with the ends of each part's `interval` and its method at the end.

    >>> with_interval(("k",), [])
    [['k', 'low', 'high', 'method']]
    """
    rows: list[Row] = [[*columns, "low", "high", "method"]]
    rows.extend(
        plain([*(getattr(part, column) for column in columns), *ends(part.interval)]) for part in parts
    )
    return rows


def ends(interval: Interval | None) -> list[Any]:
    """Give the ends of an interval and its method; None where there is no interval.

    >>> ends(None)
    [None, None, None]
    """
    return [None] * 3 if interval is None else [interval.low, interval.high, interval.method]
