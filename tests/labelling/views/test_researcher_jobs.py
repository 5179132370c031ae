"""A job's page: how far it is, what came of it, and starting it again."""

from pathlib import Path

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from labelling.models import Job
from tests.factories import NOW, at, make_draft

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path


@pytest.fixture
def researcher(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("researcher"))
    return client


@pytest.fixture
def job() -> Job:
    return Job.objects.create(
        kind="rehearse",
        title="Rehearse with 9 simulated people, seed 1",
        study=make_draft(),
        arguments={"annotators": 9, "seed": 1, "accuracy": 0.8},
        fingerprint="f",
        state=Job.State.RUNNING,
        doing="Simulated people label",
        done=3,
        total=18,
        created_at=at(0),
        beat_at=at(10**9),
    )


def end(job: Job, **fields: object) -> None:
    Job.objects.filter(pk=job.pk).update(ended_at=NOW, **fields)


def test_the_page_and_its_script_are_told_how_far_the_work_is(researcher, job, django_assert_max_num_queries):
    page = researcher.get(f"/admin/jobs/{job.pk}/").text
    assert 'value="16"' in page
    assert "3 of 18" in page
    assert "You can leave this page" in page
    with django_assert_max_num_queries(3):
        told = researcher.get(f"/admin/jobs/{job.pk}/state/").json()
    assert told == {
        "ended": False,
        "state": "Running",
        "heading": "It is running",
        "percent": 16,
        "doing": "Simulated people label",
        "done": 3,
        "total": 18,
    }


def test_a_job_that_is_done_leads_to_what_came_of_it(researcher, job):
    end(
        job,
        state="done",
        result={"words": "It is complete.", "links": [["Open it", "admin:labelling_study_dashboard", [7]]]},
    )
    page = researcher.get(f"/admin/jobs/{job.pk}/").text
    assert "It is complete." in page
    assert 'href="/admin/labelling/study/7/dashboard/"' in page
    assert "job.js" not in page


def test_a_job_that_failed_says_why_and_what_is_left_and_is_started_again(researcher, job):
    end(job, state="failed", error="The crowd got stuck.")
    page = researcher.get(f"/admin/jobs/{job.pk}/").text
    assert "The crowd got stuck." in page
    assert "stays until the same rehearsal is started again" in page

    begun = researcher.post(f"/admin/jobs/{job.pk}/again/")
    again = Job.objects.latest("pk")
    assert (begun.url, again.arguments) == (f"/admin/jobs/{again.pk}/", job.arguments)
    assert again.started_by.startswith("researcher ")


def test_who_only_reads_sees_the_job_and_cannot_start_it_again(client, job):
    end(job, state="failed", error="The crowd got stuck.")
    viewer = User.objects.create_user("viewer", is_staff=True)
    viewer.user_permissions.add(Permission.objects.get(codename="view_study"))
    client.force_login(viewer)
    assert "Start it again" not in client.get(f"/admin/jobs/{job.pk}/").text
    assert client.post(f"/admin/jobs/{job.pk}/again/").status_code == 403


def test_an_unknown_job_is_not_found(researcher):
    assert researcher.get("/admin/jobs/4711/").status_code == 404
    assert researcher.get("/admin/jobs/4711/state/").status_code == 404
