"""Many studies on one page: the first page of the desk, and what it asks for while it stays open."""

import re

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from labelling.services.steady_clock import steady_now
from labelling.services.studies import pause_study
from tests.factories import NOW, answer, make_annotator, make_dataset, make_draft, make_lease, make_study

pytestmark = pytest.mark.django_db

PARTS = re.compile(r'id="(live-[a-z0-9-]+)" data-live')


@pytest.fixture
def researcher(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("researcher"))
    return client


def index(client: Client) -> str:
    return client.get(reverse("admin:index")).content.decode()


def live(client: Client) -> str:
    return client.get(reverse("admin:labelling_studies_live")).content.decode()


def rows_key(page: str) -> str:
    return re.search(r'data-live-key="(\w+)"', page)[1]


def test_each_study_has_a_row_with_its_state_and_progress(researcher):
    now = steady_now()
    study = make_study(title="At work", now=now)
    answer(assignment=make_lease(annotator=make_annotator(study=study, now=now), now=now), now=now)
    make_draft(title="Planned")

    page = index(researcher)

    assert "1 of 18" in page
    assert "18 planned" in page
    assert re.search(rf'id="live-hour-{study.pk}" data-live>1<', page)
    assert re.search(rf'id="live-at-work-{study.pk}" data-live>1<', page)


def test_only_studies_that_go_on_are_asked_for_forecast_and_flags(researcher):
    running, draft = make_study(), make_draft()

    page = index(researcher)

    assert f'data-live-source="/admin/labelling/study/{running.pk}/line/"' in page
    assert f"/admin/labelling/study/{draft.pk}/line/" not in page


def test_a_line_tells_forecast_and_flags_of_its_study(researcher):
    study = make_study()

    line = researcher.get(f"/admin/labelling/study/{study.pk}/line/").content.decode()

    assert PARTS.findall(line) == [f"live-finish-{study.pk}", f"live-flags-{study.pk}"]
    assert "a pace needs 20 labels" in line


def test_the_live_table_has_the_parts_of_the_page(researcher):
    make_study()

    assert PARTS.findall(live(researcher)) == PARTS.findall(index(researcher)) != []


def test_the_rows_are_put_in_anew_when_a_state_changes_and_not_when_labels_come(researcher):
    study = make_study()
    before = rows_key(index(researcher))

    answer(assignment=make_lease(annotator=make_annotator(study=study)))
    labelled = rows_key(live(researcher))
    pause_study(study=study, now=NOW)

    assert before == labelled != rows_key(live(researcher))


@pytest.mark.parametrize("name", ["admin:index", "admin:labelling_studies_live"])
def test_the_queries_do_not_grow_with_the_studies(researcher, name):
    dataset = make_dataset()
    make_study(dataset=dataset)
    researcher.get(reverse(name))  # the first request of a session stores when it was

    counts = []
    for more in (0, 4):
        for _ in range(more):
            make_study(dataset=dataset)
        with CaptureQueriesContext(connection) as queries:
            researcher.get(reverse(name))
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 12


def test_without_a_dataset_the_page_says_how_to_get_one(researcher):
    page = index(researcher)

    assert "No dataset yet" in page
    assert reverse("admin:labelling_dataset_import") in page


def test_without_a_study_the_page_offers_to_plan_one(researcher):
    make_dataset()

    assert "Plan the first study" in index(researcher)


def test_the_table_is_for_those_who_may_see_studies(client):
    address = reverse("admin:labelling_studies_live")
    assert client.get(address).url.startswith("/admin/login/")

    client.force_login(User.objects.create_user("other", is_staff=True))
    assert client.get(address).status_code == 403
