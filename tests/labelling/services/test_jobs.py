"""Starting long work: stored once, worked by one process, never for ever under way."""

import os
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from labelling.errors import JobError, StudyStateError
from labelling.job_folder import folder_of, lock_held, take_lock
from labelling.jobs import JobKind, register_kind
from labelling.jobs.registry import _kinds, kind_named
from labelling.models import Job
from labelling.selectors.jobs import DIED, SILENCE, job_standing, recent_jobs
from labelling.services import jobs as service
from labelling.services.job_work import JobLost, Pulse, work_job
from labelling.services.jobs import KEPT, MOST_AT_ONCE, start_again, start_job, tidy_jobs
from tests.factories import NOW, at, make_draft

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path


@pytest.fixture(autouse=True)
def kind() -> Iterator[Callable[..., None]]:
    """A kind of work called "sums"; call the fixture to say what it does."""
    kind_named("rehearse")  # the product's own kinds are all there

    def does(work) -> None:
        register_kind(
            JobKind("sums", lambda arguments: f"Sum {arguments}", work, "labelling.view_study", "Nothing.")
        )

    does(lambda job, progress: {"words": "Done."})
    yield does
    del _kinds["sums"]


def start(**fields) -> Job:
    return start_job(**{"kind": "sums", "arguments": {"n": 1}, "by": "researcher 1", "now": NOW, **fields})


def work(job: Job) -> Job:
    return work_job(job_id=job.pk, clock=lambda: at(9))


def test_a_job_waits_under_the_words_of_its_kind_and_the_name_of_the_person():
    job = start()
    assert (job.state, job.title, job.started_by, job.created_at) == (
        "waiting",
        "Sum {'n': 1}",
        "researcher 1",
        NOW,
    )


def test_the_same_work_is_under_way_once():
    assert start(by="researcher 2") == start()
    assert start(arguments={"n": 2}) != start()
    assert start(study=make_draft()) != start()


def test_two_of_the_same_at_one_moment_are_refused_by_the_database():
    job = start()
    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.create(kind="sums", fingerprint=job.fingerprint, created_at=NOW)


def test_too_much_at_once_is_refused_in_words():
    for number in range(MOST_AT_ONCE):
        start(arguments={"n": number})
    with pytest.raises(JobError, match="4 jobs are under way already"):
        start(arguments={"n": MOST_AT_ONCE})


def test_a_kind_that_does_not_exist_is_refused_with_those_that_do():
    with pytest.raises(JobError, match=r"no work called 'nothing'; there are .*rehearse"):
        start(kind="nothing")


def test_the_work_s_result_is_kept_and_the_job_can_be_started_again():
    job = work(start())
    assert (job.state, job.result, job.ended_at) == ("done", {"words": "Done."}, at(9))
    again = start_again(job=job, by="researcher 2", now=at(10))
    assert (again.pk != job.pk, again.arguments, again.started_by) == (True, {"n": 1}, "researcher 2")


def test_a_job_is_taken_up_by_one_process_only():
    job = work(start())
    with pytest.raises(JobError, match="no job"):
        work(job)


def test_an_error_of_the_domain_is_told_in_its_words(kind):
    def refuse(job, progress):
        raise StudyStateError("The study is closed.")

    kind(refuse)
    job = work(start())
    assert (job.state, job.error) == ("failed", "The study is closed.")


def test_an_error_that_nobody_foresaw_is_told_without_its_text_and_logged(kind, caplog):
    kind(lambda job, progress: {}["a canary of somebody's data"])
    job = work(start())
    assert (job.state, "KeyError" in job.error, "canary" in job.error) == ("failed", True, False)
    assert "nobody foresaw" in caplog.text


def test_a_process_that_is_asked_to_end_says_so(kind):
    def leave(job, progress):
        raise SystemExit(143)

    kind(leave)
    job = start()
    with pytest.raises(SystemExit):
        work(job)
    job.refresh_from_db()
    assert (job.state, job.error) == ("failed", "It was stopped.")


def test_a_job_whose_process_is_gone_is_told_as_failed_and_may_be_started_again():
    job = start()
    os.close(take_lock(job.token))
    standing = job_standing(job=job, now=at(1))
    assert (standing.state, standing.error) == ("failed", DIED)
    again = start(now=at(2))
    job.refresh_from_db()
    assert (again.pk != job.pk, job.state, job.error) == (True, "failed", DIED)


def test_a_job_whose_process_holds_its_lock_lives_however_long_it_is_silent():
    job = start()
    lock = take_lock(job.token)
    try:
        assert lock_held(job.token)
        with pytest.raises(BlockingIOError):
            take_lock(job.token)
        assert job_standing(job=job, now=NOW + 10 * SILENCE).state == "waiting"
    finally:
        os.close(lock)
    assert not lock_held(job.token)


