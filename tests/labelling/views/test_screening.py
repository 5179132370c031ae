"""Age and screening as pages: one question each, back works, and a decision is taken once."""

import pytest
from django.utils import timezone

from labelling.models import Annotator
from labelling.services.studies import close_study, pause_study
from tests.factories import make_pictured_study
from tests.labelling.views.conftest import AnnotatorClient

pytestmark = pytest.mark.django_db

QUESTIONS = [
    {
        "question": "How well do you know fashion?",
        "options": ["Not at all", "A little", "Well"],
        "admits": [0, 1],
    },
    {"question": "Do you see colours?", "options": ["Yes", "No"], "admits": [0]},
]


@pytest.fixture
def screened() -> AnnotatorClient:
    """A browser that has just consented to a study with two questions."""
    client = AnnotatorClient(make_pictured_study(now=timezone.now(), screening=QUESTIONS))
    client.press(data={"agree": "yes"})
    return client


def answer(client: AnnotatorClient, number: int, place: object):
    return client.press(f"screening/{number}/", {"answer": place})


def test_the_consent_page_asks_for_the_age_where_the_protocol_does():
    client = AnnotatorClient(make_pictured_study(now=timezone.now(), minimum_age=18))
    assert "I am 18 years old or older." in client.to().text
    refused = client.press(data={"agree": "yes"})
    assert refused.status_code == 400
    assert "at least 18 years old" in refused.text
    assert not Annotator.objects.exists()
    assert client.press(data={"agree": "yes", "of_age": "yes"})["Location"] == f"{client.base}guide/"


def test_without_a_minimum_age_nobody_is_asked(visitor):
    assert "years old" not in visitor.to().text


def test_the_consent_text_is_markdown_without_html():
    text = "## What is stored\n\n- **nothing** of you\n\n<script>alert(1)</script>"
    page = AnnotatorClient(make_pictured_study(now=timezone.now(), consent_text=text)).to().text
    assert "<strong>nothing</strong>" in page
    assert "&lt;script&gt;" in page
    assert "<script>" not in page


@pytest.mark.parametrize("secure", [True, False])
def test_the_cookie_with_the_answers_is_secure_on_https(screened, secure):
    reply = screened.press("screening/1/", {"answer": 0}, secure=secure)
    assert bool(reply.cookies["screening"]["secure"]) is secure


def test_the_questions_follow_the_consent_one_page_each(screened):
    assert screened.to("", follow=True).redirect_chain[-1][0] == f"{screened.base}screening/1/"
    page = screened.to("screening/1/").text
    assert "Question 1 of 2" in page
    assert "How well do you know fashion?" in page
    assert "Do you see colours?" not in page
    assert answer(screened, 1, 0)["Location"] == f"{screened.base}screening/2/"
    assert "Do you see colours?" in screened.to("screening/2/").text
    assert answer(screened, 2, 0)["Location"] == f"{screened.base}guide/"


def test_one_may_go_back_and_choose_otherwise_before_the_last_answer(screened):
    answer(screened, 1, 2)
    assert f'href="{screened.base}screening/1/"' in screened.to("screening/2/").text
    assert 'value="2" required checked' in screened.to("screening/1/").text
    answer(screened, 1, 0)
    answer(screened, 2, 0)
    assert screened.annotator.turned_away_at is None


def test_the_answers_are_in_the_browser_and_not_in_the_database(screened):
    cookie = answer(screened, 1, 1).cookies["screening"]
    assert (cookie.value, cookie["path"], cookie["httponly"]) == ("1", screened.base, True)
    assert screened.annotator.screened_at is None
    assert answer(screened, 2, 0).cookies["screening"].value == ""
    assert screened.annotator.screened_at is not None


def test_whoever_is_not_admitted_reads_so_in_kind_words_everywhere(screened):
    answer(screened, 1, 2)
    assert answer(screened, 2, 0)["Location"] == f"{screened.base}turned-away/"
    page = screened.to("turned-away/").text
    assert "Thank you for your interest" in page
    assert "no judgement of you" in page
    for path in (
        "",
        "screening/1/",
        "screening/2/",
        "guide/",
        "practice/1/1/",
        "label/",
        "pause/",
        "thanks/",
    ):
        assert screened.to(path, follow=True).redirect_chain[-1][0] == f"{screened.base}turned-away/", path


def test_whoever_comes_back_does_not_answer_anew(screened):
    answer(screened, 1, 2)
    answer(screened, 2, 0)
    assert answer(screened, 1, 0)["Location"] == f"{screened.base}turned-away/"
    assert screened.press("start/")["Location"] == f"{screened.base}turned-away/"
    reply = screened.tell("lease/", {"count": 5})
    assert (reply.status_code, reply.json()) == (409, {"saved": False, "reason": "not_admitted"})
    assert screened.annotator.guide_read_at is None


def test_a_script_is_given_nothing_before_the_questions(screened):
    assert screened.tell("lease/", {"count": 5}).json()["reason"] == "not_admitted"


@pytest.mark.parametrize("sent", ["", "3", "-1", "x", "0.5", "²"])
def test_an_answer_that_is_no_option_is_asked_for_again(screened, sent):
    page = answer(screened, 1, sent)
    assert page.status_code == 400
    assert "Choose the answer that fits you best" in page.text


@pytest.mark.parametrize(("number", "to"), [(2, "screening/1/"), (3, "screening/1/"), (0, "screening/1/")])
def test_a_question_is_not_skipped(screened, number, to):
    for reply in (screened.to(f"screening/{number}/"), answer(screened, number, 0)):
        assert reply["Location"] == f"{screened.base}{to}"


@pytest.mark.parametrize("held", ["7", "x", "0.9", "0.0.0.0", ".", "0.", "²"])
def test_a_forged_cookie_does_no_harm(screened, held):
    screened.cookies["screening"] = held
    assert screened.to("screening/2/", follow=True).status_code == 200
    assert screened.annotator.screened_at is None


def test_the_guide_waits_for_the_questions(screened):
    assert screened.to("guide/")["Location"] == f"{screened.base}screening/1/"
    assert screened.press("start/")["Location"] == f"{screened.base}screening/1/"
    assert screened.annotator.guide_read_at is None


def test_the_questions_are_asked_while_the_study_runs(screened):
    pause_study(study=screened.study, now=timezone.now())
    assert screened.to("screening/1/").status_code == 403
    close_study(study=screened.study, reason="enough", now=timezone.now())
    assert answer(screened, 1, 0).status_code == 410


def test_nobody_else_is_shown_the_page_of_the_turned_away(somebody):
    assert somebody.to("turned-away/")["Location"] == f"{somebody.base}label/"


def test_a_question_takes_one_query(screened, django_assert_num_queries):
    with django_assert_num_queries(1):
        screened.to("screening/1/")
