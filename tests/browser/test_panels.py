"""Panels in a real browser: the desk's page for them, what people see, and Mechanical Turk's frame."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.browser.accessible import is_accessible, is_for_everyone
from tests.browser.annotator import Person, make_studies
from tests.live_server import LiveServer
from tests.panel_server import PanelServer

PASSWORD = "long-enough-for-a-test"
# The server of the tests is on the loopback network, into which a browser lets no public page look.
FRAMING = ["local-network-access"]
CODES = {"DONE2026": "completed", "BACK2026": "returned"}


@pytest.fixture(scope="module")
def offered(server: LiveServer) -> dict[str, Any]:
    """A study of two pictures a person, offered through every panel, and a researcher."""
    printed = server.ask(
        f"""
import json
from django.contrib.auth.models import User
from django.utils import timezone
from labelling.panels import Arrival, panels
from labelling.services.annotators import record_consent
from labelling.services.recruitment import Offer, join_from_panel, offer_study
from tests.factories import make_pictured_study, make_study
now = timezone.now()
User.objects.create_superuser("researcher", password={PASSWORD!r})
study = make_pictured_study(now=now, slug="offered", title="Name the clothes", labels_per_annotator=2)
for panel in panels():
    if panel.identifies:
        settings = {{"parameter": "who", "redirect": "https://panel.example/back?c={{code}}"}}
        given = Offer("DONE2026", "NOTIN2026", "LATE2026", "BACK2026", settings=settings)
        offer_study(study=study, panel=panel.name, offer=given, now=now)
full = make_study(now=now, slug="full", title="A full study", dataset=study.dataset)
offer_study(study=full, panel="prolific", offer=Offer(places=40, time_limit_minutes=45), now=now)
taken = make_study(now=now, slug="taken", title="A full study", dataset=study.dataset)
place = offer_study(study=taken, panel="prolific", offer=Offer(places=1), now=now)
somebody, _ = join_from_panel(recruitment=place, arrival=Arrival(participant="0" * 24), now=now)
record_consent(annotator=somebody, now=now)
print(json.dumps({{
    "link": f"{server.base_url}/s/{{study.join_code}}/",
    "taken": f"{server.base_url}/s/{{taken.join_code}}/",
    "desk": full.pk,
}}))
"""
    )
    return json.loads(printed)


@pytest.fixture
def panel(offered: dict[str, Any]) -> Iterator[PanelServer]:
    playing = PanelServer()
    playing.codes = CODES
    yield playing
    playing.close()


def play(context: BrowserContext, panel: PanelServer, hosts: str) -> None:
    """Let the tests' server answer the browser for these hosts."""

    def answer(route: Route) -> None:
        asked = route.request
        here = "/" + asked.url.split("/", 3)[3]
        with httpx.Client(verify=False) as client:
            reply = client.request(asked.method, panel.base_url + here, content=asked.post_data_buffer or b"")
        route.fulfill(status=reply.status_code, body=reply.content, content_type="text/html")

    context.route(hosts, answer)


@pytest.mark.parametrize(("phone", "dark"), [(False, False), (True, True)], ids=["desktop", "phone-dark"])
def test_the_pages_of_people_whom_a_panel_sends_are_accessible(
    open_page, offered, faults, screenshot, phone, dark
):
    faults.allow("status of 40[034]")
    page = open_page(phone=phone, dark=dark)
    pid = ("dark" if dark else "lite") + "0" * 20
    person = Person(page, f"{offered['link']}from/prolific/?PROLIFIC_PID={pid}")

    def look(name: str, page: Page = page) -> None:
        is_for_everyone(page)
        screenshot(page, f"panel-{name}-{'phone' if phone else 'desktop'}")

    page.goto(f"{offered['link']}from/nowhere/")
    look("unknown")
    page.goto(f"{offered['taken']}from/prolific/?PROLIFIC_PID={pid}")
    expect(page.get_by_role("heading", level=1)).to_have_text("All places are taken")
    look("not-wanted")
    task = "workerId=A9&hitId=H&turkSubmitTo=https%3A%2F%2Fwww.mturk.com&assignmentId="
    for name, assignment in (("preview", "ASSIGNMENT_ID_NOT_AVAILABLE"), ("frame", "3Z")):
        page.goto(f"{offered['link']}from/mturk/?{task}{assignment}")
        look(name)
    page.goto(f"{offered['link']}from/prolific/")
    expect(page.get_by_role("heading", level=1)).to_have_text("We cannot tell who you are")
    look("problem")
    person.join()
    other = open_page(phone=phone, dark=dark)
    other.goto(person.link)
    expect(other.get_by_role("heading", level=1)).to_have_text("Welcome back")
    look("welcome-back", other)
    page.goto(f"{offered['link']}pause/")
    page.get_by_role("link", name="Leave for good").click()
    look("leave")
    page.get_by_role("link", name="No, go back").click()
    for _ in range(2):
        person.tap() if phone else person.press()
    back = page.get_by_role("link", name="Back to Prolific")
    expect(back).to_have_attribute("href", "https://app.prolific.com/submissions/complete?cc=DONE2026")
    look("thanks")


