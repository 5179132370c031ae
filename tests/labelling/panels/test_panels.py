"""What every panel holds to, and the folder in which they are found."""

import pytest

from labelling.errors import ArrivalError, UnknownPanel
from labelling.panels import Ending, panel_named, panels
from labelling.panels.parameters import LONGEST

ARRIVALS = {
    "prolific": {"PROLIFIC_PID": "5f0c" * 6, "STUDY_ID": "a1b2" * 6, "SESSION_ID": "c3d4" * 6},
    "mturk": {
        "assignmentId": "3ASSIGNMENT",
        "hitId": "3HIT",
        "workerId": "A1WORKER",
        "turkSubmitTo": "https://www.mturk.com",
    },
    "panel": {"participant": "p-1@example.org"},
}
SETTINGS = {"panel": {"parameter": "participant", "redirect": ""}}
NAMED = sorted(ARRIVALS)
ID = {"prolific": "PROLIFIC_PID", "mturk": "workerId", "panel": "participant"}


def sent(name: str, **changed: list[str]) -> dict[str, list[str]]:
    return {**{key: [value] for key, value in ARRIVALS[name].items()}, **changed}


def arrive(name: str, **changed: list[str]):
    return panel_named(name).arrival(sent=sent(name, **changed), settings=SETTINGS.get(name, {}))


def fault(name: str, **changed: list[str]) -> str:
    with pytest.raises(ArrivalError) as refused:
        arrive(name, **changed)
    return f"{refused.value.parameter} {refused.value.fault}"


def test_each_file_of_the_folder_is_a_panel():
    assert [panel.name for panel in panels()] == ["mturk", "direct", "prolific", "panel"]


def test_a_panel_that_does_not_exist_is_named_with_those_that_do():
    with pytest.raises(UnknownPanel, match=r"'nowhere'.*direct, mturk, panel, prolific"):
        panel_named("nowhere")


@pytest.mark.parametrize("name", NAMED)
def test_the_person_is_known_by_the_panels_id(name):
    assert arrive(name).participant == ARRIVALS[name][ID[name]]


@pytest.mark.parametrize("name", NAMED)
def test_a_missing_id_is_refused(name):
    assert fault(name, **{ID[name]: []}) == f"{ID[name]} missing"
    assert fault(name, **{ID[name]: [""]}) == f"{ID[name]} missing"


@pytest.mark.parametrize("name", NAMED)
def test_a_doubled_id_is_refused(name):
    value = ARRIVALS[name][ID[name]]
    assert fault(name, **{ID[name]: [value, value]}) == f"{ID[name]} doubled"


@pytest.mark.parametrize("name", NAMED)
def test_an_oversized_id_is_refused(name):
    assert fault(name, **{ID[name]: ["A" * (LONGEST + 1)]}) == f"{ID[name]} oversized"


@pytest.mark.parametrize("name", NAMED)
@pytest.mark.parametrize("value", ["a b", "a\x00b", "\ufffd", "a\nb"])
def test_an_id_that_no_panel_gives_out_is_refused(name, value):
    assert fault(name, **{ID[name]: [value]}) == f"{ID[name]} forged"


@pytest.mark.parametrize("name", NAMED)
def test_no_message_holds_the_id(name):
    with pytest.raises(ArrivalError) as refused:
        arrive(name, **{ID[name]: ["secret id"]})
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("name", [*NAMED, "direct"])
@pytest.mark.parametrize("ending", Ending)
def test_every_ending_shows_its_code(name, ending):
    panel = panel_named(name)
    arrival = arrive(name) if panel.identifies else panel.arrival(sent={}, settings={})
    out = panel.way_out(ending=ending, code="C0DE", arrival=arrival, settings=SETTINGS.get(name, {}))
    assert (out.code, out.ending) == ("C0DE", ending)


def test_the_direct_link_knows_nobody_and_leads_nowhere():
    direct = panel_named("direct")
    arrival = direct.arrival(sent={"PROLIFIC_PID": ["5f0c" * 6]}, settings={})
    assert arrival.participant == ""
    out = direct.way_out(ending=Ending.COMPLETED, code="C", arrival=arrival, settings={})
    assert (out.link, out.form_action) == ("", "")
