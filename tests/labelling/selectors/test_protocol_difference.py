"""How two protocols differ, for a reader."""

import pytest

from labelling.models import Study
from labelling.selectors.protocol_difference import Line, in_words, protocol_differences
from tests.factories import make_dataset, make_draft

pytestmark = pytest.mark.django_db


def test_the_same_protocol_differs_in_nothing():
    study = make_draft()

    assert protocol_differences(first=study, second=study) == []


def test_changed_fields_stand_side_by_side_in_words():
    dataset = make_dataset()
    first = make_draft(dataset=dataset, redundancy=3, tie_rule="random", minimum_age=None)
    second = make_draft(dataset=dataset, redundancy=5, tie_rule="wrong", minimum_age=18)

    found = {
        made.field: (made.first, made.second) for made in protocol_differences(first=first, second=second)
    }

    assert found == {
        "redundancy": ("3", "5"),
        "tie_rule": (Study.TieRule.RANDOM.label, Study.TieRule.WRONG.label),
        "minimum_age": ("none", "18"),
    }


def test_another_dataset_is_a_difference():
    first, second = make_draft(dataset=make_dataset(name="one")), make_draft(dataset=make_dataset(name="two"))

    assert [made.field for made in protocol_differences(first=first, second=second)] == ["dataset.name"]


def test_texts_are_compared_line_by_line_with_a_little_around():
    dataset = make_dataset()
    lines = [f"Line {number}" for number in range(12)]
    other = [*lines[:6], "Another line", *lines[7:]]
    first = make_draft(dataset=dataset, guide_text="\n".join(lines))
    second = make_draft(dataset=dataset, guide_text="\n".join(other))

    [made] = protocol_differences(first=first, second=second)

    assert made.lines == (
        Line("…", ""),
        Line("", "Line 4"),
        Line("", "Line 5"),
        Line("-", "Line 6"),
        Line("+", "Another line"),
        Line("", "Line 7"),
        Line("", "Line 8"),
    )


def test_values_are_told_as_people_say_them():
    study = make_draft(accuracy_sealed=True, contact="", screening=[])

    assert in_words(study, "accuracy_sealed") == "yes"
    assert in_words(study, "contact") == "none"
    assert in_words(study, "screening") == "none"
    assert in_words(study, "quality_rules") == (
        "Flagged: median response time below 300 milliseconds; more than 50 % of the labels in one category; "
        "less than 40 % agreement with the others."
    )


def test_screening_questions_are_compared_option_by_option():
    dataset = make_dataset()
    question = {"question": "Do you see well?", "options": ["Yes", "No"], "admits": [0]}
    first = make_draft(dataset=dataset, screening=[question])
    second = make_draft(dataset=dataset, screening=[{**question, "admits": [0, 1]}])

    [made] = protocol_differences(first=first, second=second)

    assert [(line.sign, line.text) for line in made.lines] == [
        ("", "Do you see well?"),
        ("", "+ Yes"),
        ("-", "- No"),
        ("+", "+ No"),
    ]


def test_texts_that_differ_in_nothing_to_be_seen_are_said_to():
    dataset = make_dataset()
    first = make_draft(dataset=dataset, guide_text="Look.")
    second = make_draft(dataset=dataset, guide_text="Look.\n")

    [made] = protocol_differences(first=first, second=second)

    assert made.first == made.second == "differs in line ends or spaces alone"
