"""The buttons of the labelling page with their keys: one for each category, and what else one can do."""

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


def spare_keys(offered: Sequence[Choice]) -> dict[str, str]:
    """Return keys that no category has: for "can't tell", to undo, for the zoom; "" where none is left.

    The backspace key undoes in any case.
    """
    taken = {choice.key for choice in offered}
    wanted = {"unsure": "0?", "undo": "u", "zoom": "z"}
    return {what: next((key for key in keys if key not in taken), "") for what, keys in wanted.items()}


def crowd(offered: Sequence[Choice]) -> str:
    """Return the ending of the style's name: how tightly so many buttons are set."""
    if len(offered) <= FEW:
        return " choices--few"
    if len(offered) <= TEN:
        return ""
    return " choices--many" if len(offered) <= TWENTY else " choices--crowd"