def test_somebody_who_leaves_for_good_reads_the_code_for_that(page, offered, screenshot):
    person = Person(page, f"{offered['link']}from/panel/?who=somebody")
    person.join()
    page.goto(f"{offered['link']}leave/")
    page.get_by_role("button", name="Leave for good").click()
    expect(page.get_by_text("BACK2026", exact=True)).to_be_visible()
    is_for_everyone(page)
    screenshot(page, "panel-left")


def test_the_code_waits_for_answers_that_are_still_on_their_way(page, server, faults, screenshot):
    faults.allow("ERR_FAILED")
    person = Person(page, make_studies(server, labels_per_annotator=None)[0])
    person.join()
    person.press()
    page.goto(f"{person.link}pause/")
    person.all_is_saved()
    page.get_by_role("button", name="Go on").click()
    page.route(
        "**/label/", lambda route: route.abort() if route.request.method == "POST" else route.continue_()
    )
    person.press()
    page.goto(f"{person.link}pause/")
    page.get_by_role("button", name="I am done").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
    expect(page.get_by_text("still on the way")).to_be_visible()
    expect(page.locator("#keep")).to_be_hidden()
    page.unroute("**/label/")
    expect(page.locator("#keep")).to_be_visible()
    person.all_is_saved()


def test_mechanical_turks_frame_leads_to_a_tab_and_takes_the_form_at_the_end(
    open_page, offered, panel, faults, screenshot
):
    page = open_page(permissions=FRAMING)
    faults.allow(r"request to another host: https://(worker|www)\.mturk\.com/")
    panel.study = f"{offered['link']}from/mturk/"
    play(page.context, panel, "https://*.mturk.com/**")
    page.goto("https://worker.mturk.com/projects/task?worker=A1")
    frame = page.frame_locator("iframe")
    expect(frame.get_by_text("This is a preview.")).to_be_visible()
    screenshot(page, "panel-preview")

    page.goto("https://worker.mturk.com/projects/task?worker=A1&assignment=3A")
    screenshot(page, "panel-frame")
    with page.context.expect_page() as opened:
        frame.get_by_role("link", name="Open the study").click()
    tab = Person(opened.value, "")
    tab.page.get_by_role("button", name="I agree").click()
    tab.page.get_by_role("button", name="Show me the first picture").click()
    for _ in range(2):
        tab.press()
    expect(tab.page.get_by_text("DONE2026", exact=True)).to_be_visible()

    frame.get_by_role("link", name="I have finished").click()
    screenshot(page, "panel-frame-done")
    frame.get_by_role("button", name="Hand it in").click()
    expect(frame.get_by_text("Thank you: completed.")).to_be_visible()
    assert [each["worker"] for each in panel.ledger.handed_in] == ["A1"]


def test_no_other_site_can_show_the_entry_in_a_frame(open_page, offered, panel, faults):
    page = open_page(permissions=FRAMING)
    faults.allow(r"frame-ancestors|request to another host: https://other\.example/")
    panel.study = f"{offered['link']}from/mturk/"
    play(page.context, panel, "https://other.example/**")
    page.goto("https://other.example/projects/task?worker=A2&assignment=3B")
    expect(page.frame_locator("iframe").get_by_text("Open the study")).not_to_be_attached()
    assert any("frame-ancestors" in fault for fault in faults.seen)


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_the_desks_page_for_recruiting_is_accessible(open_page, server, offered, screenshot, phone):
    # axe puts a style of its own into the page; the policy of our own pages is tested elsewhere.
    allowed = ["clipboard-read", "clipboard-write"]
    page = open_page(phone=phone, permissions=allowed, bypass_csp=True)
    page.goto(f"{server.base_url}/admin/login/?next=/admin/labelling/study/{offered['desk']}/recruit/")
    page.get_by_label("Name").fill("researcher")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Prolific")).to_be_visible()
    is_accessible(page)
    page.locator("#prolific summary" if phone else "#panel summary").click()
    is_accessible(page)
    screenshot(page, f"researcher-recruit-{'phone' if phone else 'desktop'}")
    page.get_by_role("button", name="Copy Study URL").click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "/from/prolific/?PROLIFIC_PID={{%PROLIFIC_PID%}}&STUDY_ID=" in copied


def test_a_researcher_offers_a_study_and_is_told_what_cannot_be(
    open_page, server, offered, faults, screenshot
):
    faults.allow("status of 400")
    page = open_page(bypass_csp=True)
    page.goto(f"{server.base_url}/admin/login/?next=/admin/labelling/study/{offered['desk']}/recruit/")
    page.get_by_label("Name").fill("researcher")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    card = page.get_by_role("region", name="Another panel")
    card.locator("summary").click()
    card.get_by_label("Address to go back to").fill("http://panel.example/")
    card.get_by_role("button", name="Offer the study").click()
    expect(card.get_by_text("must begin with https://")).to_be_visible()
    is_accessible(page)
    screenshot(page, "researcher-recruit-problem")
    card.get_by_label("Address to go back to").fill("https://panel.example/?c={code}")
    card.get_by_role("button", name="Offer the study").click()
    expect(page.get_by_text("The study is offered through Another panel.")).to_be_visible()
    address = card.get_by_label("Address, to be followed by the id").input_value()
    assert address.endswith("/from/panel/?participant=")
