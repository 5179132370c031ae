"""The quality rules that a protocol may declare, and their check."""

from typing import Any

from django.core.exceptions import ValidationError

# Each rule with the largest threshold that makes sense for it, and what the threshold is.
KINDS = {
    "too_fast": (60_000, "median response time in milliseconds, below which an annotator is flagged"),
    "straight_lining": (1, "share of labels in one category, above which an annotator is flagged"),
    "low_agreement": (1, "agreement with the other annotators, below which an annotator is flagged"),
}


def default_quality_rules() -> list[dict[str, Any]]:
    """Return every rule with a cautious threshold. They flag; none excludes by itself."""
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
    most, meaning = KINDS[rule["rule"]]
    threshold = rule["threshold"]
    if isinstance(threshold, bool) or not isinstance(threshold, int | float) or not 0 <= threshold <= most:
        raise ValidationError(
            f"The threshold of {rule['rule']} is {threshold!r}; give a number from 0 to {most}: {meaning}."
        )
    if not isinstance(rule["exclude"], bool):
        raise ValidationError(f'"exclude" of {rule["rule"]} is {rule["exclude"]!r}; give true or false.')
