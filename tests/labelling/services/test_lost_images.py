"""What was promised and cannot be shown goes back."""

from functools import partial

import pytest

from labelling.models import Annotator, Assignment, Study
from labelling.services.assignment import lease_items
from labelling.services.lost_images import PUT_OFF, put_lost_items_off, take_leases_back
from tests.concurrency.invariants import violations
from tests.concurrency.together import errors, together
from tests.factories import NOW, answer, at, make_annotator, make_study

pytestmark = pytest.mark.django_db

AFTERWARDS = PUT_OFF.total_seconds() + 1


def items(leases: list[Assignment]) -> set[int]:
    return {lease.sample_item_id for lease in leases}


def put_first_off(annotator: Annotator) -> Assignment:
    first, *_ = lease_items(annotator=annotator, count=3, now=NOW)
    put_lost_items_off(annotator=annotator, tokens=[first.token], now=NOW)
    return first


def test_a_lost_item_is_given_back_and_offered_to_nobody_for_a_minute() -> None:
    study = make_study()
    annotator, other = make_annotator(study=study), make_annotator(study=study)
    lost = put_first_off(annotator)
    lost.refresh_from_db()
    assert (lost.state, lost.place) == (Assignment.State.RELEASED, None)
    for person in (annotator, other):
        leased = items(lease_items(annotator=person, count=10, now=NOW))
        assert len(leased) == 5
        assert lost.sample_item_id not in leased
    assert lost.sample_item_id in items(lease_items(annotator=other, count=10, now=at(AFTERWARDS)))


def test_what_others_hold_or_have_answered_of_a_lost_item_stays() -> None:
    study = make_study(sample_size=1, redundancy=3)
    first, second, third = (make_annotator(study=study) for _ in range(3))
    answer(assignment=lease_items(annotator=first, count=1, now=NOW)[0])
    [held] = lease_items(annotator=second, count=1, now=NOW)
    put_first_off(third)
    held.refresh_from_db()
    assert held.state == Assignment.State.LEASED
    assert sorted(study.places.values_list("assignment__state", flat=True), key=str) == [
        None,
        "leased",
        "submitted",
    ]
    answer(assignment=held)
    assert violations(study) == []


def test_what_a_lease_without_reply_promised_is_free_and_what_was_held_before_is_kept() -> None:
    study: Study = make_study()
    annotator, other = make_annotator(study=study), make_annotator(study=study)
    [before] = lease_items(annotator=annotator, count=1, now=NOW)
    lease_items(annotator=annotator, count=4, now=at(1))
    take_leases_back(annotator=annotator, leased_at=at(1))
    assert annotator.assignments.leased().get() == before
    assert len(lease_items(annotator=other, count=10, now=at(1))) == 6


def test_what_a_lease_without_reply_renewed_is_given_back() -> None:
    annotator = make_annotator(study=make_study())
    lease_items(annotator=annotator, count=4, now=NOW)
    lease_items(annotator=annotator, count=4, now=at(400))  # of 600 s
    take_leases_back(annotator=annotator, leased_at=at(400))
    assert not annotator.assignments.leased().exists()
    assert not annotator.study.places.exclude(available_from__lte=at(400)).exists()


@pytest.mark.django_db(transaction=True)
def test_putting_off_while_others_lease_and_answer_breaks_no_rule() -> None:
    study = make_study(redundancy=6)
    people = [make_annotator(study=study) for _ in range(6)]
    leases = [lease_items(annotator=person, count=3, now=NOW) for person in people]

    def put_off(given: list[Assignment]) -> None:
        tokens = [lease.token for lease in given]
        put_lost_items_off(annotator=given[0].annotator, tokens=tokens, now=NOW)

    def label(given: list[Assignment]) -> None:
        for lease in [*given, *lease_items(annotator=given[0].annotator, count=6, now=NOW)]:
            answer(assignment=lease)

    results = together(
        [partial(put_off, given) for given in leases[:3]] + [partial(label, given) for given in leases[3:]]
    )
    assert errors(results) == []
    assert violations(study) == []
