"""Every annotator stands in one place: at work, waiting, gone, or through."""

import pytest

from labelling.models import Annotator
from labelling.selectors.whereabouts import AT_WORK, GONE, WAITING, People, at_work, people_of, whereabouts
from labelling.services.annotators import finish, join_study, record_consent, turn_away
from labelling.services.exclusions import exclude_annotator
from labelling.services.studies import close_study
from labelling.services.withdrawal import withdraw_annotator
from tests.factories import NOW, answer, at, make_annotator, make_lease, make_study

pytestmark = pytest.mark.django_db

NOBODY = {
    "at_work": 0,
    "waiting": 0,
    "gone": 0,
    "finished": 0,
    "turned_away": 0,
    "excluded": 0,
    "withdrawn": 0,
}


def people(study, seconds=0) -> People:
    return people_of(study=study, now=at(seconds))


def counted(**parts) -> People:
    return People(joined=sum(parts.values()), **NOBODY | parts)


def test_whoever_was_given_an_image_or_answered_of_late_is_at_work_and_then_gone():
    study = make_study(lease_seconds=300)
    make_lease(annotator=make_annotator(study=study))
    answer(assignment=make_lease(annotator=make_annotator(study=study)), now=at(300))

    assert people(study, 599) == counted(at_work=2)
    assert people(study, 600) == counted(at_work=1, gone=1)
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

    assert people(study, 2) == counted(at_work=1, finished=1, excluded=1, withdrawn=1, turned_away=1)


def test_another_study_has_its_own_people():
    make_annotator(study=make_study())

    assert people(make_study()) == counted()


def test_a_long_lease_lengthens_the_time():
    study = make_study(lease_seconds=1200)
    make_lease(annotator=make_annotator(study=study))

    assert people(study, 1199) == counted(at_work=1)
    assert people(study, 1200) == counted(gone=1)


def test_nobody_is_at_work_or_waiting_in_a_study_that_has_ended():
    study = make_study()
    answer(assignment=make_lease(annotator=make_annotator(study=study)))
    join_study(study=study, now=NOW)
    ended = close_study(study=study, reason="Enough.", now=at(1))

    assert people(ended, 2) == counted(gone=2)
    assert at_work(studies=[ended], now=at(2)) == {}


def test_the_count_the_list_of_studies_and_each_annotator_s_place_go_by_one_rule():
    short, long = make_study(lease_seconds=300), make_study(lease_seconds=1200)
    keys = {}
    for study in (short, long):
        left, busy = make_annotator(study=study), make_annotator(study=study)
        practising, _ = join_study(study=study, now=NOW)
        make_lease(annotator=busy)
        answer(assignment=make_lease(annotator=left))
        finish(annotator=left, now=at(1))
        keys[study] = (busy.pk, practising.pk)

    for seconds, expected in ((599, {short: 1, long: 1}), (600, {long: 1}), (1200, {})):
        now = at(seconds)
        assert at_work(studies=[short, long], now=now) == {study.pk: n for study, n in expected.items()}
        for study in (short, long):
            where = whereabouts(study=study, now=now, among=keys[study])
            places = [AT_WORK, WAITING] if study in expected else [GONE, GONE]
            assert [where[key] for key in keys[study]] == places
            assert people(study, seconds).at_work == expected.get(study, 0)
