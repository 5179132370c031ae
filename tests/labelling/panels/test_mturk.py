"""Mechanical Turk: an external question in, a posted form out."""

import xml.etree.ElementTree as ET

import pytest

from labelling.panels import Ending, panel_named
from tests.labelling.panels.test_panels import arrive, fault

mturk = panel_named("mturk")
ENDED = [ending for ending in Ending if ending != Ending.RETURNED]


@pytest.mark.parametrize("market", ["https://www.mturk.com", "https://workersandbox.mturk.com"])
@pytest.mark.parametrize("slash", ["", "/"])
def test_the_form_goes_to_the_market_that_asked(market, slash):
    arrival = arrive("mturk", turkSubmitTo=[market + slash])
    out = mturk.way_out(ending=Ending.COMPLETED, code="C0DE", arrival=arrival, settings={})
    assert out.form_action == f"{market}/mturk/externalSubmit"
    assert out.form_fields == (("assignmentId", "3ASSIGNMENT"), ("outcome", "completed"), ("code", "C0DE"))


@pytest.mark.parametrize(
    "elsewhere",
    [
        "http://www.mturk.com",
        "https://www.mturk.com.example.org",
        "https://example.org/https://www.mturk.com",
        "https://www.mturk.com@example.org",
        "https://www.mturk.com:8443",
        "https://www.mturk.com/elsewhere",
        "https://wwwxmturk.com",
        "//www.mturk.com",
        "javascript:alert(1)",
        "https://127.0.0.1",
    ],
)
def test_answers_go_to_no_other_host(elsewhere):
    assert fault("mturk", turkSubmitTo=[elsewhere]) == "turkSubmitTo forged"


@pytest.mark.parametrize("name", ["assignmentId", "hitId", "turkSubmitTo"])
def test_what_the_form_needs_must_be_there(name):
    assert fault("mturk", **{name: []}) == f"{name} missing"


def test_a_preview_names_nobody_and_needs_nothing_else():
    arrival = mturk.arrival(sent={"assignmentId": ["ASSIGNMENT_ID_NOT_AVAILABLE"]}, settings={})
    assert (arrival.preview, arrival.participant) == (True, "")


@pytest.mark.parametrize("ending", ENDED)
def test_the_outcome_goes_with_the_form(ending):
    out = mturk.way_out(ending=ending, code="C", arrival=arrive("mturk"), settings={})
    assert ("outcome", ending.value) in out.form_fields


def test_a_task_that_is_given_back_is_not_submitted():
    out = mturk.way_out(ending=Ending.RETURNED, code="C", arrival=arrive("mturk"), settings={})
    assert out.form_action == ""


def test_the_external_question_is_sound_xml_with_the_address():
    address, question = mturk.to_paste(entry="https://h.org/s/x/from/mturk/?a=1&b=2", settings={})
    assert address.text == "https://h.org/s/x/from/mturk/?a=1&b=2"
    assert ET.fromstring(question.text)[0].text == address.text
