"""Rehearsing a draft from the desk."""

from pathlib import Path

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from labelling.models import Job, Study
from labelling.services.job_work import work_job
from tests.factories import at, make_draft, make_study

pytestmark = pytest.mark.django_db

CROWD = {"annotators": "3", "how": "accuracy", "accuracy": "80", "seed": "7"}


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path


@pytest.fixture(autouse=True)
def _no_pulse(monkeypatch) -> None:
    """Write no progress: these tests work within a transaction, which the pulse would wait for."""
    monkeypatch.setattr("labelling.services.job_work.TELL_EVERY", 60)


@pytest.fixture
def researcher(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("researcher"))
    return client


def url(study: Study) -> str:
    return f"/admin/labelling/study/{study.pk}/rehearse/"


def test_a_draft_is_rehearsed_by_a_job_that_leads_to_the_report(researcher):
    study = make_draft(slug="garments")
    begun = researcher.post(url(study), CROWD)
    job = Job.objects.get()
    assert begun.url == f"/admin/jobs/{job.pk}/"
    assert job.arguments == {"annotators": 3, "seed": 7, "accuracy": 0.8}

    work_job(job_id=job.pk, clock=lambda: at(1))
    copy = Study.objects.get(rehearsal_of=study)
    assert (copy.state, copy.rehearsal_crowd) == (
        "complete",
        "3 simulated people, seed 7, right 80.0% of the time",
    )
    page = researcher.get(begun.url).text
    assert f"/admin/labelling/study/{copy.pk}/report/" in page
    assert copy.rehearsal_crowd in researcher.get(url(study)).text
    assert researcher.get(url(copy)).text.count("Only a draft is rehearsed") == 1


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"annotators": "2"}, "2 annotators cannot give 18 labels, 6 each at most; rehearse with 3 or more."),
        ({"annotators": ""}, "This field is required."),
        ({"accuracy": "30"}, "guessing reaches 33.3%"),
        ({"accuracy": ""}, "Say how often they are right, in per cent."),
        ({"how": "people"}, "Select a valid choice."),
    ],
)
def test_a_crowd_that_cannot_be_is_told_at_its_field(researcher, changed, fault):
    page = researcher.post(url(make_draft()), CROWD | changed)
    assert fault in page.text
    assert not Job.objects.exists()


def test_what_was_launched_is_not_rehearsed(researcher):
    study = make_study()
    assert "Only a draft is rehearsed" in researcher.get(url(study)).text
    researcher.post(url(study), CROWD)
    assert not Job.objects.exists()


def test_who_only_reads_sees_no_form(client):
    viewer = User.objects.create_user("viewer", is_staff=True)
    viewer.user_permissions.add(Permission.objects.get(codename="view_study"))
    client.force_login(viewer)
    study = make_draft()
    assert '<form method="post" class' not in client.get(url(study)).text
    assert client.post(url(study), CROWD).status_code == 403


def test_the_page_takes_the_same_number_of_queries_however_many_rehearsals(
    researcher, django_assert_max_num_queries
):
    study = make_draft()
    for number in range(3):
        make_study(slug=f"r-{number}", rehearsal=True, rehearsal_of=study, rehearsal_crowd="few")
    with django_assert_max_num_queries(9):
        researcher.get(url(study))
