"""Questions that decide who is admitted to a study, as a protocol declares them."""

from typing import Any

from django.core.exceptions import ValidationError

_KEYS = {"question", "options", "admits"}
_MOST_QUESTIONS = 10
_MOST_OPTIONS = 20


def check_screening(value: Any) -> None:
    """Refuse anything but a list of questions, each with options and the places of those that admit.

    Raises
    ------
    ValidationError
        With the number of the question and what is wrong with it.
    """
    if not isinstance(value, list) or not all(isinstance(question, dict) for question in value):
        raise ValidationError(
            'Screening is a JSON list of questions such as {"question": "How well do you know clothes?", '
            '"options": ["Not at all", "Well"], "admits": [0]}.'
        )
    if len(value) > _MOST_QUESTIONS:
        raise ValidationError(f"There are {len(value)} screening questions; ask {_MOST_QUESTIONS} at most.")
    for number, question in enumerate(value, start=1):
        fault = _fault(question)
        if fault:
            raise ValidationError(f"Screening question {number}: {fault}")


def _fault(question: dict[str, Any]) -> str:
    """Return what is wrong with a question; empty if nothing is."""
    if set(question) != _KEYS:
        return f"it has the keys {sorted(question)}; give {sorted(_KEYS)}."
    text, options, admits = question["question"], question["options"], question["admits"]
    if not isinstance(text, str) or not text.strip():
        return "its text is empty."
    if not isinstance(options, list) or not 2 <= len(options) <= _MOST_OPTIONS:
        return f"give a list of 2 to {_MOST_OPTIONS} options."
    if not all(isinstance(option, str) and option.strip() for option in options):
        return "every option is a text that is not empty."
    if len(set(options)) < len(options):
        return "two options are the same."
    whole = isinstance(admits, list) and all(type(place) is int for place in admits)
    if not whole or not admits or not set(admits) <= set(range(len(options))):
        return f"`admits` lists the places of the options that admit, from 0 to {len(options) - 1}."
    return ""
