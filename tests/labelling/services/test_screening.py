"""Who is admitted: age, screening questions, and what is stored of the answers."""

import json

import pytest

from labelling.errors import ConsentMissing, NotAdmitted, ScreeningError
from labelling.models import Annotator, Event, Study
from labelling.selectors.verification import verify_study
from labelling.services.annotators import join_study, record_consent, turn_away
from labelling.services.assignment import lease_items
from labelling.services.screening import record_screening
from labelling.services.withdrawal import withdraw_annotator
from tests.factories import NOW, at, make_annotator, make_study

pytestmark = pytest.mark.django_db

QUESTIONS = [
    {
        "question": "How well do you know fashion?",
        "options": ["Not at all", "A little", "Well"],
        "admits": [0, 1],
    },
    {"question": "Do you see colours?", "options": ["Yes", "No"], "admits": [0]},
]


@pytest.fixture
def study() -> Study:
    return make_study(screening=QUESTIONS)


def event(annotator: Annotator, kind: str) -> dict[str, object]:
    payload = json.loads(annotator.events.get(kind=kind).payload)
    del payload["salt"]
    return payload


def test_nobody_consents_without_confirming_the_minimum_age():
    annotator, _ = join_study(study=make_study(minimum_age=18), now=NOW)
    with pytest.raises(ConsentMissing, match="18"):
        record_consent(annotator=annotator, now=NOW)
    assert Annotator.objects.get().consented_at is None


def test_the_confirmed_age_is_in_the_record_and_no_age_is():
    annotator, _ = join_study(study=make_study(minimum_age=18), now=NOW)
    record_consent(annotator=annotator, now=NOW, of_age=True)
    assert event(annotator, "consented") == {"consent_version": "1", "minimum_age": 18}


def test_without_a_minimum_age_the_record_says_nothing_of_one():
    assert event(make_annotator(study=make_study()), "consented") == {"consent_version": "1"}


def test_answers_that_all_admit_admit(study):
    annotator = record_screening(annotator=make_annotator(study=study), answers=[1, 0], now=at(5))
    assert (annotator.screened_at, annotator.turned_away_at) == (at(5), None)
    assert lease_items(annotator=annotator, count=1, now=at(6))


@pytest.mark.parametrize("answers", [[2, 0], [0, 1], [2, 1]])
def test_one_answer_that_does_not_admit_turns_away(study, answers):
    annotator = record_screening(annotator=make_annotator(study=study), answers=answers, now=at(5))
    assert (annotator.turned_away_at, annotator.turned_away_for) == (at(5), "screening")
    with pytest.raises(NotAdmitted):
        lease_items(annotator=annotator, count=1, now=at(6))


def test_the_record_has_the_decision_and_not_the_answers(study):
    annotator = record_screening(annotator=make_annotator(study=study), answers=[2, 0], now=NOW)
    assert event(annotator, "screened") == {"admitted": False}
    assert event(annotator, "turned_away") == {"reason": "screening"}
    admitted = record_screening(annotator=make_annotator(study=study), answers=[0, 0], now=NOW)
    assert event(admitted, "screened") == {"admitted": True}
    assert verify_study(study=study) == []


def test_nobody_answers_anew(study):
    annotator = record_screening(annotator=make_annotator(study=study), answers=[2, 0], now=NOW)
    again = Annotator.objects.get(pk=annotator.pk)
    record_screening(annotator=again, answers=[0, 0], now=at(60))
    assert (again.screened_at, again.turned_away_for) == (NOW, "screening")
    assert annotator.events.filter(kind=Event.Kind.SCREENED).count() == 1


@pytest.mark.parametrize(
    ("answers", "fault"), [([0], "2 screening questions"), ([3, 0], "question 1"), ([0, -1], "0 to 1")]
)
def test_answers_that_are_no_options_are_refused(study, answers, fault):
    annotator = make_annotator(study=study)
    with pytest.raises(ScreeningError, match=fault):
        record_screening(annotator=annotator, answers=answers, now=NOW)
    assert Annotator.objects.get().screened_at is None


def test_nobody_is_given_an_image_before_being_screened(study):
    with pytest.raises(NotAdmitted):
        lease_items(annotator=make_annotator(study=study), count=1, now=NOW)


def test_the_first_reason_for_turning_away_stays():
    annotator = make_annotator(study=make_study())
    turn_away(annotator=annotator, reason=Annotator.TurnedAway.TIME, now=NOW)
    turn_away(annotator=annotator, reason=Annotator.TurnedAway.PRACTICE, now=at(9))
    assert (annotator.turned_away_for, annotator.turned_away_at) == ("time", NOW)
    assert annotator.events.filter(kind=Event.Kind.TURNED_AWAY).count() == 1


def test_a_withdrawal_erases_how_the_screening_went(study):
    annotator = record_screening(annotator=make_annotator(study=study), answers=[2, 0], now=NOW)
    withdraw_annotator(annotator=annotator, now=at(9))
    erased = annotator.events.filter(payload=None).values_list("kind", flat=True)
    assert set(erased) == {"screened", "turned_away"}
    assert verify_study(study=study) == []
