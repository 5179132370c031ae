"""The report at the desk."""

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client

from labelling.services.bundle import bundle_files
from tests.factories import label_everything, make_draft, make_open_study, make_study

pytestmark = pytest.mark.django_db


@pytest.fixture
def researcher(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("researcher"))
    return client


def url(study) -> str:
    return f"/admin/labelling/study/{study.pk}/report/"


def test_the_desk_shows_the_page_of_the_bundle_byte_for_byte(researcher):
    study = make_study()
    label_everything(study=study)
    assert researcher.get(url(study)).content == bundle_files(study=study)["report.html"]


def test_the_policy_allows_the_page_s_own_stylesheet_and_no_other(researcher):
    policy = researcher.get(url(make_open_study()))["Content-Security-Policy"]
    assert re.search(r"style-src 'sha256-[^' ]{44}';", policy)
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy


def test_a_draft_has_no_report_and_says_so(researcher):
    answer = researcher.get(url(make_draft()), follow=True)
    assert "is a draft and has no sample" in answer.content.decode()


def test_a_stranger_sees_no_report(client):
    assert client.get(url(make_study())).status_code == 302


def test_the_study_s_page_leads_to_the_report(researcher):
    study = make_study()
    label_everything(study=study)
    assert url(study) in researcher.get(f"/admin/labelling/study/{study.pk}/dashboard/").content.decode()
