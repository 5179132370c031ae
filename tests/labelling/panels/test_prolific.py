"""Prolific: three parameters in, the code in an address out."""

import pytest

from labelling.panels import Ending, panel_named
from tests.labelling.panels.test_panels import ARRIVALS, arrive, fault

prolific = panel_named("prolific")


def test_study_and_session_are_kept_beside_the_participant():
    assert arrive("prolific").session == {
        name: ARRIVALS["prolific"][name] for name in ("STUDY_ID", "SESSION_ID")
    }


def test_study_and_session_may_be_left_out():
    assert arrive("prolific", STUDY_ID=[], SESSION_ID=[]).session == {}


@pytest.mark.parametrize("name", ["STUDY_ID", "SESSION_ID"])
def test_study_and_session_are_of_prolifics_form(name):
    assert fault("prolific", **{name: ["no such id"]}) == f"{name} forged"


def test_a_placeholder_that_was_not_filled_in_is_refused():
    assert fault("prolific", PROLIFIC_PID=["{{%PROLIFIC_PID%}}"]) == "PROLIFIC_PID forged"


@pytest.mark.parametrize("ending", Ending)
def test_every_ending_goes_back_by_its_code(ending):
    out = prolific.way_out(ending=ending, code="C1 &D", arrival=arrive("prolific"), settings={})
    assert out.link == "https://app.prolific.com/submissions/complete?cc=C1+%26D"


def test_the_address_to_paste_has_prolifics_placeholders():
    (url,) = prolific.to_paste(entry="https://h.org/s/x/from/prolific/", settings={})
    assert url.text == (
        "https://h.org/s/x/from/prolific/?PROLIFIC_PID={{%PROLIFIC_PID%}}"
        "&STUDY_ID={{%STUDY_ID%}}&SESSION_ID={{%SESSION_ID%}}"
    )
