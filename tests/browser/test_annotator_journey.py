"""The annotator's pages one after the other, on both sizes: each is accessible, and each can be reached."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessible import is_for_everyone
from tests.browser.annotator import Person, check_all_right, labels, make_studies
from tests.browser.conftest import Screenshooter


@pytest.fixture(scope="module")
def links(server):
    return iter(make_studies(server, 10, labels_per_annotator=3))


@pytest.fixture(scope="module")
def states(server) -> dict[str, str]:
    """Where a browser comes to a page that the journey does not meet, by the page's name."""
    printed = server.ask(
        f"""
import json
from django.test import RequestFactory
from django.template.loader import render_to_string
from django.utils import timezone
from labelling.services.annotators import join_study, record_consent, record_guide_read
from labelling.services.assignment import lease_items
from labelling.services.studies import close_study, pause_study
from tests.factories import answer, label_everything, make_annotator, make_draft, make_study
from tests.factories import picture_source
from labelling.services.datasets import import_source
now = timezone.now()
dataset = import_source(source=picture_source(size=20, drawn=True), now=now)
def study(name, make=make_study, **fields):
    return make(dataset=dataset, now=now, slug=f"state-{{name}}", guide_examples=0, **fields)
def link(study, secret=""):
    return f"{server.base_url}/s/{{study.join_code}}/" + (f"back/{{secret}}/" if secret else "")
def somebody(study, answered=0):
    annotator, secret = join_study(study=study, now=now)
    record_consent(annotator=annotator, now=now)
    record_guide_read(annotator=annotator, now=now)
    for _ in range(answered):
        [assignment] = lease_items(annotator=annotator, count=1, now=now)
        answer(assignment=assignment, now=now)
    return link(study, secret)
states = {{"draft": link(study("draft", make=make_draft))}}
paused, closed, complete = study("paused"), study("closed"), study("complete")
quota, endless = study("quota", labels_per_annotator=5), study("endless")
states["go-on"], states["go-on-endless"] = somebody(quota, 2), somebody(endless, 2)
states["paused"], states["closed"] = somebody(paused, 1), somebody(closed, 1)
pause_study(study=paused, now=now)
close_study(study=closed, reason="enough", now=now)
label_everything(study=complete, now=now)
states["complete"] = link(complete)
last = study("last", sample_size=1, redundancy=2, labels_per_annotator=3)
states["nothing-left"], states["wait"] = somebody(last, 1), somebody(last)
lease_items(annotator=make_annotator(study=last, now=now), count=1, now=now)
request = RequestFactory().post("/s/code/label/", {{"category": "3"}})
given = {{"study": quota, "sent": [("category", "3")]}}
page = render_to_string("annotator/unavailable.html", given, request)
print(json.dumps([states, page]))
"""
    )
    found, unavailable = json.loads(printed)
    return {**found, "unavailable": unavailable}


@dataclass(frozen=True)
class Look:
    """A page; calling this checks it as it stands, and takes its picture."""

    page: Page
    size: str
    screenshot: Screenshooter

    def __call__(self, name: str) -> Path:
        is_for_everyone(self.page)
        return self.screenshot(self.page, f"journey-{name}-{self.size}")


@pytest.fixture(params=["desktop", "phone"])
def look(request, open_page, screenshot) -> Look:
    phone = request.param == "phone"
    return Look(open_page(phone=phone, dark=phone), request.param, screenshot)


def test_every_page_of_the_journey_is_accessible(look, links):
    page, link = look.page, next(links)
    Person(page, link).join()
    look("label")
    page.get_by_role("link", name="Pause").click()
    look("pause")
    page.get_by_role("button", name="Go on").click()
    person = Person(page, link)
    for _ in range(3):
        person.press()
    page.wait_for_url("**/thanks/")
    look("thanks")
    page.get_by_role("link", name="Withdraw").click()
    look("withdraw")
    page.get_by_role("checkbox", name="Yes, I withdraw").check()
    page.get_by_role("button", name="Withdraw").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You have withdrawn")
    look("withdrawn")


HEADINGS = {
    "draft": "This study has not started yet",
    "paused": "This study is taking a break",
    "closed": "This study has been closed",
    "complete": "This study is complete",
    "go-on": "Welcome back",
    "go-on-endless": "Welcome back",
    "wait": "Nothing for you right now",
    "nothing-left": "Nothing is left for you",
}


def test_every_page_without_a_picture_is_accessible(look, states, faults):
    faults.allow("Failed to load resource")
    for name, heading in HEADINGS.items():
        look.page.context.clear_cookies()
        look.page.goto(states[name])
        expect(look.page.get_by_role("heading", level=1)).to_have_text(heading)
        expect(look.page.locator(".watermark")).to_contain_text("DRAWN DATA")
        look(name)


def test_every_page_for_what_went_wrong_is_accessible(server, look, links, states, faults):
    faults.allow("Failed to load resource")
    page, link = look.page, next(links)
    for name, address in (
        ("no-page", f"{server.base_url}/nowhere/"),
        ("no-study", f"{server.base_url}/s/nosuchcode/"),
        ("no-cookie", f"{link}label/"),
        ("no-such-person", f"{link}back/wrong/"),
    ):
        page.goto(address)
        look(name)
    # What is shown while the database is out of order.
    page.route(f"{link}label/", lambda route: route.fulfill(status=503, body=states["unavailable"]))
    page.goto(f"{link}label/")
    expect(page.get_by_role("button", name="Send it again")).to_be_visible()
    look("unavailable")
    # Without cookies a form comes back without its mark.
    page.goto(link)
    page.context.clear_cookies()
    page.get_by_role("button", name="I agree").click()
    expect(page.get_by_text(re.compile("blocking cookies"))).to_be_visible()
    look("no-mark")


def test_the_whole_way_needs_nothing_but_the_keyboard(server, page, links):
    link = next(links)
    page.goto(link)

    def tab_to(name: str) -> None:
        for _ in range(20):
            page.keyboard.press("Tab")
            if name in (page.evaluate("document.activeElement.textContent") or ""):
                return
        raise AssertionError(f"the Tab key never reaches {name!r}")

    for name in ("I agree", "Show me the first picture"):
        tab_to(name)
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        with page.expect_navigation():
            page.keyboard.press("Enter")
    person = Person(page, link)
    for _ in range(3):
        person.press()
    page.wait_for_url("**/thanks/")
    check_all_right(labels(server, link), count=3)


def test_somebody_pauses_and_comes_back_by_the_personal_link_in_another_browser(
    server, page, open_page, links
):
    link = next(links)
    person = Person(page, link)
    person.join()
    person.press()
    person.all_is_saved()
    page.get_by_role("link", name="Pause").click()
    personal = (page.text_content("#keep") or "").strip()
    other = Person(open_page(phone=True), link)
    other.page.goto(personal)
    assert other.page.url == f"{link}label/"
    other.has_answered(1)
    other.tap()
    other.tap()
    other.page.wait_for_url("**/thanks/")
    check_all_right(labels(server, link), count=3)
    # The first browser is where the second one is.
    page.goto(link)
    assert page.text_content("#keep") == other.page.text_content("#keep")


def test_the_copy_button_copies_the_personal_link(open_page, links):
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    person = Person(page, next(links))
    person.join()
    page.get_by_role("link", name="Pause").click()
    page.get_by_role("button", name="Copy the link").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == (page.text_content("#keep") or "").strip()
