"""The quality rules that a protocol may declare, and their check."""

from typing import Any

from django.core.exceptions import ValidationError

# Each rule with the least and the largest threshold that make sense for it, and what the threshold is.
KINDS: dict[str, tuple[int, int, str]] = {
    "too_fast": (0, 60_000, "median response time in milliseconds, below which an annotator is flagged"),
    "straight_lining": (0, 1, "share of labels in one category, above which an annotator is flagged"),
    "low_agreement": (0, 1, "agreement with the other annotators, below which an annotator is flagged"),
    "gold_wrong": (0, 1, "share of gold images answered wrong, above which an annotator is flagged"),
    "repeats_differ": (0, 1, "share of repeats answered differently, above which an annotator is flagged"),
    "attention_failed": (1, 1000, "number of failed attention checks, at which an annotator is flagged"),
}

# What a protocol must mix in before a rule has anything to go by.
NEEDED_BY = {
    "gold_wrong": "gold_every",
    "repeats_differ": "repeat_every",
    "attention_failed": "attention_every",
}


def default_quality_rules() -> list[dict[str, Any]]:
    """Return the rules that need no checks, each with a cautious threshold. They flag; none excludes."""
    return [
        {"rule": "too_fast", "threshold": 300, "exclude": False},
        {"rule": "straight_lining", "threshold": 0.5, "exclude": False},
        {"rule": "low_agreement", "threshold": 0.4, "exclude": False},
    ]


def check_quality_rules(value: Any) -> None:
    """Refuse anything but a list of known rules, each once, with a threshold in its range.

    Raises
    ------
    ValidationError
        With what is wrong and what there is to choose from.
    """
    if not isinstance(value, list) or not all(isinstance(rule, dict) for rule in value):
        raise ValidationError('Quality rules are a JSON list of objects such as {"rule": "too_fast", ...}.')
    for rule in value:
        _check_rule(rule)
    names = [rule["rule"] for rule in value]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValidationError(f"The rule {twice[0]} is declared twice; declare it once.")


def _check_rule(rule: dict[str, Any]) -> None:
    if set(rule) != {"rule", "threshold", "exclude"}:
        raise ValidationError(
            f'A quality rule has the keys "rule", "threshold" and "exclude", not {sorted(rule)}.'
        )
    if rule["rule"] not in KINDS:
        raise ValidationError(f"There is no quality rule {rule['rule']!r}; choose from {', '.join(KINDS)}.")
    least, most, meaning = KINDS[rule["rule"]]
    threshold = rule["threshold"]
    number = isinstance(threshold, int | float) and not isinstance(threshold, bool)
    if not number or not least <= threshold <= most:
        raise ValidationError(
            f"The threshold of {rule['rule']} is {threshold!r}; give a number from {least} to {most}: "
            f"{meaning}."
        )
    if not isinstance(rule["exclude"], bool):
        raise ValidationError(f'"exclude" of {rule["rule"]} is {rule["exclude"]!r}; give true or false.')
