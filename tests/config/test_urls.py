"""Addresses that belong to no app."""

import pytest
from django.test import Client


def test_the_bare_address_leads_to_the_dashboard(client: Client):
    answer = client.get("/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/admin/")


@pytest.mark.django_db
def test_the_dashboard_asks_who_one_is(client: Client):
    answer = client.get("/", follow=True)
    assert "Sign in" in answer.content.decode() or "Log in" in answer.content.decode()
