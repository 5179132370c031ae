"""How the desk shows a pseudonym where there is little room."""

import re

from django import template

register = template.Library()

_RANDOM = re.compile(r"[0-9a-f]{16,}")
_SHOWN = 10


@register.filter
def short_pseudonym(pseudonym: str) -> str:
    """Cut a random pseudonym, whose first digits tell it from all others; leave any other whole.

    >>> short_pseudonym("0f9a1c44d2b7e85036aa91ce7d20b4f1"), short_pseudonym("simulated-001")
    ('0f9a1c44d2…', 'simulated-001')
    """
    return f"{pseudonym[:_SHOWN]}…" if _RANDOM.fullmatch(pseudonym) else pseudonym
