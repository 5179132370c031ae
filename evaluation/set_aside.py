"""Labels that are kept and do not count, put back beside those that do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from evaluation.array_types import BoolArray
from evaluation.errors import BadTable
from evaluation.label_table import LabelTable


def together(counted: LabelTable, set_aside: LabelTable | None) -> LabelTable:
    """Put the labels of excluded annotators beside the counted ones.

    Parameters
    ----------
    counted : LabelTable
        N items.
    set_aside : LabelTable or None
        Labels on the same items, in the same categories, by the annotators who are excluded.

    Returns
    -------
    LabelTable
        `counted` itself where nothing was set aside. An item may then have more labels than were planned,
        because others were asked in the place of those who are excluded.

    Raises
    ------
    BadTable
        If items, ground truth or categories differ, or an annotator labels an item in both tables.

    Examples
    --------
    >>> truth = ["cat", "dog"]
    >>> counted = LabelTable.from_labels([(0, "ann", "cat")], truth)
    >>> together(counted, LabelTable.from_labels([(0, "bob", "dog")], truth)).annotators
    ('ann', 'bob')
    """
    if set_aside is None or not set_aside.n_labels:
        return counted
    same = counted.items == set_aside.items and counted.categories == set_aside.categories
    if not same or not np.array_equal(counted.truth, set_aside.truth):
        raise BadTable(
            "The labels set aside are on other items or categories than the counted ones. Read both with the "
            "same ground truth."
        )
    known = {name: code for code, name in enumerate(counted.annotators)}
    for name in set_aside.annotators:
        known.setdefault(name, len(known))
    codes = np.array([known[name] for name in set_aside.annotators], dtype=np.int64)
    return _rebuilt(
        counted,
        annotators=list(known),
        item_codes=np.concatenate([counted.item_codes, set_aside.item_codes]),
        annotator_codes=np.concatenate([counted.annotator_codes, codes[set_aside.annotator_codes]]),
        category_codes=np.concatenate([counted.category_codes, set_aside.category_codes]),
        response_ms=np.concatenate([_times(counted), _times(set_aside)]),
    )


def without(table: LabelTable, left_out: BoolArray) -> LabelTable:
    """Leave annotators out.

    Parameters
    ----------
    table : LabelTable
        A annotators.
    left_out : bool array, shape (A,)
        Whom.

    Returns
    -------
    LabelTable
        All items, and the labels of the others.

    Examples
    --------
    >>> table = LabelTable.from_labels([(0, "ann", "cat"), (0, "bob", "cat")], truth=["cat"])
    >>> without(table, np.array([True, False])).annotators
    ('bob',)
    """
    return keeping(table, ~left_out[table.annotator_codes])


def keeping(table: LabelTable, kept: BoolArray) -> LabelTable:
    """Keep some labels.

    Parameters
    ----------
    table : LabelTable
        L labels.
    kept : bool array, shape (L,)
        Which.

    Returns
    -------
    LabelTable
        All items, the kept labels, and the annotators who gave them.

    Examples
    --------
    >>> table = LabelTable.from_labels([(0, "ann", "cat"), (0, "bob", "cat")], truth=["cat"])
    >>> keeping(table, np.array([True, False])).annotators
    ('ann',)
    """
    return _rebuilt(
        table,
        annotators=table.annotators,
        item_codes=table.item_codes[kept],
        annotator_codes=table.annotator_codes[kept],
        category_codes=table.category_codes[kept],
        response_ms=None if table.response_ms is None else table.response_ms[kept],
    )


def table_like(table: LabelTable, labels: Iterable[tuple[str, str, str, float | None]]) -> LabelTable | None:
    """Make the table of other labels on the same items.

    Parameters
    ----------
    table : LabelTable
        Whose items, ground truth, categories and strata apply.
    labels : iterable of (item, annotator, category, milliseconds)
        By their names; milliseconds may be None.

    Returns
    -------
    LabelTable or None
        None without a label.

    Raises
    ------
    BadTable
        If an item or a category is not in the table.

    Examples
    --------
    >>> counted = LabelTable.from_labels([(0, "ann", "cat")], truth=["cat"])
    >>> table_like(counted, [("0", "bob", "cat", 900)]).annotators
    ('bob',)
    """
    rows = list(labels)
    if not rows:
        return None
    items = {name: code for code, name in enumerate(table.items)}
    categories = {name: code for code, name in enumerate(table.categories)}
    people: dict[str, int] = {}
    for item, annotator, category, _time in rows:
        if item not in items or category not in categories:
            raise BadTable(f"A label set aside, {category!r} on item {item!r}, is not of this study.")
        people.setdefault(annotator, len(people))
    return _rebuilt(
        table,
        annotators=list(people),
        item_codes=np.array([items[row[0]] for row in rows], dtype=np.int64),
        annotator_codes=np.array([people[row[1]] for row in rows], dtype=np.int64),
        category_codes=np.array([categories[row[2]] for row in rows], dtype=np.int64),
        response_ms=np.array([row[3] for row in rows], dtype=np.float64),  # None becomes nan
    )


def _rebuilt(table: LabelTable, *, annotators: Sequence[str], **columns: Any) -> LabelTable:
    strata = None if table.strata is None else [table.stratum_names[code] for code in table.strata.tolist()]
    return LabelTable.from_codes(
        items=table.items,
        annotators=annotators,
        categories=table.categories,
        truth=table.truth,
        strata=strata,
        **columns,
    )


def _times(table: LabelTable) -> Any:
    return np.full(table.n_labels, np.nan) if table.response_ms is None else table.response_ms
