"""How long work tells how far it is: a callback that knows nothing of terminals or pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

#: Called with what is being done, how many steps are done, and how many there are.
Progress: TypeAlias = Callable[[str, int, int], None]


def silent(activity: str, done: int, total: int) -> None:
    """Tell nobody.

    >>> silent("bootstrap", 1, 2)
    """
