"""Screening questions in the desk's form: a text that people write, and what is wrong with it in words."""

import pytest
from django.core.exceptions import ValidationError

from labelling.views.researcher.screening_field import ScreeningField, screening_questions, screening_text
from labelling.views.researcher.study_form import StudyForm

TEXT = "How well do you know fashion?\n+ Not at all\n- Well\n\nDo you see colours?\n+ Yes\n- No"
QUESTIONS = [
    {"question": "How well do you know fashion?", "options": ["Not at all", "Well"], "admits": [0]},
    {"question": "Do you see colours?", "options": ["Yes", "No"], "admits": [0]},
]


def test_a_text_becomes_questions_and_questions_the_same_text():
    assert screening_questions(TEXT) == QUESTIONS
    assert screening_text(QUESTIONS) == TEXT


@pytest.mark.parametrize("text", ["", "  \n\n "])
def test_an_empty_text_is_no_question(text):
    assert screening_questions(text) == []


def test_spaces_ends_of_lines_and_empty_lines_say_nothing():
    assert screening_questions("\r\n\n " + TEXT.replace("\n", " \r\n") + "\r\n\r\n\r\n") == QUESTIONS


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("+ Yes\n- No", r"Line 1 is an option, '\+ Yes'"),
        ("Colours?\n\n+ Yes", "Line 3 is an option"),
        ("Colours?\n+ Yes\nNo", "Line 3, 'No', is neither"),
        ("Colours?\n- Yes\n- No", "question 1 admits nobody"),
        ("Colours?\n+ Yes", "question 1: give a list of 2 to 20 options"),
        ("Colours?", "question 1: give a list of 2"),
        ("Colours?\n+ Yes\n- Yes", "two options are the same"),
        ("Colours?\n+ Yes\n-", "not empty"),
        ("\n\n".join([TEXT] * 6), "12 screening questions; ask 10"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(text, fault):
    with pytest.raises(ValidationError, match=fault):
        screening_questions(text)


def test_the_form_shows_stored_questions_as_text_and_sees_no_change_in_them():
    field = ScreeningField()
    assert field.prepare_value(QUESTIONS) == TEXT
    assert field.prepare_value("Colours?\n+") == "Colours?\n+"
    assert not field.has_changed(QUESTIONS, TEXT.replace("\n", "\r\n"))
    assert field.has_changed(QUESTIONS, "")
    assert field.has_changed(QUESTIONS, "+ broken")


@pytest.mark.django_db
def test_the_studys_form_has_the_field_with_its_help():
    field = StudyForm().fields["screening"]
    assert isinstance(field, ScreeningField)
    assert "+ before an option that admits" in field.help_text
