"""The way in by a real browser: age, screening, guide, practice; each size and colour, with axe-core."""

import base64
import io

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.accessible import is_for_everyone
from tests.browser.annotator import make_studies
from tests.browser.history import back

SCREENING = [
    {
        "question": "How well do you know clothes and fashion?",
        "options": ["Not at all", "A little", "Fairly well", "Well", "Very well"],
        "admits": [0, 1],
    },
    {"question": "Do you look at a screen of your own right now?", "options": ["Yes", "No"], "admits": [0]},
]


@pytest.fixture(scope="module")
def link(server) -> str:
    """A study that asks for all of it, of drawn pictures; everybody here is somebody else in it."""
    return make_studies(
        server,
        minimum_age=18,
        screening=SCREENING,
        practice_items=3,
        practice_pass=2,
        guide_examples=3,
        sample_size=20,
        consent_text="You are invited.\n\n## What is stored\n\n- your choices\n- **no** name",
    )[0]


def seen(page: Page) -> int:
    """Return the category of the picture on the screen, which its first pixel tells a test."""
    source = page.get_attribute(".frame img", "src") or ""
    return int(Image.open(io.BytesIO(base64.b64decode(source.partition("base64,")[2]))).getpixel((0, 0)))


def consent(page: Page, link: str) -> None:
    page.goto(link)
    page.get_by_role("checkbox", name="I am 18 years old or older.").check()
    page.get_by_role("button", name="I agree").click()


def choose(page: Page, *options: str) -> None:
    for option in options:
        page.get_by_role("radio", name=option, exact=True).check()
        page.get_by_role("button", name="Continue").click()


def name_pictures(page: Page, *, rightly: int) -> None:
    """Answer the three pictures of a try with the buttons, so many of them rightly."""
    for place in range(3):
        page.locator(".choice").nth((seen(page) + (place >= rightly)) % 10).click()
        page.locator("[data-next]").click()


@pytest.mark.parametrize(("phone", "dark"), [(False, False), (True, True)], ids=["desktop", "dark-phone"])
def test_every_page_of_the_way_in_is_accessible(open_page, link, screenshot, phone, dark):
    page = open_page(phone=phone, dark=dark)

    def look(name: str) -> None:
        is_for_everyone(page)
        screenshot(page, f"entry-{name}-{'phone' if phone else 'desktop'}")

    page.goto(link)
    look("welcome")
    consent(page, link)
    look("question")
    choose(page, "A little")
    look("second-question")
    choose(page, "Yes")
    look("guide")
    page.get_by_role("button", name="Practise first").click()
    look("practice")
    page.locator(".choice").nth(seen(page)).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Yes")
    look("right")
    page.get_by_role("link", name="Next picture").click()
    page.locator(".choice").nth((seen(page) + 1) % 10).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Not quite")
    look("wrong")
    page.get_by_role("link", name="Next picture").click()
    page.locator(".choice").nth((seen(page) + 1) % 10).click()
    page.get_by_role("link", name="How did I do?").click()
    expect(page.get_by_text("You named 1 of 3")).to_be_visible()
    look("once-more")
    page.get_by_role("link", name="Try again").click()
    name_pictures(page, rightly=2)
    expect(page.get_by_role("heading", level=1)).to_have_text("You are ready")
    look("ready")
    page.get_by_role("button", name="Show me the first picture").click()
    expect(page).to_have_url(f"{link}label/")


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_whoever_is_not_admitted_reads_so_and_cannot_answer_anew(open_page, link, screenshot, phone):
    page = open_page(phone=phone, dark=phone)
    consent(page, link)
    choose(page, "Very well", "Yes")
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you for your interest")
    is_for_everyone(page)
    screenshot(page, f"entry-turned-away-{'phone' if phone else 'desktop'}")
    back(page)
    expect(page).to_have_url(f"{link}turned-away/")
    page.goto(link)
    expect(page).to_have_url(f"{link}turned-away/")


def test_the_back_button_works_from_page_to_page(page, link):
    consent(page, link)
    choose(page, "Very well")
    back(page)
    expect(page.get_by_role("radio", name="Very well")).to_be_checked()
    choose(page, "Not at all", "Yes")
    page.get_by_role("button", name="Practise first").click()
    back(page)
    expect(page.get_by_role("button", name="Back to the practice")).to_be_visible()
    page.go_forward()
    page.locator(".choice").nth(seen(page)).click()
    page.get_by_role("link", name="Next picture").click()
    back(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Yes")
    page.get_by_role("link", name="Next picture").click()
    expect(page.get_by_text("Practice: 2 of 3")).to_be_visible()


def test_without_javascript_the_way_is_the_same(plain_page, link):
    page = plain_page
    consent(page, link)
    choose(page, "Not at all", "Yes")
    page.get_by_role("button", name="Practise first").click()
    name_pictures(page, rightly=3)
    page.get_by_role("button", name="Show me the first picture").click()
    expect(page).to_have_url(f"{link}label/")
    expect(page.locator(".choice")).to_have_count(10)


def test_whoever_fails_twice_is_turned_away(plain_page, link):
    page = plain_page
    consent(page, link)
    choose(page, "Not at all", "Yes")
    page.get_by_role("button", name="Practise first").click()
    name_pictures(page, rightly=0)
    page.get_by_role("link", name="Try again").click()
    name_pictures(page, rightly=1)
    expect(page).to_have_url(f"{link}turned-away/")
    expect(page.get_by_text("no judgement of you")).to_be_visible()


def test_the_way_in_needs_nothing_but_the_keyboard(page, link):
    page.goto(link)
    page.get_by_role("checkbox").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    for _ in SCREENING:
        page.wait_for_url("**/screening/*/")
        page.get_by_role("radio").first.focus()
        page.keyboard.press("Space")
        with page.expect_navigation():
            page.keyboard.press("Enter")
    page.get_by_role("button", name="Practise first").focus()
    page.keyboard.press("Enter")
    for place in (1, 2, 3):
        expect(page.get_by_text(f"Practice: {place} of 3")).to_be_visible()
        page.wait_for_load_state("load")  # a key before it is nobody's
        # The keys of the buttons, then Enter for the next picture.
        page.keyboard.press("1234567890"[seen(page)])
        expect(page.get_by_role("heading", level=1)).to_have_text("Yes")
        with page.expect_navigation():
            page.keyboard.press("Enter")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url == f"{link}label/"
