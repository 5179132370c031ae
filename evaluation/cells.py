"""Cells of a file as codes, and what to say of a cell that has none."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from evaluation.array_types import IntArray
from evaluation.errors import BadFile

ITEM_NAMES = ("item", "task")
#: What programs write for a missing value; none of them becomes a category unless somebody names it as one.
MISSING = frozenset({"", "nan", "na", "n/a", "none", "null"})


class Lookup(dict[str, int]):
    """Codes by text as it stands in the file; text without a code is -1.

    A text is worked out once, when it is first seen, so that the cost of a row is one look into a dict.
    """

    def __init__(self, find: Callable[[str], int | None]) -> None:
        super().__init__()
        self._find = find

    def __missing__(self, text: str) -> int:
        code = self._find(text.strip())
        self[text] = code = -1 if code is None else code
        return code

    def codes(self, column: Sequence[str]) -> IntArray:
        """Give the codes of a column, -1 where a text has none."""
        return np.fromiter(map(self.__getitem__, column), dtype=np.int64, count=len(column))


def is_number(text: str) -> bool:
    """Tell whether a text is a number as Python reads it.

    >>> is_number("1e-3"), is_number("x")
    (True, False)
    """
    try:
        float(text)
    except ValueError:
        return False
    return True


def check_item(item: str, lines: dict[str, int], file: str, line: int) -> None:
    """Refuse an item that is blank, or that stands on an earlier line.

    Raises
    ------
    BadFile
        With file, line, column and value.

    Examples
    --------
    >>> check_item("7", {"6": 2}, "truth.csv", 3)
    """
    if not item:
        raise BadFile("the item is blank. Give its id.", file=file, line=line, column="item", value=item)
    if item in lines:
        raise BadFile(
            f"the item stands on line {lines[item]} already. Name each item once.",
            file=file, line=line, column="item", value=item,
        )  # fmt: skip


def refuse_unknown(
    codes: IntArray, values: Sequence[str], lines: Sequence[int], file: str, column: str, problem: str
) -> None:
    """Refuse the first value without a code.

    Raises
    ------
    BadFile
        With file, line, column and value.

    Examples
    --------
    >>> refuse_unknown(np.array([0]), ["cat"], [2], "labels.csv", "label", "it is unknown")
    """
    bad = np.flatnonzero(codes < 0)
    if bad.size:
        row = int(bad[0])
        if column == "label" and values[row].strip().lower() in MISSING:
            problem = "the label is missing. " + problem[:1].upper() + problem[1:]
        raise BadFile(problem, file=file, line=lines[row], column=column, value=values[row])
