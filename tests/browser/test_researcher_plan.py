"""The researcher plans a study step by step, and holds its protocol against another's."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessible import PAINTED, STICKS_OUT, is_accessible
from tests.browser.test_researcher import PASSWORD, TABLET, sign_in
from tests.live_server import LiveServer

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 800}


@pytest.fixture(scope="module")
def desk(server: LiveServer) -> LiveServer:
    """A server with an administrator, two datasets, and a pilot that six people have completed."""
    server.run_python(
        f"""
from django.contrib.auth.models import User
from django.utils import timezone
from labelling.services.datasets import import_source
from tests.factories import label_everything, make_draft, make_study, picture_source
now = timezone.now()
User.objects.create_superuser("researcher", password={PASSWORD!r})
import_source(source=picture_source(size=30, name="hats", title="Hats", names=("Cap", "Hood")), now=now)
dataset = import_source(source=picture_source(size=400, name="pictures", title="Pictures"), now=now)
pilot = make_study(
    dataset=dataset, slug="pilot", title="A pilot", labels_per_annotator=6, sample_size=12, now=now
)
make_draft(dataset=dataset, slug="draft", title="A draft to change", now=now)
for number in range(6):
    label_everything(study=pilot, annotators=1, category=number % 3, now=now)
"""
    )
    return server


def go_to(page: Page, step: str) -> None:
    page.get_by_role("navigation", name="Steps of the plan").get_by_role("button", name=step).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Plan: {step}")


def figure(page: Page, title: str):
    told = page.get_by_role("complementary", name="The planner").locator("details")
    return told.filter(has=page.get_by_text(title, exact=True)).locator("strong")


def looked_at(page: Page, screenshot, name: str) -> None:
    """Check the page on a desktop, on a tablet and, in the dark, on a phone; take the desktop's picture."""
    is_accessible(page)
    screenshot(page, f"researcher-plan-{name}")
    page.set_viewport_size(TABLET)
    assert page.evaluate(STICKS_OUT) <= 0
    page.set_viewport_size(PHONE)
    page.emulate_media(color_scheme="dark")
    page.evaluate(PAINTED)
    is_accessible(page)
    page.set_viewport_size(DESKTOP)
    page.emulate_media(color_scheme="light")


def test_a_study_is_planned_step_by_step_and_nothing_typed_is_lost(page, desk, screenshot, faults):
    faults.allow("status of 400")  # a form that is shown again with its error
    sign_in(page, desk)
    page.get_by_role("link", name="Plan a study").click()
    expect(page.get_by_role("radio", name=re.compile("Pictures"))).to_be_checked()
    looked_at(page, screenshot, "dataset")
    page.get_by_label("Title").fill("Planned with care")
    page.get_by_label("Title").press("Enter")

    expect(page.get_by_label("Sample size")).to_have_value("400")
    page.get_by_label("Sample size").fill("100")
    expect(figure(page, "Interval of the accuracy")).to_have_text("± 7.2 points")
    page.get_by_label("Sample size").fill("401")
    expect(page.get_by_text("less than or equal to 400")).to_be_visible()
    page.get_by_role("button", name="Save and go on").last.click()
    expect(page.get_by_text("A sample of 401 cannot be drawn from 400 items").first).to_be_visible()
    expect(page.get_by_label("Sample size")).to_have_value("401")
    page.get_by_label("Sample size").fill("100")
    page.get_by_label("Pilot").select_option("A pilot")
    expect(figure(page, "With other annotators, too")).to_have_text(re.compile("points"), timeout=30_000)
    looked_at(page, screenshot, "sample")

    go_to(page, "Protocol")
    is_accessible(page)
    page.get_by_label("Labels per image").fill("5")
    go_to(page, "Sample")
    expect(page.get_by_label("Sample size")).to_have_value("100")
    expect(page.get_by_label("Pilot")).to_have_value(re.compile(r"\d"))
    go_to(page, "Texts")
    page.get_by_label("Contact").fill("lab@example.org")
    is_accessible(page)
    page.get_by_role("button", name="Save and go on").last.click()
    page.get_by_label("Annotators you expect").fill("4")
    expect(page.get_by_text("Each image wants labels by 5 different people")).to_be_visible(timeout=30_000)
    page.get_by_role("button", name="Save and go back").click()
    expect(page.get_by_text("Expect 5 or more").first).to_be_visible()
    page.get_by_label("Annotators you expect").fill("12")
    page.get_by_label("Panel:", exact=True).select_option("Prolific")
    page.get_by_label("Places").fill("12")
    page.get_by_label("Pay for an hour").fill("5")
    expect(page.get_by_text("is below the minimum wage of 8.00")).to_be_visible()
    looked_at(page, screenshot, "panel")
    go_to(page, "Summary")

    expect(page.get_by_text("100 of the 400 images")).to_be_visible()
    expect(page.get_by_text("5 different people label each image: 500 labels.")).to_be_visible()
    expect(page.get_by_text("People come through Prolific (12 places)")).to_be_visible()
    looked_at(page, screenshot, "summary")
    page.get_by_role("link", name="Protocol", exact=True).click()
    page.get_by_label("Compare with").select_option("A pilot (pilot)")
    page.get_by_role("button", name="Compare").click()
    differing = page.get_by_role("table", name="Fields in which the two protocols differ")
    expect(differing.get_by_role("row", name=re.compile("Labels per image"))).to_contain_text("53")
    looked_at(page, screenshot, "difference")


def test_leaving_asks_before_what_is_typed_is_lost_and_the_preview_shows_it(page, desk):
    sign_in(page, desk)
    page.get_by_role("link", name="A draft to change").click()
    page.get_by_role("link", name="Change the plan").click()
    go_to(page, "Texts")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.get_by_label("Contact").fill("lab@example.org")
    page.get_by_role("link", name="Overview").click()
    expect(page.get_by_label("Contact")).to_have_value("lab@example.org")
    assert asked == ["beforeunload"]

    page.get_by_role("button", name="Save and preview what annotators see").click()
    expect(page.get_by_text("PREVIEW.")).to_be_visible()
    expect(page.get_by_text("lab@example.org").first).to_be_visible()
    page.get_by_role("link", name="Change the texts").click()
    page.get_by_role("link", name="Overview").click()
    expect(page.get_by_role("heading", name="This study is a draft")).to_be_visible()
    assert asked == ["beforeunload"]


def test_without_javascript_a_study_is_planned_and_launched(plain_page, desk):
    page = plain_page
    sign_in(page, desk)
    page.get_by_role("link", name="Plan a study").click()
    page.get_by_role("radio", name=re.compile("Hats")).check()
    page.get_by_label("Title").fill("Planned by hand")
    page.get_by_role("button", name="Save and go on").click()
    page.get_by_label("Sample size").fill("12")
    page.get_by_role("button", name="Work it out anew").click()
    expect(figure(page, "Interval of the accuracy")).to_have_text(re.compile(r"^± 1\d\.\d points$"))
    expect(page.get_by_label("Sample size")).to_have_value("12")
    for _ in range(4):
        page.get_by_role("button", name="Save and go on").last.click()

    expect(page.get_by_text("12 of the 30 images")).to_be_visible()
    page.get_by_role("link", name="Launch").click()
    expect(page.get_by_text("Nobody can change it afterwards")).to_be_visible()
    page.get_by_role("button", name="Launch").click()
    expect(page.get_by_text("The study is running.")).to_be_visible()
