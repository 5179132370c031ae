"""Where an annotator stands: one function names the next page, stage by stage."""

import pytest

from labelling.models import Annotator, Study
from labelling.selectors.next_step import next_step
from labelling.selectors.practice import practice_round
from labelling.services.annotators import join_study, record_consent, record_guide_read, turn_away
from labelling.services.practice import answer_practice
from labelling.services.screening import record_screening
from tests.factories import NOW, make_annotator, make_study

pytestmark = pytest.mark.django_db

QUESTIONS = [{"question": "Do you know clothes?", "options": ["Not at all", "Well"], "admits": [0]}]


@pytest.fixture
def study() -> Study:
    return make_study(screening=QUESTIONS, practice_items=2, practice_pass=2)


def page(annotator: Annotator) -> str:
    """Return the address after the study's own part."""
    return next_step(annotator=annotator).removeprefix(f"/s/{annotator.study.join_code}/")


def practise(annotator: Annotator, attempt: int, place: int, *, right: bool) -> None:
    truth = practice_round(annotator=annotator).images[attempt][place - 1].item.ground_truth.position
    said = truth if right else (truth + 1) % 3
    answer_practice(annotator=annotator, attempt=attempt, place=place, category_position=said, now=NOW)


def test_the_way_of_somebody_who_passes_at_the_second_try(study):
    annotator, _ = join_study(study=study, now=NOW)
    way = [page(annotator)]
    record_consent(annotator=annotator, now=NOW)
    way.append(page(annotator))
    record_screening(annotator=annotator, answers=[0], now=NOW)
    way.append(page(annotator))
    record_guide_read(annotator=annotator, now=NOW)
    way.append(page(annotator))
    practise(annotator, 1, 1, right=False)
    way.append(page(annotator))
    practise(annotator, 1, 2, right=True)
    way.append(page(annotator))
    practise(annotator, 2, 1, right=True)
    way.append(page(annotator))
    practise(annotator, 2, 2, right=True)
    way.append(page(annotator))
    assert way == [
        "",
        "screening/1/",
        "guide/",
        "practice/1/1/",
        "practice/1/2/",
        "practice/2/1/",
        "practice/2/2/",
        "label/",
    ]


def test_without_screening_and_practice_the_way_is_short():
    annotator, _ = join_study(study=make_study(), now=NOW)
    record_consent(annotator=annotator, now=NOW)
    assert page(annotator) == "guide/"
    record_guide_read(annotator=annotator, now=NOW)
    assert page(annotator) == "label/"


@pytest.mark.parametrize("reason", list(Annotator.TurnedAway))
def test_whoever_is_turned_away_has_one_page(reason):
    annotator = make_annotator(study=make_study())
    turn_away(annotator=annotator, reason=reason, now=NOW)
    assert page(annotator) == "turned-away/"


def test_whoever_has_finished_is_thanked_whatever_came_later():
    annotator = make_annotator(study=make_study())
    annotator.finished_at = annotator.turned_away_at = NOW
    assert page(annotator) == "thanks/"


def test_it_asks_the_database_in_the_practice_alone(study, django_assert_num_queries):
    annotator = make_annotator(study=study)
    with django_assert_num_queries(0):
        next_step(annotator=annotator)
    record_screening(annotator=annotator, answers=[0], now=NOW)
    with django_assert_num_queries(2):
        next_step(annotator=annotator)
