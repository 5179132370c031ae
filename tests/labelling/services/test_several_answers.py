"""Several answers in one submission: each is taken or refused by itself, as it would be alone."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from labelling.errors import (
    AlreadyLabelled,
    SubmissionConflict,
    UnknownAssignment,
    UnknownCategory,
    Withdrawn,
)
from labelling.models import Annotator, Assignment, Event, Label, Study
from labelling.services.answer import Answer
from labelling.services.assignment import lease_items, submit_labels
from labelling.services.exclusions import exclude_annotator
from labelling.services.withdrawal import withdraw_annotator
from tests.factories import NOW, answer, at, make_annotator, make_dataset, make_lease, make_study

pytestmark = pytest.mark.django_db

State = Assignment.State


@pytest.fixture
def annotator() -> Annotator:
    return make_annotator(study=make_study(dataset=make_dataset(size=40), sample_size=30))


def answer_to(assignment: Assignment, **changed: object) -> Answer:
    """Return an answer to this assignment, in a category by its place in the sample."""
    given = {
        "token": assignment.token,
        "category_position": assignment.sample_item.position % 3,
        "submission_key": f"key-{assignment.sample_item.position}",
        "response_ms": 1000 + assignment.sample_item.position,
    }
    return Answer(**{**given, **changed})


def test_every_answer_becomes_its_own_label_in_order(annotator):
    leased = lease_items(annotator=annotator, count=4, now=NOW)
    labels = submit_labels(annotator=annotator, answers=[answer_to(each) for each in leased], now=at(3))
    assert [(label.assignment_id, label.category.position, label.response_ms) for label in labels] == [
        (each.pk, each.sample_item.position % 3, 1000 + each.sample_item.position) for each in leased
    ]
    stored = Assignment.objects.select_related("place").filter(pk__in=[each.pk for each in leased])
    assert {(each.state, each.place.available_from) for each in stored} == {(State.SUBMITTED, None)}


def test_every_label_has_its_event_in_the_chain(annotator):
    leased = lease_items(annotator=annotator, count=3, now=NOW)
    submit_labels(annotator=annotator, answers=[answer_to(each) for each in leased], now=at(3))
    events = annotator.events.filter(kind=Event.Kind.LABELLED).order_by("sequence")
    keys = [f'"response_ms":{1000 + each.sample_item.position}' for each in leased]
    assert [key in event.payload for key, event in zip(keys, events, strict=True)] == [True] * 3


def test_the_same_answers_again_give_the_same_labels(annotator):
    answers = [answer_to(each) for each in lease_items(annotator=annotator, count=4, now=NOW)]
    first = submit_labels(annotator=annotator, answers=answers, now=at(3))
    again = submit_labels(annotator=annotator, answers=answers, now=at(9))
    assert [label.pk for label in again] == [label.pk for label in first]
    assert Label.objects.count() == 4


def test_answers_of_which_some_were_stored_before_store_the_others(annotator):
    answers = [answer_to(each) for each in lease_items(annotator=annotator, count=4, now=NOW)]
    submit_labels(annotator=annotator, answers=answers[:2], now=at(3))
    labels = submit_labels(annotator=annotator, answers=answers, now=at(9))
    assert [label.submitted_at for label in labels] == [at(3), at(3), at(9), at(9)]


def test_one_that_is_refused_does_not_hold_the_others_up(annotator):
    leased = lease_items(annotator=annotator, count=4, now=NOW)
    answer(assignment=leased[0], key="before")
    answers = [
        answer_to(leased[0]),
        answer_to(leased[1], token="f" * 32),
        answer_to(leased[2], category_position=99),
        answer_to(leased[3]),
    ]
    results = submit_labels(annotator=annotator, answers=answers, now=at(3))
    assert [type(result) for result in results] == [
        AlreadyLabelled,
        UnknownAssignment,
        UnknownCategory,
        Label,
    ]
    assert Label.objects.count() == 2


def test_two_answers_to_one_image_in_one_submission_make_one_label(annotator):
    [lease] = lease_items(annotator=annotator, count=1, now=NOW)
    answers = [answer_to(lease), answer_to(lease), answer_to(lease, submission_key="another")]
    first, copy, other = submit_labels(annotator=annotator, answers=answers, now=at(3))
    assert copy.pk == first.pk
    assert isinstance(other, AlreadyLabelled)


def test_one_key_for_two_images_in_one_submission_takes_the_first(annotator):
    leased = lease_items(annotator=annotator, count=2, now=NOW)
    answers = [answer_to(each, submission_key="one-key") for each in leased]
    first, second = submit_labels(annotator=annotator, answers=answers, now=at(3))
    assert first.assignment_id == leased[0].pk
    assert isinstance(second, SubmissionConflict)


def test_one_that_lost_its_place_is_surplus_beside_one_that_counts():
    study = make_study(sample_size=2, redundancy=1, lease_seconds=60)
    slow = make_annotator(study=study)
    leased = lease_items(annotator=slow, count=2, now=NOW)
    answer(assignment=make_lease(annotator=make_annotator(study=study), now=at(60)), now=at(61))
    submit_labels(annotator=slow, answers=[answer_to(each) for each in leased], now=at(62))
    states = [Assignment.objects.get(pk=each.pk).state for each in leased]
    assert states == [State.SURPLUS, State.SUBMITTED]


def test_the_last_answers_complete_the_study():
    study = make_study(sample_size=3, redundancy=1)
    annotator = make_annotator(study=study)
    leased = lease_items(annotator=annotator, count=3, now=NOW)
    submit_labels(annotator=annotator, answers=[answer_to(each) for each in leased], now=NOW)
    study.refresh_from_db()
    assert study.state == Study.State.COMPLETE


def test_an_excluded_annotators_answers_are_kept_and_void(annotator):
    leased = lease_items(annotator=annotator, count=2, now=NOW)
    exclude_annotator(annotator=annotator, reason="why", by="rule", now=at(1))
    submit_labels(annotator=annotator, answers=[answer_to(each) for each in leased], now=at(2))
    assert {each.state for each in annotator.assignments.all()} == {State.VOID}
    assert Label.objects.count() == 2


def test_nothing_is_stored_of_whoever_has_withdrawn(annotator):
    leased = lease_items(annotator=annotator, count=2, now=NOW)
    withdraw_annotator(annotator=annotator, now=at(1))
    results = submit_labels(annotator=annotator, answers=[answer_to(each) for each in leased], now=at(2))
    assert [type(result) for result in results] == [Withdrawn, Withdrawn]
    assert not Label.objects.exists()


def test_ten_answers_take_as_many_queries_as_one(annotator):
    counts = []
    for size in (1, 10):
        answers = [answer_to(each) for each in lease_items(annotator=annotator, count=size, now=NOW)]
        with CaptureQueriesContext(connection) as queries:
            submit_labels(annotator=annotator, answers=answers, now=NOW)
        counts.append(len(queries))
    assert counts[0] == counts[1]
