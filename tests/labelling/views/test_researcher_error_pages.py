"""Pages that are not there or not open: a way back for whoever is signed in, and few words for strangers."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from labelling.services.people import give_role
from tests.factories import make_draft

pytestmark = pytest.mark.django_db

NOT_THERE = ("/admin/labelling/study/99/dashboard/", "/admin/jobs/99/")
HOME = '<a class="hb-button hb-button--primary" href="/admin/">Home</a>'


@pytest.fixture
def viewer(client: Client) -> Client:
    person = User(username="vera")
    give_role(person=person, role="viewer", active=True)
    client.force_login(person)
    return client


@pytest.mark.parametrize("address", NOT_THERE)
def test_a_page_that_is_not_there_leads_whoever_is_signed_in_home(viewer, address):
    answer = viewer.get(address)

    assert answer.status_code == 404
    assert HOME in answer.text
    assert "vera" in answer.text


def test_a_page_that_a_role_does_not_open_says_so_and_leads_home(viewer):
    answer = viewer.get(f"/admin/labelling/study/{make_draft().pk}/plan/data/")

    assert answer.status_code == 403
    assert "Your role may not do this" in answer.text
    assert HOME in answer.text
    assert "You may need to sign in" not in answer.text


@pytest.mark.parametrize("address", NOT_THERE)
def test_a_stranger_is_told_nothing_about_the_desk(client, address):
    assert client.get(address).url.startswith("/admin/login/")


def test_beyond_the_desk_a_missing_page_has_no_header_of_the_desk(viewer):
    answer = viewer.get("/s/no-such-study/nothing/")

    assert answer.status_code == 404
    assert "vera" not in answer.text
    assert "/admin/" not in answer.text
