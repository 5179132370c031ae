"""Whole ways from a panel to a study and back, over HTTP: the real server, and one that plays the panels."""

import html
import json
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.live_server import LiveServer
from tests.panel_server import PanelServer, person

CODES = {"DONE": "completed", "SCREENED": "screened out", "LATE": "timed out", "BACK": "returned"}
QUOTA = 3
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


@pytest.fixture(scope="module")
def addresses(server: LiveServer) -> dict[str, str]:
    """Offer a study through every panel; return what the desk gives to paste into each, by its name."""
    printed = server.run_python(
        f"""
import json
from django.utils import timezone
from labelling.panels import panels
from labelling.services.recruitment import Offer, offer_study
from tests.factories import make_pictured_study
study = make_pictured_study(now=timezone.now(), slug="offered", labels_per_annotator={QUOTA})
redirect = "https://panel.example/back?who={{participant}}&code={{code}}"
addresses = {{"study": f"{server.base_url}/s/{{study.join_code}}/"}}
for panel in panels():
    if panel.identifies:
        settings = {{"parameter": "who", "redirect": redirect}} if panel.settings else {{}}
        given = Offer("DONE", "SCREENED", "LATE", "BACK", time_limit_minutes=30, settings=settings)
        offer = offer_study(study=study, panel=panel.name, offer=given, now=timezone.now())
        entry = f"{server.base_url}/s/{{study.join_code}}/from/{{panel.name}}/"
        addresses[panel.name] = panel.to_paste(entry=entry, settings=offer.settings)[0].text
print(json.dumps(addresses))
"""
    )
    return json.loads(printed)


@pytest.fixture
def panel() -> Iterator[PanelServer]:
    playing = PanelServer()
    playing.codes = CODES
    yield playing
    playing.close()


class Person:
    """Somebody with a browser, who reads what is on the page and sends what stands in its forms."""

    def __init__(self, panel: PanelServer, addresses: dict[str, str]) -> None:
        self.browser = person(panel, addresses["study"])
        self.study = addresses["study"]
        self.page: httpx.Response = httpx.Response(0)
        self.seen: list[str] = []

    def open(self, address: str) -> "Person":
        self.page = self.browser.get(address)
        self.seen.append(self.page.text)
        return self

    def press(self, address: str = "", **fields: str) -> "Person":
        mark = _TOKEN.search(self.page.text)
        assert mark, self.page.text
        data = {"csrfmiddlewaretoken": mark[1], **fields}
        self.page = self.browser.post(address or self.page.url, data=data)
        self.seen.append(self.page.text)
        return self

    def label(self, count: int) -> "Person":
        """Answer so many pictures as the page's script does."""
        mark = _TOKEN.search(self.page.text)
        assert mark, self.page.text
        headers = {"X-CSRFToken": mark[1], "Content-Type": "application/json"}
        leased = self.browser.post("lease/", headers=headers, json={"count": count}).json()["assignments"]
        for number, picture in enumerate(leased[:count]):
            answer = {
                "assignment": picture["assignment"],
                "category": number,
                "submission_key": picture["assignment"],
            }
            assert self.browser.post("label/", headers=headers, json=answer).json()["saved"]
        return self

    def follow(self) -> "Person":
        """Press the button that leads back to the panel."""
        found = re.search(
            r'<a class="button button--primary" href="([^"]+)" rel="noreferrer"', self.page.text
        )
        assert found, self.page.text
        self.page = self.browser.get(html.unescape(found[1]))
        return self

    def hand_in(self) -> "Person":
        """Send the form that goes to the panel, with what stands in it and nothing else."""
        form = re.search(
            r'<form method="post" action="(https://[^"]+)"[^>]*>(.*?)</form>', self.page.text, re.DOTALL
        )
        assert form, self.page.text
        fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form[2]))
        self.page = self.browser.post(form[1], data=fields)
        return self

    def joins(self, address: str) -> "Person":
        return self.open(address).press(agree="yes").press(self.study + "start/")


@pytest.fixture
def people(panel: PanelServer, addresses: dict[str, str]) -> Iterator[Callable[[], Person]]:
    """Make somebody with a browser of their own."""
    made: list[Person] = []

    def make() -> Person:
        made.append(Person(panel, addresses))
        return made[-1]

    yield make
    for each in made:
        each.browser.close()


@pytest.fixture
def someone(people: Callable[[], Person]) -> Person:
    return people()


def test_prolific_gets_its_people_back_with_the_completion_code(someone, panel, addresses):
    panel.study = addresses["prolific"]
    someone.joins(panel.prolific_link("a1" * 12)).label(QUOTA)
    assert not any("DONE" in page for page in someone.seen)
    someone.open("label/").press("finish/").follow()
    assert someone.page.text.endswith("Thank you: completed.</p>")
    assert panel.ledger.handed_in == [{"cc": "DONE", "ending": "completed"}]


