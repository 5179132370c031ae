"""The preview of an annotator's way: the same pages, for staff alone, and nothing is recorded."""

import json

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils import timezone

from labelling.models import Study
from labelling.services.datasets import import_source
from labelling.urls import study_pages
from labelling.views.researcher import preview
from tests.factories import make_draft, make_pictured_study, picture_source

pytestmark = pytest.mark.django_db

PROTOCOL = {
    "minimum_age": 18,
    "screening": [{"question": "Do you know clothes?", "options": ["Not at all", "Well"], "admits": [0]}],
    "practice_items": 2,
    "practice_pass": 1,
    "labels_per_annotator": 10,
}
PAGES = {
    "": "I am 18 years old or older.",
    "screening/1/": "Do you know clothes?",
    "turned-away/?reason=screening": "looks for certain people",
    "turned-away/?reason=practice": "practice round asks for more",
    "guide/": "Practise first",
    "practice/1/1/": "Practice: 1 of 2",
    "practice/1/1/?category=0": "In this collection it is",
    "practice/1/": "Once more, please",
    "practice/2/": "You are ready",
    "label/": "What is this?",
    "pause/": "Take a break",
    "thanks/": "EXAMPLE23456",
    "withdraw/": "Withdraw from the study?",
}


@pytest.fixture
def researcher() -> Client:
    client = Client()
    viewer = User.objects.create_user("viewer", is_staff=True)
    viewer.user_permissions.set(Permission.objects.filter(codename="view_study"))
    client.force_login(viewer)
    return client


@pytest.fixture
def study() -> Study:
    return make_pictured_study(now=timezone.now(), **PROTOCOL)


@pytest.fixture
def draft() -> Study:
    dataset = import_source(source=picture_source(), now=timezone.now())
    return make_draft(dataset=dataset, sample_size=20, **PROTOCOL)


def base(study: Study) -> str:
    return f"/admin/preview/{study.join_code}/"


def rows() -> dict[str, int]:
    """Return how many rows each table of ours has."""
    return {model.__name__: model.objects.count() for model in apps.get_app_config("labelling").get_models()}


@pytest.mark.parametrize("kind", ["study", "draft"])
def test_every_page_of_the_way_is_shown_with_the_preview_mark_and_records_nothing(request, researcher, kind):
    study = request.getfixturevalue(kind)
    before = rows()
    for page, words in PAGES.items():
        shown = researcher.get(base(study) + page)
        assert shown.status_code == 200, page
        assert words in shown.text, page
        assert "PREVIEW." in shown.text, page
        # Each link and form stays in the preview.
        assert f"/s/{study.join_code}/" not in shown.text.replace("/back/EXAMPLE", ""), page
    assert rows() == before
    assert researcher.cookies.get("annotator") is None


def test_every_form_goes_nowhere_and_leads_on(researcher, study):
    before = rows()
    for page, sent, to in [
        ("", {"agree": "yes", "of_age": "yes"}, "screening/1/"),
        ("screening/1/", {"answer": "1"}, "guide/"),
        ("start/", {"from": "guide"}, "practice/1/1/"),
        ("practice/1/1/", {"category": "3"}, "practice/1/1/?category=3"),
        ("practice/1/1/", {"category": "99"}, "practice/1/1/"),
        ("start/", {}, "label/"),
        ("label/", {"category": "3", "assignment": "x"}, "thanks/"),
        ("finish/", {}, "thanks/"),
        ("language/", {"language": "de"}, ""),
    ]:
        answer = researcher.post(base(study) + page, sent)
        assert (answer.status_code, answer["Location"]) == (303, base(study) + to), page
    assert "You have withdrawn" in researcher.post(base(study) + "withdraw/", {"withdraw": "yes"}).text
    assert rows() == before


def test_the_script_may_be_tried_and_its_answers_are_forgotten(researcher, study):
    before = rows()
    lease = researcher.post(base(study) + "lease/", {"count": 10}, content_type="application/json").json()
    sampled = set(study.sample.filter(role="sampled").values_list("item__token", flat=True))
    tokens = [each["assignment"] for each in lease["assignments"]]
    assert tokens
    assert not sampled & set(tokens)
    answers = {"answers": [{"assignment": token, "category": 0} for token in tokens[:2]]}
    told = researcher.post(base(study) + "label/", json.dumps(answers), content_type="application/json")
    assert told.json() == {"answers": [{"saved": True}, {"saved": True}]}
    assert rows() == before


def test_the_preview_of_a_draft_shows_what_its_launch_would_draw(researcher, draft):
    page = researcher.get(base(draft) + "practice/1/1/").context["image"]
    guide = [entry["examples"] for entry in researcher.get(base(draft) + "guide/").context["entries"]]
    from labelling.services.studies import launch_study

    launch_study(study=draft, now=timezone.now())
    assert researcher.get(base(draft) + "practice/1/1/").context["image"] == page
    assert [e["examples"] for e in researcher.get(base(draft) + "guide/").context["entries"]] == guide


def test_a_protocol_without_screening_and_practice_has_a_short_preview(researcher):
    study = make_pictured_study(now=timezone.now())
    stops = [stop.name for stop in researcher.get(base(study)).context["preview"]]
    assert stops == ["Welcome", "Guide", "Labelling", "Pause", "Thanks", "Withdrawal"]
    assert researcher.post(base(study))["Location"] == f"{base(study)}guide/"
    assert researcher.get(base(study) + "practice/1/1/").status_code == 303
    assert researcher.get(base(study) + "screening/1/").status_code == 303


def test_a_draft_that_cannot_be_drawn_says_so_on_its_page(researcher, draft):
    Study.objects.filter(pk=draft.pk).update(practice_items=100)
    page = researcher.get(base(draft) + "guide/", follow=True)
    assert "The preview needs a protocol that can be carried out" in page.text


def test_the_preview_is_for_those_who_may_see_the_study(client, study):
    assert client.get(base(study))["Location"].startswith("/admin/login/")
    client.force_login(User.objects.create_user("stranger", is_staff=True))
    assert client.get(base(study)).status_code == 403
    assert client.post(base(study) + "withdraw/", {"withdraw": "yes"}).status_code == 403


def test_there_is_a_preview_of_every_address_of_the_annotators():
    assert {page.name: str(page.pattern) for page in preview.pages} == {
        page.name: str(page.pattern) for page in study_pages
    }


def test_an_unknown_study_has_no_preview(researcher):
    assert researcher.get("/admin/preview/nosuchcode/").status_code == 404


def test_the_annotators_pages_say_nothing_of_a_preview(client, study):
    assert "PREVIEW" not in client.get(f"/s/{study.join_code}/").text
