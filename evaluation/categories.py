"""The list of categories, and how a label's text finds its place in it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from evaluation.errors import BadTable, listed

_INTEGER = re.compile(r"-?[0-9]{1,18}")
_DECIMAL = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,18})?")


def natural_order(names: Iterable[str]) -> list[str]:
    """Sort names as numbers where all of them are integers or decimals, else as text.

    The order depends on the names alone, not on the locale.

    Parameters
    ----------
    names : iterable of str
        The names; doubles are kept.

    Returns
    -------
    list of str
        The names in order.

    Examples
    --------
    >>> natural_order(["10", "9", "1"])
    ['1', '9', '10']
    >>> natural_order(["10.0", "0.707", "2.0"])
    ['0.707', '2.0', '10.0']
    >>> natural_order(["10", "9", "x"])
    ['10', '9', 'x']
    """
    names = list(names)
    if all(map(_INTEGER.fullmatch, names)):
        return sorted(names, key=lambda name: (int(name), name))
    if all(map(_DECIMAL.fullmatch, names)):
        return sorted(names, key=lambda name: (Decimal(name), name))
    return sorted(names)


class CategoryIndex:
    """Finds the code of a category from its name, or from its index in the list.

    Parameters
    ----------
    names : iterable of str
        The categories in the order of the dataset.
    allow_index : bool
        Whether "3" may stand for the fourth category. It may only where somebody gave the list in its order;
        a list gathered from the data has no order to count in. Where a category is named by a number, numbers
        are names and never indexes: "0" beside the categories 1 to 9 is a mistake and not the first of them.

    Raises
    ------
    BadTable
        If a name is blank or stands twice, or if there is none.

    Examples
    --------
    >>> index = CategoryIndex(["cat", "dog"], allow_index=True)
    >>> index.code("dog"), index.code("0"), index.code("cow")
    (1, 0, None)
    """

    def __init__(self, names: Iterable[str], *, allow_index: bool) -> None:
        self.names = tuple(str(name) for name in names)
        self.allow_index = allow_index and not any(map(_INTEGER.fullmatch, self.names))
        self._codes = {name: code for code, name in enumerate(self.names)}
        if not self.names:
            raise BadTable(
                "There is no category. Give the list of categories, or ground truth to take it from."
            )
        if len(self._codes) != len(self.names):
            doubles = sorted({name for name in self.names if self.names.count(name) > 1})
            raise BadTable(f"Categories stand twice in the list: {listed(doubles)}. Name each of them once.")
        if any(not name.strip() for name in self.names):
            raise BadTable("A category has a blank name. Give every category a name.")

    def code(self, text: str) -> int | None:
        """Give the code of a category, or None where the text is neither a name nor an allowed index."""
        code = self._codes.get(text)
        if (
            code is None
            and self.allow_index
            and _INTEGER.fullmatch(text)
            and 0 <= int(text) < len(self.names)
        ):
            return int(text)
        return code

    def refusal(self) -> str:
        """Say what would have been accepted."""
        kind = "name or index" if self.allow_index else "name"
        return (
            f"it is not the {kind} of one of the {len(self.names)} categories {listed(self.names)}. "
            "Correct it, or give the whole list of categories."
        )
