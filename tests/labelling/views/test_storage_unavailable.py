"""A database that is out of order for a moment: what people and the script are told."""

import logging
from typing import NoReturn

import pytest
from django.db import OperationalError

from labelling.models import Label
from labelling.views import labelling

pytestmark = pytest.mark.django_db

SENT = {"category": 2, "submission_key": "an-answer", "response_ms": 900}


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    def fail(**_answer: object) -> NoReturn:
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(labelling, "submit_answer", fail)
    return monkeypatch


def an_answer(visitor) -> dict[str, object]:
    return {"assignment": visitor.annotator.assignments.get().token, **SENT}


def test_the_script_learns_that_nothing_was_saved_and_when_to_try_again(somebody, full_disk):
    reply = somebody.tell("label/", an_answer(somebody))
    assert (reply.status_code, reply["Retry-After"]) == (503, "5")
    assert reply.json() == {"saved": False, "reason": "unavailable"}


def test_the_same_answer_is_taken_when_it_is_sent_again(somebody, full_disk):
    answer = an_answer(somebody)
    somebody.tell("label/", answer)
    full_disk.undo()
    assert somebody.tell("label/", answer).json()["saved"] is True
    assert Label.objects.get().submission_key == "an-answer"


def test_a_person_reads_plain_words_and_a_button_sends_the_answer_again(somebody, full_disk):
    reply = somebody.press("label/", an_answer(somebody))
    assert reply.status_code == 503
    assert "We could not save that just now" in reply.text
    assert '<input type="hidden" name="submission_key" value="an-answer">' in reply.text
    assert "database" not in reply.text


def test_the_log_has_one_line_and_no_stack(somebody, full_disk, caplog):
    somebody.tell("label/", an_answer(somebody))
    ours = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert [record.exc_info for record in ours if record.name.startswith("labelling")] == [None]
    assert "database or disk is full" in caplog.text
    assert "Traceback" not in caplog.text


def test_a_page_that_cannot_be_shown_offers_to_be_loaded_again(somebody, monkeypatch):
    def fail(**_whose: object) -> NoReturn:
        raise OperationalError("the connection is lost")

    monkeypatch.setattr(labelling, "current_shown", fail)
    reply = somebody.to("label/")
    assert reply.status_code == 503
    assert f'href="{somebody.base}label/"' in reply.text
