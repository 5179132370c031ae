"""The practice as pages: a picture, its feedback, how it went; the back button finds no dead end."""

import pytest
from django.utils import timezone

from labelling.models import PracticeAnswer, SampleItem
from labelling.selectors.practice import practice_round
from tests.factories import make_pictured_study
from tests.labelling.views.conftest import AnnotatorClient

pytestmark = pytest.mark.django_db


@pytest.fixture
def practising() -> AnnotatorClient:
    """A browser that has read the guide of a study with three practice images, two of which must be right."""
    study = make_pictured_study(now=timezone.now(), practice_items=3, practice_pass=2)
    client = AnnotatorClient(study)
    client.press(data={"agree": "yes"})
    assert client.press("start/")["Location"] == f"{client.base}practice/1/1/"
    return client


def member(client: AnnotatorClient, attempt: int, place: int) -> SampleItem:
    return practice_round(annotator=client.annotator).images[attempt][place - 1]


def answer(client: AnnotatorClient, attempt: int, place: int, *, right: bool = True):
    truth = member(client, attempt, place).item.ground_truth.position
    category = truth if right else (truth + 1) % 10
    return client.press(f"practice/{attempt}/{place}/", {"category": category})


def practise(client: AnnotatorClient, attempt: int, *, right: int) -> None:
    for place in (1, 2, 3):
        answer(client, attempt, place, right=place <= right)


def test_the_guide_leads_to_the_practice_where_there_is_one():
    study = make_pictured_study(now=timezone.now(), practice_items=3)
    client = AnnotatorClient(study)
    client.press(data={"agree": "yes"})
    assert "Practise first" in client.to("guide/").text
    client.press("start/")
    assert "Back to the practice" in client.to("guide/").text


def test_a_practice_picture_is_asked_about_without_telling_what_it_is(practising):
    page = practising.to("practice/1/1/")
    assert "Practice: 1 of 3" in page.text
    assert page.text.count("data:image/png;base64,") == 1
    assert page.text.count('class="choice"') == 10
    assert "In this collection" not in page.text


def test_a_right_answer_is_told_at_the_same_address(practising):
    assert answer(practising, 1, 1)["Location"] == f"{practising.base}practice/1/1/"
    page = practising.to("practice/1/1/").text
    truth = member(practising, 1, 1).item.ground_truth
    assert f"In this collection it is <strong>{truth.name}</strong>, as you said." in page
    assert truth.description in page
    assert f'href="{practising.base}practice/1/2/"' in page


def test_a_wrong_answer_is_told_with_both_categories(practising):
    answer(practising, 1, 1, right=False)
    page = practising.to("practice/1/1/").text
    truth = member(practising, 1, 1).item.ground_truth
    assert f"In this collection it is <strong>{truth.name}</strong>." in page
    assert "Not quite" in page


def test_whoever_passes_reads_so_and_goes_on_to_the_pictures(practising):
    practise(practising, 1, right=2)
    assert f'href="{practising.base}practice/1/"' in practising.to("practice/1/3/").text
    page = practising.to("practice/1/").text
    assert "You named 2 of 3" in page
    assert practising.press("start/")["Location"] == f"{practising.base}label/"
    assert practising.annotator.assignments.count() == 1


def test_whoever_fails_reads_so_and_tries_once_more(practising):
    practise(practising, 1, right=1)
    page = practising.to("practice/1/").text
    assert "You named 1 of 3" in page
    assert f'href="{practising.base}practice/2/1/"' in page
    assert "second try" in practising.to("practice/2/1/").text
    practise(practising, 2, right=3)
    assert "You are ready" in practising.to("practice/2/").text


def test_whoever_fails_twice_is_turned_away_kindly(practising):
    practise(practising, 1, right=0)
    practise(practising, 2, right=1)
    assert "collection it is" in practising.to("practice/2/3/").text
    assert practising.to("practice/2/")["Location"] == f"{practising.base}turned-away/"
    assert "no judgement of you" in practising.to("turned-away/").text
    assert practising.press("start/")["Location"] == f"{practising.base}turned-away/"
    assert practising.tell("lease/", {"count": 1}).json()["reason"] == "not_admitted"


def test_the_back_button_finds_the_feedback_and_no_second_answer(practising):
    answer(practising, 1, 1)
    answer(practising, 1, 2)
    assert "In this collection" in practising.to("practice/1/1/").text
    assert answer(practising, 1, 1, right=False).status_code == 303
    assert practising.annotator.practice_answers.count() == 2
    practise(practising, 1, right=3)
    assert "In this collection" in practising.to("practice/1/1/").text
    practising.press("start/")
    assert "In this collection" in practising.to("practice/1/3/").text
    assert "You are ready" in practising.to("practice/1/").text


@pytest.mark.parametrize(
    "page", ["practice/1/2/", "practice/2/1/", "practice/1/9/", "practice/0/1/", "practice/1/"]
)
def test_no_picture_is_skipped(practising, page):
    assert practising.to(page)["Location"] == f"{practising.base}practice/1/1/"
    if page.count("/") == 3:
        assert practising.press(page, {"category": 1})["Location"] == f"{practising.base}practice/1/1/"
    assert not PracticeAnswer.objects.exists()


@pytest.mark.parametrize("sent", ["", "x", "-1", "10", "99999999999"])
def test_an_answer_that_is_no_category_is_a_bad_request(practising, sent):
    assert practising.press("practice/1/1/", {"category": sent}).status_code == 400


def test_without_a_practice_its_pages_lead_on(somebody):
    for page in ("practice/1/1/", "practice/1/"):
        assert somebody.to(page)["Location"] == f"{somebody.base}label/"


def test_no_practice_item_is_in_the_sample_or_the_guide(practising):
    roles = SampleItem.objects.filter(study=practising.study).values_list("item", "role")
    assert len({item for item, _ in roles}) == len(roles)
    assert sum(role == "practice" for _, role in roles) == 3


def test_the_pages_of_a_practice_take_few_queries(practising, django_assert_num_queries):
    with django_assert_num_queries(4):
        practising.to("practice/1/1/")
    answer(practising, 1, 1)
    with django_assert_num_queries(4):
        practising.to("practice/1/1/")
    practise(practising, 1, right=3)
    with django_assert_num_queries(3):
        practising.to("practice/1/")
