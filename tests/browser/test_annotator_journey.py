"""The annotator's pages one after the other, looked at by axe-core in light and dark, on both sizes."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.annotator import Person, check_all_right, labels, make_studies


@pytest.fixture(scope="module")
def links(server):
    return iter(make_studies(server, 12, labels_per_annotator=3))


@pytest.fixture(scope="module")
def resting(server) -> dict[str, str]:
    """Links of studies that take nobody in, by state."""
    printed = server.run_python(
        """
from django.utils import timezone
from labelling.services.studies import close_study, pause_study
from tests.factories import label_everything, make_dataset, make_draft, make_study
dataset = make_dataset(drawn=True)
now = timezone.now()
made = {name: make_study(dataset=dataset, now=now, slug=name) for name in ("paused", "closed", "complete")}
made["draft"] = make_draft(dataset=dataset, now=now, slug="draft")
pause_study(study=made["paused"], now=now)
close_study(study=made["closed"], reason="enough", now=now)
label_everything(study=made["complete"], now=now)
for name, study in made.items():
    print(name, study.join_code)
"""
    )
    return {
        name: f"{server.base_url}/s/{code}/" for name, code in (line.split() for line in printed.splitlines())
    }


def is_accessible(page: Page) -> None:
    """Check that axe-core finds nothing, that nothing sticks out sideways, and that there is one heading."""
    found = Axe().run(page).response["violations"]
    assert not [(each["id"], [node["target"] for node in each["nodes"]]) for each in found]
    wide, screen = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert wide <= screen
    assert page.locator("h1").count() == 1


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_page_of_the_journey_is_accessible(open_page, links, phone, dark):
    page = open_page(phone=phone, dark=dark)
    link = next(links)
    page.goto(link)
    is_accessible(page)
    page.get_by_role("button", name="I agree").click()
    is_accessible(page)
    page.get_by_role("button", name="Show me the first picture").click()
    is_accessible(page)
    page.get_by_role("link", name="Pause").click()
    is_accessible(page)
    page.get_by_role("button", name="Go on").click()
    person = Person(page, link)
    for _ in range(3):
        person.press()
    page.wait_for_url("**/thanks/")
    is_accessible(page)
    page.get_by_role("link", name="Withdraw").click()
    is_accessible(page)
    page.get_by_role("checkbox", name="Yes, I withdraw").check()
    page.get_by_role("button", name="Withdraw").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You have withdrawn")
    is_accessible(page)


@pytest.mark.parametrize("state", ["draft", "paused", "closed", "complete"])
def test_the_page_of_a_study_that_takes_nobody_in_is_accessible(open_page, resting, faults, state):
    faults.allow("Failed to load resource")
    for options in ({}, {"phone": True, "dark": True}):
        page = open_page(**options)
        page.goto(resting[state])
        expect(page.locator(".watermark")).to_contain_text("DRAWN DATA")
        is_accessible(page)


def test_pages_for_what_went_wrong_are_accessible(server, page, links, faults):
    faults.allow("Failed to load resource")
    link = next(links)
    for address in (
        f"{server.base_url}/nowhere/",
        f"{server.base_url}/s/nosuchcode/",
        f"{link}label/",
        f"{link}back/wrong/",
    ):
        page.goto(address)
        is_accessible(page)


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


def test_without_cookies_the_page_says_what_to_do(server, page, resting, faults):
    faults.allow("Failed to load resource")
    link = make_studies(server)[0]
    page.goto(link)
    page.context.clear_cookies()
    page.get_by_role("button", name="I agree").click()
    expect(page.get_by_role("heading", name="Please try once more")).to_be_visible()
    expect(page.get_by_text(re.compile("blocking cookies"))).to_be_visible()
    is_accessible(page)


def test_the_first_load_of_each_page_is_small(page, links):
    sizes: dict[str, int] = {}

    def note(response) -> None:
        sizes[response.url] = len(response.body())

    page.on("response", note)
    page.goto(next(links))
    assert sum(sizes.values()) < 60_000
    page.get_by_role("button", name="I agree").click()
    page.wait_for_load_state("networkidle")
    assert max(sizes.values()) < 60_000
