"""Withdrawing: what the page says, what it does, and the receipt."""

import pytest
from django.utils import timezone

from labelling.models import Label
from tests.factories import make_pictured_study
from tests.labelling.views.conftest import AnnotatorClient

pytestmark = pytest.mark.django_db


def somebody_with_an_answer(**fields: object) -> AnnotatorClient:
    client = AnnotatorClient(make_pictured_study(now=timezone.now(), **fields)).join()
    shown = client.to("label/").context
    client.press("label/", {name: shown[name] for name in ("assignment", "submission_key")} | {"category": 0})
    return client


def test_the_page_says_what_becomes_of_the_answers_and_changes_nothing() -> None:
    for policy, words in (
        ("erase", "Your 1 answer is deleted"),
        ("keep", "Your 1 answer stays in the study"),
    ):
        somebody = somebody_with_an_answer(withdrawal=policy)
        assert words in somebody.to("withdraw/").text
        assert somebody.annotator.labels.count() == 1


def test_the_consent_page_promises_what_the_protocol_says(client) -> None:
    for policy, words in (("erase", "Your answers are then deleted"), ("keep", "Your answers then stay")):
        study = make_pictured_study(now=timezone.now(), withdrawal=policy)
        assert words in client.get(f"/s/{study.join_code}/").text


def test_withdrawing_erases_the_answers_and_shows_a_receipt() -> None:
    somebody = somebody_with_an_answer()
    receipt = somebody.press("withdraw/", {"withdraw": "yes"})
    assert receipt.status_code == 200
    assert "Deleted. Others will be asked" in receipt.text
    assert not Label.objects.exists()


def test_without_the_tick_nothing_is_withdrawn() -> None:
    somebody = somebody_with_an_answer()
    page = somebody.press("withdraw/")
    assert page.status_code == 400
    assert "Nothing has been changed" in page.text
    assert somebody.annotator.withdrawn_at is None


def test_every_page_is_the_receipt_afterwards() -> None:
    somebody = somebody_with_an_answer()
    somebody.press("withdraw/", {"withdraw": "yes"})
    for page in ("label/", "guide/", "pause/", "thanks/", "withdraw/"):
        assert "You have withdrawn" in somebody.to(page).text


def test_the_script_is_told_that_nothing_more_is_taken() -> None:
    somebody = somebody_with_an_answer()
    somebody.press("withdraw/", {"withdraw": "yes"})
    for address, sent in (("lease/", {"count": 3}), ("label/", {"assignment": "x", "category": 0})):
        reply = somebody.tell(address, sent)
        assert (reply.status_code, reply.json()) == (410, {"saved": False, "reason": "withdrawn"})


def test_where_the_answers_are_kept_the_browser_forgets_the_person() -> None:
    somebody = somebody_with_an_answer(withdrawal="keep")
    receipt = somebody.press("withdraw/", {"withdraw": "yes"})
    assert "Kept without any way back to you" in receipt.text
    assert receipt.cookies["annotator"].value == ""
    assert Label.objects.count() == 1


def test_the_pause_and_the_last_page_lead_there() -> None:
    somebody = somebody_with_an_answer(labels_per_annotator=1)
    assert f"{somebody.base}withdraw/" in somebody.to("thanks/").text
    other = somebody_with_an_answer()
    assert f"{other.base}withdraw/" in other.to("pause/").text
