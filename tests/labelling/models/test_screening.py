"""The form of screening questions in a protocol."""

import pytest
from django.core.exceptions import ValidationError

from labelling.models.screening import check_screening

QUESTION = {"question": "How well do you know clothes?", "options": ["Not at all", "Well"], "admits": [0]}


def test_a_question_with_options_of_which_some_admit_is_sound() -> None:
    check_screening([QUESTION])
    check_screening([])


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ({"question": "?"}, "JSON list"),
        (["?"], "JSON list"),
        ([QUESTION] * 11, "11 screening questions"),
        ([{"question": "?"}], "question 1: it has the keys"),
        ([QUESTION, QUESTION | {"question": " "}], "question 2: its text is empty"),
        ([QUESTION | {"options": ["One"]}], "2 to 20 options"),
        ([QUESTION | {"options": ["One", ""]}], "not empty"),
        ([QUESTION | {"options": ["One", "One"]}], "the same"),
        ([QUESTION | {"admits": []}], "from 0 to 1"),
        ([QUESTION | {"admits": [2]}], "from 0 to 1"),
        ([QUESTION | {"admits": [True]}], "from 0 to 1"),
    ],
)
def test_anything_else_is_refused_with_its_place(value: object, fault: str) -> None:
    with pytest.raises(ValidationError, match=fault):
        check_screening(value)
