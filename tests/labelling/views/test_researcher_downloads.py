"""What a researcher downloads: the bundle and the raw labels."""

import io
import json
import zipfile

import pytest
from django.contrib.auth.models import User
from django.test import Client

from labelling.models import Label, Study
from labelling.services.label_export import labels_csv
from tests.factories import label_everything, make_draft, make_study

pytestmark = pytest.mark.django_db


@pytest.fixture
def researcher(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("researcher"))
    return client


@pytest.fixture
def study() -> Study:
    study = make_study(slug="garments")
    label_everything(study=study, annotators=2)
    return study


def url(study: Study, name: str) -> str:
    return f"/admin/labelling/study/{study.pk}/{name}"


def test_the_bundle_is_a_zip_with_the_report_and_the_labels(researcher, study):
    answer = researcher.get(url(study, "bundle.zip"))

    assert answer["Content-Type"] == "application/zip"
    assert answer["Content-Disposition"] == 'attachment; filename="garments.zip"'
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        report = json.loads(archive.read("garments/report.json"))
        assert report["counts"]["labels"] == Label.objects.count() == 12
        assert archive.read("garments/labels.csv").decode() == labels_csv(study=study)


def test_the_same_labels_give_the_same_zip_byte_by_byte(researcher, study):
    first, second = (researcher.get(url(study, "bundle.zip")).content for _ in range(2))

    assert first == second


def test_the_labels_are_csv(researcher, study):
    answer = researcher.get(url(study, "labels.csv"))

    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="garments-labels.csv"'
    assert answer.content.decode() == labels_csv(study=study)


@pytest.mark.parametrize("name", ["bundle.zip", "labels.csv"])
def test_a_draft_has_nothing_to_download_and_the_page_says_so(researcher, name):
    answer = researcher.get(url(make_draft(), name), follow=True)

    assert "is a draft and has no sample" in answer.content.decode()


@pytest.mark.parametrize("name", ["bundle.zip", "labels.csv"])
def test_only_who_may_see_studies_downloads(client, study, name):
    client.force_login(User.objects.create_user("other", is_staff=True))

    assert client.get(url(study, name)).status_code == 403


@pytest.mark.parametrize("name", ["bundle.zip", "labels.csv"])
def test_a_download_changes_nothing_and_takes_no_post(researcher, study, name):
    assert researcher.post(url(study, name)).status_code == 405
