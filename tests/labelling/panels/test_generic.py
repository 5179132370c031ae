"""A panel that is not known by name: the researcher says how it sends people and takes them back."""

import pytest

from labelling.errors import RecruitmentError
from labelling.panels import Arrival, Ending, panel_named

generic = panel_named("panel")


def way_out(redirect: str, participant: str = "p 1/&"):
    return generic.way_out(
        ending=Ending.SCREENED_OUT,
        code="C0DE",
        arrival=Arrival(participant),
        settings={"parameter": "pid", "redirect": redirect},
    )


def test_the_person_comes_in_the_parameter_that_the_researcher_named():
    arrival = generic.arrival(sent={"pid": ["x1"]}, settings={"parameter": "pid", "redirect": ""})
    assert arrival.participant == "x1"


def test_the_address_is_filled_in_and_escaped():
    redirect = "https://panel.example/back?who={participant}&cc={code}&how={outcome}"
    assert way_out(redirect).link == "https://panel.example/back?who=p%201%2F%26&cc=C0DE&how=screened_out"


def test_an_id_that_looks_like_a_gap_is_not_filled_in():
    assert way_out("https://panel.example/{participant}/{code}", "{code}").link.endswith("/%7Bcode%7D/C0DE")


def test_without_an_address_the_code_is_all():
    assert (way_out("").link, way_out("").code) == ("", "C0DE")


@pytest.mark.parametrize(
    "redirect",
    [
        "http://panel.example/",
        "panel.example",
        "javascript:alert(1)",
        "https://{participant}.example/",
        "https://me@panel.example/",
        "https://panel.example/ {code}",
        "https://panel.example/{nobody}",
        "https://panel.example/{code!r}",
        "https://panel.example/{code",
        "https://panel.example/{}",
        "https://panel.example/" + "a" * 500,
    ],
)
def test_an_address_that_cannot_be_used_is_refused(redirect):
    with pytest.raises(RecruitmentError) as refused:
        generic.checked(settings={"parameter": "pid", "redirect": redirect})
    assert refused.value.field == "redirect"


@pytest.mark.parametrize("name", ["", "1st", "a b", "a&b", "a=b", "x" * 51])
def test_a_name_that_is_no_parameters_is_refused(name):
    with pytest.raises(RecruitmentError) as refused:
        generic.checked(settings={"parameter": name})
    assert refused.value.field == "parameter"


def test_sound_settings_are_stored_and_nothing_else():
    given = {"parameter": "pid", "redirect": "https://p.example/?c={code}", "more": "x"}
    assert generic.checked(settings=given) == {"parameter": "pid", "redirect": "https://p.example/?c={code}"}


def test_the_address_to_paste_ends_where_the_id_begins():
    (url,) = generic.to_paste(entry="https://h.org/s/x/from/panel/", settings={"parameter": "pid"})
    assert url.text == "https://h.org/s/x/from/panel/?pid="
