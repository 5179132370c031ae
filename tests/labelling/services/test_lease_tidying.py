"""Leases that have run out are tidied away, and nobody notices."""

import threading
from datetime import UTC, datetime

import pytest
from django.core.management import call_command
from django.db import connections, transaction

from labelling.models import Assignment, Place
from labelling.services import lease_tidying
from labelling.services.assignment import lease_items
from labelling.services.lease_tidying import expire_leases
from tests.concurrency.invariants import violations
from tests.concurrency.together import errors, together
from tests.factories import NOW, answer, at, make_annotator, make_lease, make_study

LATE = at(700)  # a lease takes 600 s


def states() -> list[str]:
    return sorted(Assignment.objects.values_list("state", flat=True))


@pytest.mark.django_db
def test_a_lease_that_has_run_out_is_marked_and_gives_its_place_up():
    assignment = make_lease(annotator=make_annotator(study=make_study()))
    assert expire_leases(now=LATE) == 1
    assignment.refresh_from_db()
    assert (assignment.state, assignment.place) == (Assignment.State.EXPIRED, None)


@pytest.mark.django_db
def test_a_lease_that_runs_and_an_answer_stay_as_they_are():
    study = make_study()
    answer(assignment=make_lease(annotator=make_annotator(study=study)))
    make_lease(annotator=make_annotator(study=study), now=at(300))
    assert expire_leases(now=LATE) == 0
    assert states() == ["leased", "submitted"]


@pytest.mark.django_db
def test_a_second_time_there_is_nothing_left_to_do():
    make_lease(annotator=make_annotator(study=make_study()))
    assert [expire_leases(now=LATE) for _ in range(2)] == [1, 0]


@pytest.mark.django_db
def test_many_leases_are_tidied_in_batches(monkeypatch):
    monkeypatch.setattr(lease_tidying, "BATCH", 2)
    study = make_study()
    lease_items(annotator=make_annotator(study=study), count=5, now=NOW)
    assert expire_leases(now=LATE) == 5
    assert violations(study) == []


@pytest.mark.django_db
def test_a_late_answer_counts_as_if_nothing_had_been_tidied():
    study = make_study()
    assignment = make_lease(annotator=make_annotator(study=study))
    expire_leases(now=LATE)
    answer(assignment=assignment, now=LATE)
    assert states() == ["submitted"]
    assert violations(study) == []


@pytest.mark.django_db
def test_the_same_annotator_may_get_the_item_again():
    annotator = make_annotator(study=make_study())
    before = lease_items(annotator=annotator, count=3, now=NOW)
    expire_leases(now=LATE)
    after = lease_items(annotator=annotator, count=3, now=LATE)
    assert [a.sample_item_id for a in after] == [a.sample_item_id for a in before]
    assert states() == ["leased"] * 3


@pytest.mark.django_db(transaction=True)
def test_tidying_while_late_answers_come_breaks_no_rule():
    study = make_study(sample_size=6, redundancy=2)
    held = [
        assignment
        for _ in range(4)
        for assignment in lease_items(annotator=make_annotator(study=study), count=3, now=NOW)
    ]
    late = [lambda assignment=assignment: answer(assignment=assignment, now=LATE) for assignment in held]
    results = together([*late, *(lambda: expire_leases(now=LATE) for _ in range(2))])
    assert errors(results) == []
    assert violations(study) == []
    assert states() == ["submitted"] * 12


@pytest.mark.only_postgresql
@pytest.mark.django_db(transaction=True)
def test_a_place_that_somebody_is_using_is_not_waited_for():
    assignment = make_lease(annotator=make_annotator(study=make_study()))
    counts: list[int] = []

    def tidy() -> None:
        counts.append(expire_leases(now=LATE))
        connections.close_all()

    with transaction.atomic():
        Place.objects.select_for_update().get(pk=assignment.place_id)
        thread = threading.Thread(target=tidy)
        thread.start()
        thread.join(timeout=10)
    assert counts == [0]
    assert expire_leases(now=LATE) == 1


@pytest.mark.django_db
def test_the_command_says_how_many_there_were(capsys):
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    study = make_study(now=long_ago)
    make_lease(annotator=make_annotator(study=study, now=long_ago), now=long_ago)
    call_command("expire_leases")
    call_command("expire_leases")
    assert capsys.readouterr().out == "Leases that had run out: 1.\nLeases that had run out: 0.\n"
