"""The desk's table of annotators: flags with their thresholds, search and paging, and who may look."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from labelling.services import tallies
from labelling.services.tallies import recount
from labelling.views.researcher import annotators
from tests.factories import NOW, at, make_annotator, make_draft, make_study
from tests.labelling.desk_people import People

pytestmark = pytest.mark.django_db


@pytest.fixture
def researcher(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("researcher"))
    return client


@pytest.fixture(autouse=True)
def _just_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(annotators, "steady_now", lambda: at(400))


def page_of(researcher: Client, study: int, **asked: object) -> str:
    response = researcher.get(f"/admin/labelling/study/{study}/annotators/", asked)
    assert response.status_code == 200
    return response.content.decode()


def row_of(page: str, pseudonym: str) -> str:
    """Return the table's row of one annotator."""
    return next(row for row in page.split("<tr>") if f'title="{pseudonym}"' in row)


def test_the_flagged_stand_first_with_the_threshold_in_the_head(researcher, people: People):
    page = page_of(researcher, people.study)
    names = {name: people.annotator(name).pseudonym for name in ("careful", "failing")}
    assert page.index(names["failing"]) < page.index(names["careful"])
    assert '<span class="hb-quiet">0.3\N{NO-BREAK SPACE}s</span>' in page
    assert '<span class="hb-quiet">2, excludes</span>' in page
    failing = row_of(page, names["failing"])
    assert "attention checks failed</span>" in failing
    assert 'hb-flagged">4 of 4' in failing
    assert "hb-flagged" not in row_of(page, names["careful"])
    assert "5 joined, 4 of them have labels" in page


def test_grounds_for_rejection_are_set_apart_from_signs(researcher, people: People):
    page = page_of(researcher, people.study)
    assert page.index("grounds for rejection, and nothing else") < page.index("these are signs, and no proof")


def test_an_exclusion_is_shown_with_author_and_reason(researcher, people: People):
    row = row_of(page_of(researcher, people.study), people.annotator("excluded").pseudonym)
    assert "by researcher 0" in row
    assert "Told us so." in row
    assert "0 of 10" in row


def test_a_search_shows_whom_it_finds_and_keeps_what_was_asked(researcher, people: People):
    name = people.annotator("same").pseudonym
    page = page_of(researcher, people.study, q=name[:20], sort="-labels")
    assert page.count('scope="row"') == 1
    assert f'value="{name[:20]}"' in page
    assert f"?q={name[:20]}&amp;sort=labels" in page
    assert "Nobody is like that." in page_of(researcher, people.study, q="nobody has this")


def test_what_cannot_be_asked_is_said_at_its_field(researcher, people: People):
    page = page_of(researcher, people.study, state="asleep")
    assert "Select a valid choice. asleep is not one of the available choices." in page
    assert page.count('scope="row"') == 5


def test_a_page_holds_so_many_and_leads_to_the_next(researcher, people: People, monkeypatch):
    monkeypatch.setattr(annotators, "ON_A_PAGE", 2)
    page = page_of(researcher, people.study, page=2)
    assert page.count('scope="row"') == 2
    assert "3 to 4 of 5" in page
    assert "Page 2 of 3" in page
    assert "Page 3 of 3" in page_of(researcher, people.study, page=99)


def test_a_study_without_checks_and_rules_shows_no_column_for_them(researcher):
    study = make_study(quality_rules=[])
    make_annotator(study=study)
    page = page_of(researcher, study.pk)
    assert "so that nobody is flagged" in page
    assert "Attention checks" not in page
    assert "Gold" not in page


@pytest.mark.parametrize("made", [make_draft, make_study])
def test_before_anybody_joins_the_page_says_what_to_do(researcher, made):
    page = page_of(researcher, made().pk)
    assert "Nobody has joined yet." in page
    assert "/recruit/" in page


def test_of_a_large_study_the_page_says_of_which_moment_it_is(researcher, people: People, monkeypatch):
    monkeypatch.setattr(tallies, "MOST_LABELS", 0)
    monkeypatch.setattr(tallies, "start_counting", lambda *, study: None)
    assert "are being counted</strong> for the first time" in page_of(researcher, people.study)
    recount(study=people.get(), now=at(390))
    page = page_of(researcher, people.study)
    assert "2026-11-22 12:06:30 UTC" in page
    assert "Newer ones" not in page
    monkeypatch.setattr(annotators, "steady_now", lambda: NOW + timedelta(hours=1))
    assert "Newer ones are being counted" in page_of(researcher, people.study)


def test_looking_takes_a_fixed_number_of_queries_and_the_permission_to_look(researcher, people: People):
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            page_of(researcher, people.study)
        counts.append(len(queries))
        make_annotator(study=people.get())
    assert counts[0] == counts[1] <= 14
    reader = User.objects.create_user("reader", is_staff=True)
    researcher.force_login(reader)
    url = f"/admin/labelling/study/{people.study}/annotators/"
    assert researcher.get(url).status_code == 403
    reader.user_permissions.add(Permission.objects.get(codename="view_study"))
    assert researcher.get(url).status_code == 200
