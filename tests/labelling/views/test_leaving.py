"""The ways out and back."""

import re

import pytest
from django.utils import timezone

from labelling.models import Annotator
from tests.factories import make_pictured_study
from tests.labelling.views.conftest import AnnotatorClient

pytestmark = pytest.mark.django_db


def finished() -> AnnotatorClient:
    """Return a browser whose annotator has just given the last answer."""
    client = AnnotatorClient(make_pictured_study(now=timezone.now(), labels_per_annotator=1)).join()
    shown = client.to("label/").context
    client.press("label/", {name: shown[name] for name in ("assignment", "submission_key")} | {"category": 0})
    return client


def personal_link(client: AnnotatorClient) -> str:
    return re.search(r"http://testserver(\S+/back/\S+)</p>", client.to("pause/").text).group(1)


def test_the_pause_shows_a_personal_link_that_works_in_another_browser(somebody, study):
    other = AnnotatorClient(study)
    answer = other.get(personal_link(somebody))
    assert (answer.status_code, answer["Location"]) == (302, f"{somebody.base}label/")
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer["Cache-Control"]
    assert other.annotator == somebody.annotator
    assert other.to("label/").context["assignment"] == somebody.to("label/").context["assignment"]


def test_a_personal_link_that_is_cut_short_has_its_page(somebody):
    page = somebody.get(personal_link(somebody)[:-5] + "/")
    assert page.status_code == 404
    assert "do not know this personal link" in page.text
    assert "annotator" not in page.cookies


def test_a_personal_link_opens_no_other_study(somebody):
    other = make_pictured_study(now=timezone.now())
    link = personal_link(somebody).replace(somebody.study.join_code, other.join_code)
    assert somebody.get(link).status_code == 404


def test_the_pause_leaves_the_annotator_what_they_hold(somebody):
    held = somebody.to("label/").context["assignment"]
    somebody.to("pause/")
    somebody.press("start/")
    assert somebody.to("label/").context["assignment"] == held


def test_without_a_quota_somebody_may_finish_from_the_pause(somebody):
    assert "I am done" not in somebody.to("pause/").text
    shown = somebody.to("label/").context
    somebody.press(
        "label/", {name: shown[name] for name in ("assignment", "submission_key")} | {"category": 0}
    )
    assert "I am done" in somebody.to("pause/").text
    assert somebody.press("finish/")["Location"] == f"{somebody.base}thanks/"


def test_a_code_is_not_given_before_the_work_is_done(somebody):
    answer = somebody.press("finish/")
    assert (answer.status_code, answer["Location"]) == (303, f"{somebody.base}label/")
    assert Annotator.objects.get().completion_code == ""
    assert somebody.to("thanks/")["Location"] == f"{somebody.base}label/"


def test_the_thank_you_shows_the_code_each_time(somebody):
    client = finished()
    code = client.annotator.completion_code
    assert code
    for _ in range(2):
        client.press("finish/")
        assert code in client.to("thanks/").text


@pytest.mark.parametrize("page", ["", "label/", "pause/"])
def test_whoever_has_finished_is_led_to_the_thank_you(page):
    client = finished()
    assert client.to(page, follow=True).redirect_chain[-1][0] == f"{client.base}thanks/"


@pytest.mark.parametrize("page", ["guide/", "label/", "pause/", "thanks/", "start/", "finish/"])
def test_a_browser_that_nobody_knows_reads_what_to_do(visitor, page):
    answer = visitor.to(page)
    assert answer.status_code == 403
    assert "We do not recognise this browser" in answer.text
    assert f'href="{visitor.base}"' in answer.text


@pytest.mark.parametrize("page", ["start/", "label/", "finish/"])
def test_a_form_from_a_browser_that_nobody_knows_changes_nothing(visitor, page):
    assert visitor.press(page).status_code == 403


@pytest.mark.parametrize("page", ["label/", "lease/"])
def test_the_script_of_a_browser_that_nobody_knows_is_told(visitor, page):
    answer = visitor.tell(page, {"count": 1})
    assert (answer.status_code, answer.json()["reason"]) == (403, "unknown_annotator")


def test_a_forged_cookie_is_nobodys(visitor):
    visitor.cookies["annotator"] = "forged-ÿ"
    assert visitor.to("label/").status_code == 403


def test_the_script_of_an_unknown_study_is_told(visitor):
    answer = visitor.post("/s/nosuchcode/label/", {}, content_type="application/json")
    assert (answer.status_code, answer.json()["reason"]) == (404, "unknown_study")


@pytest.mark.parametrize("page", ["", "guide/", "label/", "pause/", "thanks/", "back/x/"])
def test_no_page_is_kept_by_the_browser(somebody, page):
    assert "no-store" in somebody.to(page)["Cache-Control"]
