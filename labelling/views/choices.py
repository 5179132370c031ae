"""The buttons of the labelling page: one for each category, in a fixed order, with its key."""

from collections.abc import Sequence
from dataclasses import dataclass

from labelling.models import Category

# Ten categories take the digits as they lie on the keyboard; more take letters after them. They are the
# letters that a key types, not where it lies, so the hint is right on any Latin layout.
KEYS = "1234567890qwertyuiopasdfghjklzxcvbnm"

FEW, TEN, TWENTY = 8, 10, 20


@dataclass(frozen=True)
class Choice:
    """A category and the key that chooses it; no key where the keyboard has run out."""

    category: Category
    key: str


def choices(categories: Sequence[Category]) -> list[Choice]:
    """Return the categories with their keys."""
    return [
        Choice(category=category, key=KEYS[place] if place < len(KEYS) else "")
        for place, category in enumerate(categories)
    ]


def crowd(categories: Sequence[Category]) -> str:
    """Return the ending of the style's name: how tightly so many buttons are set."""
    if len(categories) <= FEW:
        return " choices--few"
    if len(categories) <= TEN:
        return ""
    return " choices--many" if len(categories) <= TWENTY else " choices--crowd"
