"""The practice round: order, pass mark, two tries."""

import json

import pytest

from labelling.errors import NotAdmitted, PracticeError, UnknownCategory
from labelling.models import Annotator, PracticeAnswer, SampleItem, Study
from labelling.selectors.practice import practice_round
from labelling.selectors.verification import verify_study
from labelling.services.assignment import lease_items
from labelling.services.practice import answer_practice
from labelling.services.withdrawal import withdraw_annotator
from tests.factories import NOW, at, make_annotator, make_study

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    return make_study(practice_items=3, practice_pass=2, guide_examples=1)


@pytest.fixture
def annotator(study) -> Annotator:
    return make_annotator(study=study)


def practise(annotator: Annotator, attempt: int, *, right: int, now=NOW) -> None:
    """Answer one attempt, so many images of it rightly."""
    for place, member in enumerate(practice_round(annotator=annotator).images[attempt], start=1):
        truth = member.item.ground_truth.position
        said = truth if place <= right else (truth + 1) % 3
        answer_practice(annotator=annotator, attempt=attempt, place=place, category_position=said, now=now)


def test_whoever_reaches_the_pass_mark_goes_on(annotator):
    practise(annotator, 1, right=2, now=at(4))
    assert (annotator.practised_at, annotator.turned_away_at) == (at(4), None)
    assert lease_items(annotator=annotator, count=1, now=NOW)
    payload = json.loads(annotator.events.get(kind="practised").payload)
    assert {key: payload[key] for key in ("attempt", "right", "images")} == {
        "attempt": 1,
        "right": 2,
        "images": 3,
    }


def test_whoever_fails_the_first_try_has_a_second(annotator):
    practise(annotator, 1, right=1)
    assert (annotator.practised_at, annotator.turned_away_at) == (None, None)
    with pytest.raises(NotAdmitted):
        lease_items(annotator=annotator, count=1, now=NOW)
    practise(annotator, 2, right=3, now=at(9))
    assert annotator.practised_at == at(9)
    assert json.loads(annotator.events.get(kind="practised").payload)["attempt"] == 2


def test_whoever_fails_twice_is_turned_away(study, annotator):
    practise(annotator, 1, right=1)
    practise(annotator, 2, right=0, now=at(9))
    assert (annotator.turned_away_at, annotator.turned_away_for) == (at(9), "practice")
    with pytest.raises(NotAdmitted):
        lease_items(annotator=annotator, count=1, now=NOW)
    assert verify_study(study=study) == []


def test_without_a_pass_mark_everybody_goes_on():
    annotator = make_annotator(study=make_study(practice_items=3))
    practise(annotator, 1, right=0)
    assert annotator.practised_at == NOW


def test_a_passed_practice_is_not_tried_again(annotator):
    practise(annotator, 1, right=3)
    with pytest.raises(PracticeError):
        answer_practice(annotator=annotator, attempt=2, place=1, category_position=0, now=NOW)


@pytest.mark.parametrize(("attempt", "place"), [(1, 2), (2, 1), (1, 0), (1, 4), (3, 1), (0, 1)])
def test_images_come_in_their_order(annotator, attempt, place):
    with pytest.raises(PracticeError):
        answer_practice(annotator=annotator, attempt=attempt, place=place, category_position=0, now=NOW)
    assert not PracticeAnswer.objects.exists()


def test_the_first_answer_to_an_image_stays(annotator):
    first = answer_practice(annotator=annotator, attempt=1, place=1, category_position=0, now=NOW)
    second = answer_practice(annotator=annotator, attempt=1, place=1, category_position=1, now=NOW)
    assert second.pk == first.pk
    assert PracticeAnswer.objects.get().category.position == 0


def test_a_category_that_there_is_not_is_refused(annotator):
    with pytest.raises(UnknownCategory):
        answer_practice(annotator=annotator, attempt=1, place=1, category_position=3, now=NOW)


def test_the_second_try_has_the_same_images_in_another_order():
    annotator = make_annotator(study=make_study(practice_items=5, sample_size=4))
    images = practice_round(annotator=annotator).images
    assert images[1] != images[2]
    assert {member.pk for member in images[1]} == {member.pk for member in images[2]}
    again = make_annotator(study=annotator.study)
    assert practice_round(annotator=again).images == images


def test_only_practice_items_are_practised_on(annotator):
    roles = {member.role for member in practice_round(annotator=annotator).images[1]}
    assert roles == {SampleItem.Role.PRACTICE}


def test_the_practice_takes_two_queries(annotator, django_assert_num_queries):
    with django_assert_num_queries(2):
        practice = practice_round(annotator=annotator)
        assert practice.images[1][0].item.ground_truth.name


def test_a_withdrawal_deletes_the_practice(study, annotator):
    practise(annotator, 1, right=2)
    withdraw_annotator(annotator=annotator, now=at(9))
    assert not PracticeAnswer.objects.exists()
    assert annotator.events.get(kind="practised").payload is None
    assert verify_study(study=study) == []
