"""What annotators send, checked before anything is done with it.

Plain functions in the place of Django's forms: they are asked for every label, and no page shows what they
find.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from labelling.services.answer import Answer
from labelling.services.assignment import MOST_LEASES

# An answer is some 200 bytes, and no more come together than one annotator may hold; whatever is far larger
# was not written by our pages.
LARGEST_BODY = 4096

_TOKEN = re.compile(r"[0-9a-f]{32}", re.ASCII)
# Plain visible characters: JSON can name half a character, which no database stores.
_SUBMISSION_KEY = re.compile(r"[!-~]{1,64}", re.ASCII)
_WHOLE_NUMBER = re.compile(r"-?[0-9]{1,18}", re.ASCII)
_MOST_CATEGORIES = 32768
_MOST_ASKED = 1000
_NONSENSE = -1


def json_object(body: bytes) -> dict[str, Any] | None:
    """Return the JSON object that a request's body holds, or None when it holds anything else."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def answer_in(sent: object) -> Answer | None:
    """Return the answer to one image that a form or the script sent; None where it makes no sense.

    A category that is named and empty says that one cannot tell. `response_ms` may be absent, and so may
    `changed_from`, a first choice that was taken back. A form sends numbers as digits.
    """
    if not isinstance(sent, Mapping):
        return None
    token, key = sent.get("assignment"), sent.get("submission_key")
    if not (isinstance(token, str) and _TOKEN.fullmatch(token)):
        return None
    if not (isinstance(key, str) and _SUBMISSION_KEY.fullmatch(key)):
        return None
    milliseconds, response_ms = _whole_number(sent.get("response_ms")), sent.get("response_ms")
    if milliseconds is None and response_ms not in (None, ""):
        return None
    changed = "changed_from" in sent
    choices = [_choice(sent, name) for name in (("category", "changed_from") if changed else ("category",))]
    if _NONSENSE in choices or len(set(choices)) < len(choices):
        return None
    return Answer(
        token=token,
        category_position=choices[0],
        submission_key=key,
        response_ms=milliseconds,
        changed_from=choices[-1] if changed else None,
        changed=changed,
    )


def answers_in(sent: object) -> list[Answer | None] | None:
    """Return the answers of a list, None for one that makes no sense; None for what is no list of a few."""
    if not isinstance(sent, list) or not 1 <= len(sent) <= MOST_LEASES:
        return None
    return [answer_in(each) for each in sent]


def category_in(sent: Mapping[str, object]) -> int | None:
    """Return the place of the category that a form sent, or None where it makes no sense."""
    category = _choice(sent, "category")
    return None if category == _NONSENSE else category


def count_in(sent: Mapping[str, object]) -> int | None:
    """Return how many images are asked for, or None where that makes no sense."""
    count = _whole_number(sent.get("count"))
    return count if count is not None and 1 <= count <= _MOST_ASKED else None


def _choice(sent: Mapping[str, object], name: str) -> int | None:
    """Return the place of the category under `name`, None where it is expressly none, else `_NONSENSE`."""
    if name in sent and sent[name] in (None, ""):
        return None
    category = _whole_number(sent.get(name))
    return category if category is not None and 0 <= category < _MOST_CATEGORIES else _NONSENSE


def _whole_number(value: object) -> int | None:
    """Return a whole number that came as one or as its digits; None for anything else."""
    if isinstance(value, str) and _WHOLE_NUMBER.fullmatch(value):
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