def test_a_job_of_another_machine_is_dead_after_a_long_silence():
    job = start()
    Job.objects.filter(pk=job.pk).update(beat_at=at(60), state="running")
    job.refresh_from_db()
    assert job_standing(job=job, now=at(60) + SILENCE).state == "running"
    assert job_standing(job=job, now=at(61) + SILENCE).failed


def test_what_a_job_left_is_removed_after_a_day():
    job = work(start())
    folder_of(job.token).mkdir(parents=True)
    (folder_of(job.token) / "study.zip").write_text("packed")
    Job.objects.update(result={"file": "study.zip"})
    job.refresh_from_db()
    assert (tidy_jobs(now=at(9) + KEPT), job_standing(job=job, now=NOW).file) == (0, "study.zip")
    assert (tidy_jobs(now=at(10) + KEPT), job_standing(job=job, now=NOW).file) == (1, "")


def test_what_is_left_of_a_job_without_a_row_is_removed_after_a_day_unless_a_process_works_on_it():
    for token in ("forgotten", "at-work"):
        folder_of(token).mkdir(parents=True)
        (folder_of(token) / "study.zip").write_text("packed")
    lock = take_lock("at-work")
    for token in ("forgotten", "at-work"):
        os.utime(folder_of(token), (NOW.timestamp(), NOW.timestamp()))
    try:
        assert tidy_jobs(now=NOW + KEPT) == 0
        assert tidy_jobs(now=at(1) + KEPT) == 1
    finally:
        os.close(lock)
    assert not folder_of("forgotten").exists()
    assert folder_of("at-work").exists()


def test_progress_is_told_as_a_share_and_full_only_at_the_end():
    job = start()
    told = []
    for done, total in ((0, None), (1, 3), (3, 3)):
        job.done, job.total = done, total
        told.append(job_standing(job=job, now=NOW).percent)
    assert told == [None, 33, 99]
    assert job_standing(job=work(job), now=NOW).percent == 100


def test_recent_jobs_are_those_of_the_study_the_newest_first():
    study = make_draft()
    first, second = (start(study=study, arguments={"n": n}, now=at(n)) for n in (1, 2))
    start()
    assert [one.job for one in recent_jobs(study=study, now=at(3))] == [second, first]
    assert recent_jobs(study=study, kinds=("bundle",), now=at(3)) == []


def test_a_folder_that_cannot_be_written_fails_the_job_in_words(settings, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    settings.VAR_DIR = tmp_path / "file"
    job = Job.objects.create(kind="sums", fingerprint="f", created_at=NOW)
    service._start_process(job, at(1))
    job.refresh_from_db()
    assert (job.state, job.error) == ("failed", "It could not be started: Not a directory.")


@pytest.mark.django_db(transaction=True)
def test_progress_is_written_beside_the_work_and_a_lost_job_stops(monkeypatch):
    monkeypatch.setattr("labelling.services.job_work.TELL_EVERY", 0.01)
    job = Job.objects.create(kind="sums", fingerprint="f", state="running", created_at=NOW)
    with Pulse(job, lambda: at(5)) as pulse:
        pulse.tell("Adding", 2, 7)
        until(lambda: Job.objects.get(pk=job.pk).done == 2)
        Job.objects.update(state="failed", ended_at=NOW)

        def lost() -> bool:
            try:
                pulse.tell("Adding", 3, 7)
            except JobLost:
                return True
            return False

        until(lost)
    job.refresh_from_db()
    assert (job.doing, job.done, job.total, job.beat_at) == ("Adding", 2, 7, at(5))


@pytest.mark.django_db(transaction=True)
def test_the_work_is_done_by_a_process_of_its_own(settings, monkeypatch, database_url, tmp_path):
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "config.settings.development")
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    study = make_draft(redundancy=2)
    given = {"annotators": 1, "seed": 1, "accuracy": 0.9}
    job = start_job(kind="rehearse", study=study, arguments=given, by="researcher 1", now=NOW)
    assert job_standing(job=job, now=NOW).state == "waiting"
    until(lambda: Job.objects.get(pk=job.pk).ended)
    job.refresh_from_db()
    assert (job.state, "rehearse with 2 or more" in job.error) == ("failed", True)
    until(lambda: not lock_held(job.token))
    connection.close()


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds, which another thread or process brings about."""
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline, "It never came about."
        time.sleep(0.02)


def test_the_silence_after_which_a_job_is_dead_is_longer_than_any_lock():
    assert timedelta(seconds=60) < SILENCE


def test_the_command_tidies_and_says_how_much(capsys):
    job = work(start())
    folder_of(job.token).mkdir(parents=True)
    Job.objects.update(ended_at=NOW - 9999 * KEPT)
    call_command("tidy_jobs")
    assert capsys.readouterr().out == "Removed the files of 1 job.\n"
