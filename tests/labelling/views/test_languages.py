"""The language of the annotators' pages."""

import pytest
from django.utils import timezone

from tests.factories import make_pictured_study
from tests.labelling.views.conftest import AnnotatorClient

pytestmark = pytest.mark.django_db

WELCOME = {
    "en": "Nothing has been stored.",
    "de": "Es wurde nichts gespeichert.",
    "es": "No se ha guardado nada.",
    "fr": "Si vous préférez ne pas participer",
    "ja": "同意して始める",
    "zh-hans": "没有保存任何内容",
}


@pytest.fixture
def visitor() -> AnnotatorClient:
    return AnnotatorClient(make_pictured_study(now=timezone.now()))


@pytest.mark.parametrize("language", WELCOME)
def test_a_page_is_in_the_language_that_the_browser_asks_for(visitor, language):
    page = visitor.get(visitor.base, headers={"Accept-Language": language})
    assert WELCOME[language] in page.text
    assert f'<html lang="{language}">' in page.text


@pytest.mark.parametrize("language", WELCOME)
def test_each_language_is_offered_in_its_own_words(visitor, language):
    page = visitor.get(visitor.base, headers={"Accept-Language": language}).text
    for name in ("English", "Deutsch", "Español", "Français", "日本語", "简体中文"):
        assert f">{name}</button>" in page


def test_a_language_that_we_do_not_have_is_english(visitor):
    page = visitor.get(visitor.base, headers={"Accept-Language": "tlh, nl;q=0.8"})
    assert WELCOME["en"] in page.text


def test_a_chosen_language_stays_and_leads_back(visitor):
    answer = visitor.post(f"{visitor.base}language/", {"language": "fr", "back": f"{visitor.base}guide/"})
    assert (answer.status_code, answer["Location"]) == (303, f"{visitor.base}guide/")
    assert WELCOME["fr"] in visitor.get(visitor.base, headers={"Accept-Language": "de"}).text
    cookie = answer.cookies["language"]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == (visitor.base, True, "Lax")


@pytest.mark.parametrize("language", ["", "xx", "en\r\nX-Injected: 1", "de" * 500])
def test_a_language_that_is_none_of_ours_changes_nothing(visitor, language):
    answer = visitor.post(f"{visitor.base}language/", {"language": language})
    assert answer.status_code == 303
    assert "language" not in answer.cookies


@pytest.mark.parametrize("back", ["https://elsewhere.example/", "//elsewhere.example/", "/admin/", ""])
def test_choosing_a_language_leads_nowhere_else(visitor, back):
    answer = visitor.post(f"{visitor.base}language/", {"language": "de", "back": back})
    assert answer["Location"] == visitor.base


def test_a_language_is_chosen_by_post_only(visitor):
    assert visitor.get(f"{visitor.base}language/").status_code == 405


def test_what_went_wrong_is_told_in_the_language_too(study):
    strict = AnnotatorClient(study, enforce_csrf_checks=True, headers={"accept-language": "de"})
    refused = strict.press(data={"agree": "yes"})
    assert refused.status_code == 403
    assert "Bitte versuchen Sie es noch einmal" in refused.text
    french = AnnotatorClient(study, headers={"accept-language": "fr"}).join()
    unread = french.press("label/", {"category": "x"})
    assert unread.status_code == 400
    assert "pas pu lire cette demande" in unread.text


def test_the_researchers_desk_stays_in_english(admin_client):
    assert 'lang="en"' in admin_client.get("/admin/", headers={"Accept-Language": "de"}).text


def test_the_page_names_each_language_in_its_own_words(visitor):
    page = visitor.get(visitor.base).text
    for name in ("English", "Deutsch", "Español", "Français", "日本語", "简体中文"):
        assert f">{name}</button>" in page