def test_somebody_of_prolific_goes_on_with_another_device_and_is_one_annotator(people, panel, addresses):
    panel.study = addresses["prolific"]
    link = panel.prolific_link("b2" * 12)
    phone, laptop = people(), people()
    phone.joins(link).label(1)
    laptop.open(link)
    assert "Welcome back" in laptop.page.text
    laptop.press().label(QUOTA - 1).open("label/").press("finish/").follow()
    assert panel.ledger.handed_in[-1]["ending"] == "completed"
    assert f"You named {QUOTA} pictures" in phone.open("thanks/").page.text


def test_somebody_who_leaves_early_is_returned(someone, panel, addresses):
    panel.study = addresses["prolific"]
    someone.joins(panel.prolific_link("c3" * 12)).label(1).open("leave/").press().follow()
    assert panel.ledger.handed_in == [{"cc": "BACK", "ending": "returned"}]


def test_somebody_whose_time_is_over_is_timed_out(someone, panel, addresses, server):
    panel.study = addresses["prolific"]
    someone.joins(panel.prolific_link("d4" * 12))
    server.run_python(
        "from datetime import timedelta\nfrom django.db.models import F\n"
        "from labelling.models import Annotator\n"
        f"them = Annotator.objects.filter(panel_participant__participant='{'d4' * 12}')\n"
        "them.update(joined_at=F('joined_at') - timedelta(minutes=31))"
    )
    someone.open("label/").follow()
    assert panel.ledger.handed_in == [{"cc": "LATE", "ending": "timed out"}]


def test_eight_requests_of_one_person_at_once_make_one_annotator(people, panel, addresses):
    panel.study = addresses["prolific"]
    link = panel.prolific_link("e5" * 12)
    tabs = [people().open(link) for _ in range(8)]
    with ThreadPoolExecutor(8) as together:
        pages = list(together.map(lambda tab: tab.press(agree="yes").page, tabs))
    assert {page.status_code for page in pages} == {200}
    assert len({tab.browser.cookies["annotator"] for tab in tabs}) == 1


def test_mechanical_turk_shows_a_preview_then_a_tab_and_takes_the_form(someone, panel, addresses):
    panel.study = addresses["mturk"]
    assert "This is a preview" in someone.open(panel.mturk_link("A1WORKER")).page.text
    frame = panel.mturk_link("A1WORKER", "3ASSIGNMENT1")
    someone.open(frame)
    tab = re.search(r'target="_blank" rel="noopener" href="([^"]+)"', someone.page.text)
    assert tab
    someone.joins(someone.study + html.unescape(tab[1]).partition(f"{someone.study[-13:]}")[2])
    someone.label(QUOTA)
    assert not any("DONE" in page for page in someone.seen)
    someone.open("label/").press("finish/").open(frame).hand_in()
    assert someone.page.status_code == 200
    handed_in = {"assignmentId": "3ASSIGNMENT1", "outcome": "completed", "code": "DONE"}
    assert panel.ledger.handed_in == [handed_in | {"worker": "A1WORKER", "ending": "completed"}]


def test_the_tab_hands_in_at_mechanical_turk_too_and_only_once(someone, panel, addresses):
    panel.study = addresses["mturk"]
    address = panel.mturk_link("A2WORKER", "3ASSIGNMENT2").replace("/from/mturk/", "/from/mturk/tab/")
    someone.joins(address).label(QUOTA).open("label/").press("finish/").hand_in()
    assert panel.ledger.handed_in[0]["worker"] == "A2WORKER"
    assert someone.open("thanks/").hand_in().page.status_code == 400


def test_any_other_panel_gets_its_people_back_by_its_own_address(someone, panel, addresses):
    someone.joins(addresses["panel"] + "p-7").label(QUOTA).open("label/").press("finish/").follow()
    assert panel.ledger.handed_in == [{"who": "p-7", "code": "DONE", "ending": "completed"}]


def test_a_code_that_the_panel_does_not_know_is_refused_by_it(someone, panel, addresses):
    panel.codes = {"OTHER": "completed"}
    someone.joins(addresses["panel"] + "p-8").label(QUOTA).open("label/").press("finish/").follow()
    assert (someone.page.status_code, panel.ledger.refused) == (400, ["DONE"])


def test_no_id_and_no_code_is_in_the_log(someone, panel, addresses, server):
    panel.study = addresses["prolific"]
    pid, session = "cana" * 6, "ry00" * 6
    someone.joins(panel.prolific_link(pid, session)).label(QUOTA).open("label/").press("finish/")
    someone.open(panel.prolific_link("not an id of prolific " + pid))
    assert not [word for word in (pid, session, "DONE", "BACK") if word in server.log]
