"""What a researcher downloads: the bundle, which a job makes, and the raw labels."""

import json
import zipfile
from functools import partial
from io import BytesIO
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client

from evaluation.bundle import derived_files
from labelling import report_page
from labelling.models import Job, Label, Study
from labelling.services.bundle import bundle_files
from labelling.services.job_work import work_job
from labelling.services.jobs import KEPT, tidy_jobs
from labelling.services.label_export import labels_csv
from tests.factories import at, label_everything, make_draft, make_open_study, make_study

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path


@pytest.fixture(autouse=True)
def _without_what_is_typeset(monkeypatch) -> None:
    """Figures and papers take most of the time; tests/labelling/test_whole_bundle.py has all of it."""
    monkeypatch.setattr(derived_files, "FAMILIES", derived_files.FAMILIES[:1])
    monkeypatch.setattr(report_page, "figures", lambda *_: {})
    monkeypatch.setattr("labelling.jobs.bundle.bundle_files", partial(bundle_files, resamples=0))


@pytest.fixture(autouse=True)
def _no_pulse(monkeypatch) -> None:
    """Write no progress: these tests work within a transaction, which the pulse would wait for."""
    monkeypatch.setattr("labelling.services.job_work.TELL_EVERY", 60)


@pytest.fixture
def researcher(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("researcher"))
    return client


@pytest.fixture
def study() -> Study:
    study = make_open_study(slug="garments")
    label_everything(study=study, annotators=2)
    return study


def url(study: Study, name: str) -> str:
    return f"/admin/labelling/study/{study.pk}/{name}"


def test_the_bundle_is_made_by_a_job_and_fetched_from_its_page(researcher, study):
    begun = researcher.post(url(study, "bundle/"), {"images": "on"})
    job = Job.objects.get()
    assert (begun.url, job.study, job.arguments) == (f"/admin/jobs/{job.pk}/", study, {"images": True})
    assert "It is starting" in researcher.get(begun.url).text

    work_job(job_id=job.pk, clock=lambda: at(1))
    page = researcher.get(begun.url)
    assert "Download garments.zip" in page.text
    answer = researcher.get(f"{begun.url}file/")
    assert answer["Content-Disposition"] == 'attachment; filename="garments.zip"'
    with zipfile.ZipFile(BytesIO(b"".join(answer.streaming_content))) as archive:
        report = json.loads(archive.read("garments/report.json"))
        assert report["counts"]["labels"] == Label.objects.count() == 12
        assert archive.read("garments/labels.csv").decode() == labels_csv(study=study)
        told = researcher.get(f"{begun.url}report/")
        assert told.content == archive.read("garments/report.html")
        assert "default-src 'none'" in told["Content-Security-Policy"]

    tidy_jobs(now=at(2) + KEPT)
    assert "Download" not in researcher.get(begun.url).text
    assert {researcher.get(begun.url + name).status_code for name in ("file/", "report/")} == {404}


def test_the_page_of_bundles_says_what_one_holds_and_makes_none_by_itself(researcher, study):
    page = researcher.get(url(study, "bundle/"))
    assert "python -m evaluation.verify" in page.text
    assert not Job.objects.exists()


def test_the_page_of_bundles_of_a_sealed_study_says_when_and_has_no_button(researcher):
    page = researcher.get(url(make_study(), "bundle/")).text
    assert "Sealed until the end." in page
    assert "steps/unseal/" in page
    assert "Make the report bundle" not in page


def test_a_sealed_study_has_no_bundle_and_the_page_says_so(researcher):
    answer = researcher.post(url(make_study(), "bundle/"), follow=True)
    assert "is sealed until the study has ended" in answer.text
    assert not Job.objects.exists()


def test_the_labels_are_csv(researcher, study):
    answer = researcher.get(url(study, "labels.csv"))

    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="garments-labels.csv"'
    assert answer.content.decode() == labels_csv(study=study)


def test_a_draft_has_nothing_to_download_and_the_page_says_so(researcher):
    draft = make_draft()
    assert "has no labels and no report yet" in researcher.get(url(draft, "bundle/"), follow=True).text
    assert "is a draft and has no sample" in researcher.get(url(draft, "labels.csv"), follow=True).text


def test_the_labels_change_nothing_and_take_no_post(researcher, study):
    assert researcher.post(url(study, "labels.csv")).status_code == 405
