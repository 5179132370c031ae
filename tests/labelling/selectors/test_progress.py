"""Every figure of a study's progress, counted from rows that the services made."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from labelling.models import Study
from labelling.selectors.progress import (
    HourOfWork,
    LabelCounts,
    Progress,
    study_lines,
    study_progress,
    time_worked,
)
from labelling.selectors.tally import count_study
from labelling.services.completion import complete_if_full
from labelling.services.exclusions import exclude_annotator
from labelling.services.reinstatement import reinstate_annotator
from labelling.services.studies import close_study
from tests.factories import (
    NOW,
    answer,
    at,
    label_everything,
    make_annotator,
    make_dataset,
    make_draft,
    make_lease,
    make_study,
)

pytestmark = pytest.mark.django_db


def progress_of(*, study: Study, now: datetime) -> Progress:
    return study_progress(study=study, tally=count_study(study=study, now=now), now=now)


def label_once(study, *, times=1, now=NOW):
    annotator = make_annotator(study=study, now=now)
    for _ in range(times):
        answer(assignment=make_lease(annotator=annotator, now=now), now=now)
    return annotator


def test_a_draft_has_no_items_and_no_labels_yet():
    progress = progress_of(study=make_draft(), now=NOW)

    assert progress.items_by_labels == (0, 0, 0, 0)
    assert progress.labels == LabelCounts(wanted=18, counted=0)
    assert progress.people.joined == 0


@pytest.mark.parametrize(
    ("cant_tell", "told", "counted"), [("off", None, 0), ("counts", 1, 1), ("replaced", 1, 0)]
)
def test_answers_that_one_cannot_tell_are_counted_where_the_protocol_has_them(cant_tell, told, counted):
    study = make_study(cant_tell=cant_tell)
    lease = make_lease(annotator=make_annotator(study=study))
    if told:
        answer(assignment=lease, category=None)

    progress = progress_of(study=study, now=NOW)

    assert (progress.cant_tell, progress.labels.counted) == (told, counted)


def test_items_are_counted_by_their_number_of_labels():
    study = make_study(order=Study.Order.DEPTH)
    for _ in range(3):
        label_once(study, times=2)
    label_once(study, times=1)

    progress = progress_of(study=study, now=NOW)

    assert progress.items_by_labels == (3, 1, 0, 2)
    assert progress.complete_items == 2


def test_wanted_is_items_times_k_and_counted_is_the_labels_in_their_places():
    study = make_study()
    label_once(study, times=4)

    progress = progress_of(study=study, now=NOW)

    assert progress.labels == LabelCounts(wanted=18, counted=4)


def test_guide_examples_are_not_counted_as_items():
    study = make_study(guide_examples=2)

    assert study.sample.count() > 6
    assert sum(progress_of(study=study, now=NOW).items_by_labels) == 6


def test_another_study_counts_nothing_here():
    study, other = make_study(), make_study()
    label_once(other, times=3)

    progress = progress_of(study=study, now=NOW)

    assert progress.labels.counted == 0
    assert progress.people.joined == 0
    assert progress.hours == ()


def test_a_late_answer_without_a_free_place_is_surplus_and_is_not_counted():
    study = make_study(sample_size=1, redundancy=1, lease_seconds=60)
    late = make_lease(annotator=make_annotator(study=study))
    label_once(study, now=at(61))
    answer(assignment=late, now=at(62))

    progress = progress_of(study=study, now=at(63))

    assert (progress.labels.counted, progress.surplus) == (1, 1)
    assert progress.labels_last_hour == 2


def test_a_lease_is_out_until_it_expires_or_is_answered():
    study = make_study(lease_seconds=60)
    annotator = make_annotator(study=study)
    make_lease(annotator=annotator)
    answer(assignment=make_lease(annotator=annotator))

    assert progress_of(study=study, now=at(59)).leases == 1
    assert progress_of(study=study, now=at(60)).leases == 0


def test_an_exclusion_in_force_is_counted_and_its_labels_are_not():
    study = make_study()
    annotator = label_once(study, times=3)
    exclude_annotator(annotator=annotator, reason="A script answered.", by="researcher", now=at(10))

    excluded = progress_of(study=study, now=at(20))
    reinstate_annotator(annotator=annotator, reason="It was a person.", by="researcher", now=at(30))
    reinstated = progress_of(study=study, now=at(40))

    assert (excluded.people.excluded, excluded.labels.counted, excluded.labels_last_hour) == (1, 0, 0)
    assert (reinstated.people.excluded, reinstated.labels.counted, reinstated.labels_last_hour) == (0, 3, 3)


def test_labels_of_the_last_hour_leave_older_ones_out():
    study = make_study()
    label_once(study, times=2, now=at(0))
    label_once(study, times=1, now=at(1800))

    assert progress_of(study=study, now=at(1800)).labels_last_hour == 3
    assert progress_of(study=study, now=at(3600)).labels_last_hour == 1


def test_each_clock_hour_with_labels_is_told_with_its_first_and_last():
    study = make_study(now=at(0))
    for seconds in (60, 120, 7300):
        label_once(study, now=at(seconds))

    progress = progress_of(study=study, now=at(8000))

    assert progress.hours == (
        HourOfWork(start=at(0), labels=2, first=at(60), last=at(120)),
        HourOfWork(start=at(7200), labels=1, first=at(7300), last=at(7300)),
    )


def test_the_pace_is_unknown_before_a_minute_of_work():
    study = make_study()
    assert progress_of(study=study, now=NOW).labels_per_hour is None

    label_once(study, now=at(0))
    label_once(study, now=at(59))
    assert progress_of(study=study, now=at(60)).labels_per_hour is None


def test_the_pace_leaves_out_a_night_without_labels():
    study = make_study()
    label_once(study, times=3, now=at(0))
    label_once(study, times=3, now=at(1200))
    label_once(study, times=2, now=at(12 * 3600))

    # Two pauses, of which 10 minutes each count.
    assert progress_of(study=study, now=at(13 * 3600)).labels_per_hour == pytest.approx(8 / (1 / 3))


def test_a_short_gap_is_work_and_a_long_one_counts_for_ten_minutes():
    assert time_worked([(0, 590), (610, 700)]) == timedelta(seconds=700)
    assert time_worked([(0, 60), (9000, 9060)]) == timedelta(seconds=60 + 600 + 60)


def test_a_complete_study_has_all_it_wants():
    study = make_study(now=NOW)
    label_everything(study=study, now=at(60))
    complete_if_full(study=study, now=at(60))
    study.refresh_from_db()

    progress = progress_of(study=study, now=at(100))

    assert progress.complete_items == 6
    assert progress.items_by_labels == (0, 0, 0, 6)
    assert progress.labels.remaining == 0


def test_closing_early_does_not_make_items_look_complete():
    study = make_study()
    label_once(study, times=4)
    study = close_study(study=study, reason="The budget is spent.", now=at(30))

    progress = progress_of(study=study, now=at(100))
    (line,) = study_lines(studies=[study], now=at(100))

    assert progress.items_by_labels == (2, 4, 0, 0)
    assert (line.counted, line.wanted) == (4, 18)


def test_the_number_of_queries_does_not_grow_with_items_annotators_or_labels():
    small = make_study(sample_size=2, redundancy=1)
    large = make_study(dataset=make_dataset(size=30), sample_size=30, redundancy=5)
    label_everything(study=large, annotators=4)

    with CaptureQueriesContext(
        connection,
    ) as few:
        progress_of(study=small, now=NOW)
    with CaptureQueriesContext(connection) as many:
        progress_of(study=large, now=NOW)

    assert len(few) == len(many) <= 11


def test_an_overview_has_a_line_for_each_study_in_the_given_order():
    draft, running, other = make_draft(), make_study(now=at(-5000)), make_study(redundancy=1, now=at(-60))
    label_once(running, times=4, now=at(-4000))
    label_once(other, times=2, now=at(-30))

    lines = study_lines(studies=[other, draft, running], now=NOW)

    assert [line.study for line in lines] == [other, draft, running]
    assert [(line.counted, line.wanted) for line in lines] == [(2, 6), (0, 18), (4, 18)]
    assert [line.labels_last_hour for line in lines] == [2, 0, 0]
    assert [line.at_work for line in lines] == [1, 0, 0]


def test_an_overview_of_many_studies_takes_as_many_queries_as_of_one():
    studies = [make_study(dataset=make_dataset(size=3), sample_size=2) for _ in range(4)]

    with CaptureQueriesContext(connection) as one:
        study_lines(studies=studies[:1], now=NOW)
    with CaptureQueriesContext(connection) as four:
        study_lines(studies=studies, now=NOW)

    assert len(one) == len(four) == 3


def test_an_hour_is_a_clock_hour_of_utc():
    study = make_study(now=datetime(2026, 1, 1, tzinfo=UTC))
    label_once(study, now=datetime(2026, 1, 1, 9, 59, 59, tzinfo=UTC))
    label_once(study, now=datetime(2026, 1, 1, 10, 0, 1, tzinfo=UTC))

    hours = progress_of(study=study, now=datetime(2026, 1, 1, 11, tzinfo=UTC)).hours

    assert [hour.start.hour for hour in hours] == [9, 10]


@pytest.mark.only_sqlite
def test_an_index_serves_every_query():
    study = make_study()
    label_once(study, times=2)
    with CaptureQueriesContext(connection) as captured:
        progress_of(study=study, now=NOW)
        study_lines(studies=[study], now=NOW)

    with connection.cursor() as cursor:
        for query in captured.captured_queries:
            cursor.execute(f"EXPLAIN QUERY PLAN {query['sql']}")
            scans = [step for *_, step in cursor.fetchall() if step.startswith("SCAN labelling_")]
            assert scans == [], query["sql"]
