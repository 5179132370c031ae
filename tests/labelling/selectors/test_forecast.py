"""When a study will be done: what is handed to the forecast, and when there is none."""

from datetime import timedelta

import pytest

from labelling.models import Study
from labelling.selectors.forecast import Finish, study_finish
from labelling.selectors.tally import StudyTally, count_study
from labelling.services.exclusions import exclude_annotator
from labelling.services.studies import close_study, pause_study
from tests.factories import NOW, answer, at, make_annotator, make_dataset, make_draft, make_lease, make_study

pytestmark = pytest.mark.django_db

HOUR = 3600


@pytest.fixture
def study() -> Study:
    """A study in which somebody labels every three minutes for an hour and a half, from its launch on."""
    study = make_study(dataset=make_dataset(size=40), sample_size=40, redundancy=2)
    annotator = make_annotator(study=study)
    for number in range(30):
        answer(assignment=make_lease(annotator=annotator, now=at(180 * number)), now=at(180 * number))
    return study


def finish_of(study: Study, *, seconds: int, tally: StudyTally | None, kept: bool = False) -> Finish | None:
    return study_finish(study=study, tally=tally, kept=kept, remaining=50, now=at(seconds))


def test_a_steady_study_goes_on_as_it_did(study):
    finish = finish_of(study, seconds=5400, tally=count_study(study=study, now=at(5400)))

    # Fifty labels at three or four in ten minutes.
    assert NOW + timedelta(hours=3.4) < finish.early <= finish.late < NOW + timedelta(hours=4.6)


def test_what_came_after_a_kept_tally_is_asked_of_the_database(study):
    fresh = count_study(study=study, now=at(5400))
    annotator = make_annotator(study=study, now=at(5400))
    for number in range(20):
        second = 5400 + 30 * number
        answer(assignment=make_lease(annotator=annotator, now=at(second)), now=at(second))
    now = count_study(study=study, now=at(6000))

    kept = finish_of(study, seconds=6000, tally=fresh, kept=True)

    assert kept == finish_of(study, seconds=6000, tally=now)
    assert kept != finish_of(study, seconds=6000, tally=fresh)


def test_an_excluded_annotator_s_late_labels_are_no_pace(study):
    fresh = count_study(study=study, now=at(5400))
    annotator = make_annotator(study=study, now=at(5400))
    for number in range(20):
        second = 5400 + 30 * number
        answer(assignment=make_lease(annotator=annotator, now=at(second)), now=at(second))
    exclude_annotator(annotator=annotator, reason="A script.", by="somebody", now=at(6000))

    assert finish_of(study, seconds=6000, tally=fresh, kept=True) == finish_of(
        study, seconds=6000, tally=fresh
    )


def test_no_finish_lies_in_the_past(study):
    tally = count_study(study=study, now=at(5400 + 599))

    finish = study_finish(study=study, tally=tally, kept=False, remaining=0, now=at(5400 + 599))

    assert finish.early == at(5400 + 599)


def test_a_study_without_a_pace_says_why():
    study = make_study()
    tally = count_study(study=study, now=NOW)

    assert "a pace needs 20 labels" in finish_of(study, seconds=60, tally=tally).reason
    assert "being counted" in finish_of(study, seconds=60, tally=None).reason
    assert "paused" in finish_of(pause_study(study=study, now=NOW), seconds=60, tally=tally).reason


def test_what_has_not_begun_or_has_ended_has_no_finish_to_come():
    closed = close_study(study=make_study(), reason="The budget is spent.", now=NOW)

    assert finish_of(make_draft(), seconds=0, tally=None) is None
    assert finish_of(closed, seconds=0, tally=None) is None
