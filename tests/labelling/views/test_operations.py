"""What machines are told, and what they need not be."""

import json
from typing import NoReturn

import pytest
from django.db import OperationalError
from django.test import Client

from labelling.models.study import StudyQuerySet


@pytest.mark.django_db
def test_a_fault_is_told_with_503_and_what_is_wrong(client: Client, settings):
    settings.MIN_FREE_DISK_MB = 10**9
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert json.loads(answer.content) == {
        "status": "failing",
        "database": "ok",
        "images": "ok",
        "disk": "has less than 1000000000 MB free",
    }


@pytest.mark.django_db
def test_health_is_asked_over_plain_http_where_people_are_sent_to_https(client: Client, settings):
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/admin/login/").status_code == 301
    assert client.get("/healthz", headers={"Host": "10.0.0.7:8000"}).status_code == 200


@pytest.mark.django_db
def test_a_broken_database_is_told_without_its_own_words(client: Client, monkeypatch):
    monkeypatch.setattr("labelling.selectors.health.ONE_IMAGE", "SELECT secret FROM somewhere")
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["database"]) == (503, "does not answer")


def test_there_are_no_figures_without_a_token(client: Client):
    assert client.get("/metrics").status_code == 404


@pytest.mark.django_db
def test_of_a_broken_database_the_figures_tell_its_health_and_the_disk(client: Client, settings, monkeypatch):
    settings.METRICS_TOKEN = "known"
    monkeypatch.setattr("labelling.selectors.health.ONE_IMAGE", "SELECT secret FROM somewhere")
    monkeypatch.setattr(StudyQuerySet, "real", broken)
    answer = client.get("/metrics", headers={"Authorization": "Bearer known"})
    assert answer.status_code == 200
    assert b'\nhuman_baseline_healthy{check="database"} 0.0\n' in answer.content
    assert b"\nhuman_baseline_free_disk_bytes " in answer.content
    assert b"human_baseline_labels" not in answer.content
    assert b"human_baseline_studies" not in answer.content


def broken(_queryset: object) -> NoReturn:
    raise OperationalError("could not connect to server")


@pytest.mark.django_db
def test_the_figures_come_in_prometheus_own_form(client: Client, settings):
    settings.METRICS_TOKEN = "known"
    answer = client.get("/metrics", headers={"Authorization": "Bearer known"})
    assert answer.headers["Content-Type"].startswith("text/plain; version=1.0.0")
    assert b'\nhuman_baseline_studies{state="running"} 0.0\n' in answer.content
