"""Every annotator stands in one place: at work, waiting, gone, or through."""

from datetime import timedelta

import pytest

from labelling.models import Annotator
from labelling.selectors.overview_people import People, people_of
from labelling.services.annotators import finish, join_study, record_consent, turn_away
from labelling.services.exclusions import exclude_annotator
from labelling.services.withdrawal import withdraw_annotator
from tests.factories import NOW, answer, at, make_annotator, make_lease, make_study

pytestmark = pytest.mark.django_db

TEN_MINUTES = timedelta(minutes=10)
NOBODY = {
    "active": 0,
    "waiting": 0,
    "gone": 0,
    "finished": 0,
    "turned_away": 0,
    "excluded": 0,
    "withdrawn": 0,
}


def people(study, seconds=0) -> People:
    return people_of(study=study, now=at(seconds), active_within=TEN_MINUTES)


def counted(**parts) -> People:
    return People(joined=sum(parts.values()), **NOBODY | parts)


def test_whoever_was_given_an_image_or_answered_of_late_is_active_and_then_gone():
    study = make_study(lease_seconds=3600)
    make_lease(annotator=make_annotator(study=study))
    answer(assignment=make_lease(annotator=make_annotator(study=study)), now=at(300))

    assert people(study, 599) == counted(active=2)
    assert people(study, 600) == counted(active=1, gone=1)
    assert people(study, 900) == counted(gone=2)


def test_whoever_goes_a_step_on_waits_until_it_was_long_ago():
    study = make_study()
    join_study(study=study, now=NOW)
    slow, _ = join_study(study=study, now=NOW)
    record_consent(annotator=slow, now=at(500))

    assert people(study, 599) == counted(waiting=2)
    assert people(study, 600) == counted(waiting=1, gone=1)
    assert people(study, 1100) == counted(gone=2)


def test_what_is_recorded_comes_before_what_was_done_of_late():
    study = make_study()
    done, excluded, left, turned, busy = (make_annotator(study=study) for _ in range(5))
    for annotator in (done, excluded, left, busy):
        answer(assignment=make_lease(annotator=annotator))
    finish(annotator=done, now=at(1))
    exclude_annotator(annotator=excluded, reason="A script.", by="somebody", now=at(1))
    withdraw_annotator(annotator=left, now=at(1))
    turn_away(annotator=turned, reason=Annotator.TurnedAway.SCREENING, now=at(1))

    assert people(study, 2) == counted(active=1, finished=1, excluded=1, withdrawn=1, turned_away=1)


def test_another_study_has_its_own_people():
    make_annotator(study=make_study())

    assert people(make_study()) == counted()
