"""Quality rules as a researcher chooses them: a row for each, with its threshold and what becomes of it."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from labelling.selectors.quality_rule_words import WORDS, RuleWords

# By the name of a rule: whether it is chosen, its threshold as it is typed, whether it excludes.
Rows = Mapping[str, Mapping[str, Any]]


class QualityRulesWidget(forms.Widget):
    """A row for each kind of rule. What it reads and shows are `Rows`."""

    use_fieldset = True

    def id_for_label(self, id_: str | None) -> str:  # noqa: ARG002 - a row's fields have labels of their own
        """Return no id: the legend belongs to all rows."""
        return ""

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Rows:  # noqa: ARG002
        """Return what was sent, row by row."""
        return {
            rule: {
                "chosen": f"{name}-{rule}" in data,
                "threshold": data.get(f"{name}-{rule}-threshold", ""),
                "exclude": f"{name}-{rule}-exclude" in data,
            }
            for rule in WORDS
        }

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:  # noqa: ARG002
        """Return False: no tick at all is sent as nothing."""
        return False

    def render(
        self,
        name: str,
        value: Rows | None,
        attrs: dict[str, Any] | None = None,  # noqa: ARG002
        renderer: Any = None,  # noqa: ARG002
    ) -> SafeString:
        """Show the rows."""
        rows = [(words, (value or {}).get(rule, {})) for rule, words in WORDS.items()]
        return render_to_string("researcher/quality_rules.html", {"name": name, "rows": rows})


class QualityRulesField(forms.Field):
    """Rows to choose from; its value is the list of rules that the protocol keeps."""

    widget = QualityRulesWidget

    def __init__(self, *, encoder: Any = None, decoder: Any = None, **options: Any) -> None:  # noqa: ARG002
        """Take what a model's JSON field gives; the rows are read here, by no JSON decoder."""
        super().__init__(**{**options, "required": False, "show_hidden_initial": False})

    def prepare_value(self, value: Any) -> Any:
        """Return the rows of stored rules; rows that were sent are shown as they were sent."""
        if not isinstance(value, list):
            return value
        rows = {rule: {"threshold": words.proposed} for rule, words in WORDS.items()}
        return rows | {
            rule["rule"]: {
                "chosen": True,
                "threshold": WORDS[rule["rule"]].said(rule["threshold"]),
                "exclude": rule["exclude"],
            }
            for rule in value
        }

    def to_python(self, value: Any) -> list[dict[str, Any]]:
        """Return the rules of the rows that are ticked, or say what is wrong with each row."""
        rules, problems = [], []
        for rule, row in (value or {}).items():
            if not row["chosen"]:
                continue
            try:
                threshold = _threshold(WORDS[rule], row["threshold"])
            except ValidationError as problem:
                problems.append(problem)
            else:
                rules.append({"rule": rule, "threshold": threshold, "exclude": row["exclude"]})
        if problems:
            raise ValidationError(problems)
        return rules

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Tell whether the rows say something else than what is stored, in whichever order."""
        try:
            return not same_rules(self.to_python(data), initial or [])
        except ValidationError:
            return True


def same_rules(one: list[dict[str, Any]], other: list[dict[str, Any]]) -> bool:
    """Tell whether two lists hold the same rules, in whichever order."""
    return sorted(one, key=lambda rule: rule["rule"]) == sorted(other, key=lambda rule: rule["rule"])


def _threshold(words: RuleWords, typed: str) -> float:
    least, most = words.limits
    try:
        said = Decimal(typed.strip())
    except InvalidOperation:
        said = Decimal("nan")
    if not said.is_finite() or not Decimal(least) <= said <= Decimal(most):
        raise ValidationError(
            f"{words.title}: give a number from {least} to {most} for “{words.before} … {words.unit}”."
        )
    return words.stored(said)
