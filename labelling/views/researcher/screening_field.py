"""Screening questions as a researcher writes them: a line for the question, a line for each option."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from labelling.models.screening import check_screening

Questions = list[dict[str, Any]]

_ADMITS, _TURNS_AWAY = "+", "-"
_EXAMPLE = (
    "How well do you know clothes and fashion?\n+ Not at all\n+ A little\n- Fairly well\n- Well\n- Very well"
)


class ScreeningField(forms.CharField):
    """A text such as the placeholder's; its value is the list of questions that the protocol keeps.

    Questions are apart by an empty line. An option that admits begins with +, another with -.
    """

    def __init__(self, *, encoder: Any = None, decoder: Any = None, **options: Any) -> None:  # noqa: ARG002
        """Take what a model's JSON field gives; the text is read here, by no JSON decoder."""
        attributes = {"rows": 9, "cols": 60, "placeholder": _EXAMPLE}
        super().__init__(**{"required": False, "widget": forms.Textarea(attributes), **options})

    def prepare_value(self, value: Any) -> Any:
        """Return the text of stored questions; a text that was sent is shown as it was sent."""
        return screening_text(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Questions:  # type: ignore[override]
        """Return the questions of a text."""
        return value if isinstance(value, list) else screening_questions(super().to_python(value) or "")

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Tell whether the text says something else than what is stored."""
        try:
            return bool(self.to_python(data) != (initial or []))
        except ValidationError:
            return True


def screening_text(questions: Questions) -> str:
    """Return questions as a researcher writes them."""
    return "\n\n".join(
        "\n".join(
            [
                question["question"],
                *(
                    f"{_ADMITS if place in question['admits'] else _TURNS_AWAY} {option}"
                    for place, option in enumerate(question["options"])
                ),
            ]
        )
        for question in questions
    )


def screening_questions(text: str) -> Questions:
    """Return the questions that a text writes down; none for an empty text.

    Raises
    ------
    ValidationError
        With the line and what is wrong there, or with the question that cannot be asked.
    """
    questions: Questions = []
    after_gap = True
    for number, line in enumerate(text.splitlines(), start=1):
        line = line.strip()  # noqa: PLW2901 - spaces at the ends say nothing
        if line[:1] in (_ADMITS, _TURNS_AWAY) and line:
            if after_gap:
                raise ValidationError(
                    f"Line {number} is an option, {line!r}, and no question stands above it; "
                    "options follow their question without an empty line."
                )
            _add_option(questions[-1], line)
        elif line and not after_gap:
            raise ValidationError(
                f"Line {number}, {line!r}, is neither an option nor a new question: begin an option with + "
                "where it admits, with - where it does not, and put an empty line before a new question."
            )
        elif line:
            questions.append({"question": line, "options": [], "admits": []})
        after_gap = not line
    for number, question in enumerate(questions, start=1):
        if question["options"] and not question["admits"]:
            raise ValidationError(
                f"Screening question {number} admits nobody: begin at least one option with +."
            )
    check_screening(questions)
    return questions


def _add_option(question: dict[str, Any], line: str) -> None:
    if line[0] == _ADMITS:
        question["admits"].append(len(question["options"]))
    question["options"].append(line[1:].strip())
