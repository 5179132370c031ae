"""Small studies are counted for each page; of large ones the counts are kept, and counted anew when old."""

from datetime import timedelta

import pytest

from labelling.models import Study, Tally
from labelling.services import tallies
from labelling.services.exclusions import exclude_annotator
from labelling.services.studies import close_study
from labelling.services.tallies import claim_count, recount, tally_now
from tests.factories import NOW, answer, at, make_annotator, make_lease, make_study

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    """A running study with one label."""
    study = make_study()
    answer(assignment=make_lease(annotator=make_annotator(study=study)))
    return study


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was begun to be counted, while every study with a label counts as large."""
    begun: list[str] = []
    monkeypatch.setattr(tallies, "MOST_LABELS", 0)
    monkeypatch.setattr(tallies, "start_counting", lambda *, study: begun.append(study.slug))
    return begun


def test_a_small_study_is_counted_at_once_and_nothing_is_kept(study):
    found = tally_now(study=study, now=at(5))
    assert (found.tally.labels, found.tally.at, found.kept, found.counting) == (1, at(5), False, False)
    assert not Tally.objects.exists()


def test_a_study_of_many_categories_is_large_before_its_first_label(study, started, monkeypatch):
    monkeypatch.setattr(tallies, "MOST_LABELS", 10)
    monkeypatch.setattr(tallies, "MOST_CELLS_AT_ONCE", 10)
    assert tally_now(study=study, now=NOW).kept


def test_the_first_look_at_a_large_study_starts_one_count_and_says_so(study, started):
    for second in (1, 2):
        found = tally_now(study=study, now=at(second))
        assert (found.tally, found.kept, found.counting) == (None, True, True)
    assert started == [study.slug]


def test_what_is_kept_is_shown_as_of_its_moment_and_counted_anew_when_it_is_old(study, started):
    recount(study=study, now=at(10))
    answer(assignment=make_lease(annotator=make_annotator(study=study, now=at(11)), now=at(11)), now=at(11))
    fresh = tally_now(study=study, now=at(60))
    assert (fresh.tally.at, fresh.tally.labels, fresh.counting) == (at(10), 1, False)
    old = tally_now(study=study, now=at(71))
    assert (old.tally.at, old.tally.labels, old.counting) == (at(10), 1, True)
    assert started == [study.slug]
    recount(study=study, now=at(72))
    again = tally_now(study=study, now=at(73))
    assert (again.tally.at, again.tally.labels, again.counting) == (at(72), 2, False)


def test_the_longer_counting_takes_the_longer_it_lasts(study, started):
    kept = recount(study=study, now=at(1))
    Tally.objects.filter(pk=kept.pk).update(seconds=30)
    assert not tally_now(study=study, now=at(300)).counting
    assert tally_now(study=study, now=at(302)).counting


def test_what_is_kept_of_an_ended_study_lasts_until_somebody_is_excluded(study, started):
    Study.objects.filter(pk=study.pk).update(state="closed", closed_at=at(1), close_reason="why")
    study.refresh_from_db()
    recount(study=study, now=at(2))
    assert not tally_now(study=study, now=NOW + timedelta(days=9)).counting
    exclude_annotator(annotator=study.annotators.get(), reason="why", by="ada", now=NOW + timedelta(days=10))
    assert tally_now(study=study, now=NOW + timedelta(days=10, seconds=1)).counting


def test_what_is_kept_of_an_ended_study_lasts_until_a_late_answer(study, started):
    late = make_lease(annotator=make_annotator(study=study))
    close_study(study=study, reason="why", now=at(1))
    study.refresh_from_db()
    recount(study=study, now=at(2))
    answer(assignment=late, now=at(3))
    assert tally_now(study=study, now=at(4)).counting
    recount(study=study, now=at(5))
    assert not tally_now(study=study, now=at(6)).counting


def test_only_one_caller_is_told_to_count_until_whoever_it_was_must_have_died(study):
    assert claim_count(study=study, now=NOW)
    assert not claim_count(study=study, now=at(599))
    assert claim_count(study=study, now=at(601))
    recount(study=study, now=at(602))
    assert claim_count(study=study, now=at(603))


def test_counting_runs_in_a_process_of_its_own_and_a_failure_to_start_it_breaks_no_page(
    study, monkeypatch, caplog
):
    asked: list[list[str]] = []

    def refuse(command: list[str], **_more: object) -> None:
        asked.append(command)
        raise OSError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(tallies.subprocess, "Popen", refuse)
    tallies.start_counting(study=study)
    assert asked[0][1:] == ["manage.py", "count_labels", study.slug]
    assert "The labels could not be counted." in caplog.text


def test_a_tally_may_be_thrown_away(study, started):
    recount(study=study, now=at(10))
    Tally.objects.all().delete()
    assert tally_now(study=study, now=at(11)).tally is None
    recount(study=study, now=at(12))
    assert tally_now(study=study, now=at(13)).tally.at == at(12)
