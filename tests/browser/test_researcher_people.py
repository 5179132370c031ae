"""The researcher looks at annotators and images: whom to exclude, what it would do, what people confuse."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessible import is_accessible
from tests.browser.test_researcher import PASSWORD, open_study, sign_in
from tests.live_server import LiveServer

PHONE = {"width": 390, "height": 844}
# The desk's links fade from one colour to the other.
COLOURED = """new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))
    .then(() => Promise.all(document.getAnimations().map((each) => each.finished)))
    .then(() => null)"""


@pytest.fixture(scope="module")
def desk(server: LiveServer) -> LiveServer:
    """A server with a study that five people label, of whom one never looked, and one that is complete."""
    server.run_python(
        f"""
from django.contrib.auth.models import User
from django.utils import timezone
from fixtures.drawn_garments import draw_garment
from labelling.datasets import SourceItem
from labelling.services.annotators import finish
from labelling.services.datasets import import_source
from tests.factories import make_annotator, make_study, picture_source
from tests.labelling.checked_study import answer_shown, make_checked_study, truth, wrong
now = timezone.now()
User.objects.create_superuser("researcher", password={PASSWORD!r})
rules = [
    {{"rule": "too_fast", "threshold": 300, "exclude": False}},
    {{"rule": "straight_lining", "threshold": 0.5, "exclude": False}},
    {{"rule": "low_agreement", "threshold": 0.3, "exclude": False}},
    {{"rule": "attention_failed", "threshold": 2, "exclude": True}},
]
def read():
    for index in range(80):
        image = draw_garment(category=index % 10, index=index)
        yield SourceItem(index=index, image=image, ground_truth=index % 10)
source = picture_source(name="garments", title="Drawn garments", size=80, read=read, drawn=True)
dataset = import_source(source=source, now=now)
def human(shown):
    position = truth(shown)
    return (position + 2) % 10 if shown.sample_item and shown.sample_item.item.index % 6 == 0 else position
def other(shown):
    position = truth(shown)
    return (position + 3) % 10 if shown.sample_item and shown.sample_item.item.index % 4 == 0 else position
checked = make_checked_study(
    dataset=dataset, slug="checked", title="A study with checks", quality_rules=rules, now=now,
    contact="lab@example.org", labels_per_annotator=None,
)
people = [make_annotator(study=checked, now=now) for _ in range(5)]
for annotator, choose, images in zip(people, (truth, human, wrong, other), (40, 30, 25, 15)):
    answer_shown(annotator, images=images, choose=choose, now=now)
finish(annotator=people[0], now=now)
done = make_study(
    dataset=dataset, slug="complete", title="A complete study", sample_size=40, redundancy=2,
    guide_examples=0, now=now,
)
for choose in (human, other):
    answer_shown(make_annotator(study=done, now=now), images=40, choose=choose, now=now)
"""
    )
    return server


def is_sound(page: Page, name: str, screenshot) -> None:
    """Look at the page on a desktop, and dark on a phone: accessible, and no wider than the screen."""
    is_accessible(page)
    screenshot(page, name)
    size = page.viewport_size
    page.set_viewport_size(PHONE)
    page.emulate_media(color_scheme="dark")
    page.evaluate(COLOURED)
    is_accessible(page)
    assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    screenshot(page, f"{name}-phone")
    page.set_viewport_size(size)
    page.emulate_media(color_scheme="light")


def test_a_flagged_annotator_is_found_looked_at_excluded_and_reinstated(page, desk, faults, screenshot):
    faults.allow("400")  # a form that is shown again with its error
    sign_in(page, desk)
    open_study(page, "A study with checks")
    page.get_by_role("link", name="Annotators", exact=True).click()
    is_sound(page, "researcher-annotators", screenshot)

    page.get_by_label("Flagged by").select_option("attention_failed")
    page.get_by_role("button", name="Show", exact=True).click()
    rows = page.get_by_role("region", name="Table of annotators").get_by_role("rowheader")
    expect(rows).to_have_count(1)
    rows.get_by_role("link").click()
    expect(page.get_by_role("heading", name="Answers in order")).to_be_visible()
    expect(page.get_by_label("Their submission is rejected")).to_contain_text("were not followed")
    is_sound(page, "researcher-annotator", screenshot)

    page.get_by_role("link", name="Exclude").click()
    expect(page.get_by_text("25 labels")).to_be_visible()
    page.get_by_role("button", name="Exclude").click()
    expect(page.get_by_text("Write why. The reason is kept with the decision.")).to_be_visible()
    is_sound(page, "researcher-exclusion", screenshot)
    page.get_by_label("Reason").fill("Failed every attention check.")
    page.get_by_role("button", name="Exclude").click()
    expect(page.get_by_text("The annotator is excluded.")).to_be_visible()
    expect(page.get_by_text("Failed every attention check.").first).to_be_visible()

    page.get_by_role("link", name="Reinstate").click()
    page.get_by_label("Reason").fill("A mistake of ours.")
    page.get_by_role("button", name="Reinstate").click()
    expect(page.get_by_role("link", name="Exclude")).to_be_visible()


def test_a_cell_of_the_matrix_leads_by_keyboard_to_its_images_and_these_to_their_labels(
    page, desk, screenshot
):
    sign_in(page, desk)
    open_study(page, "A complete study")
    page.get_by_role("link", name="Items", exact=True).click()
    is_sound(page, "researcher-items", screenshot)

    page.get_by_role("link", name="The confusion matrix").click()
    is_sound(page, "researcher-confusion", screenshot)
    ties = page.get_by_role("link", name=re.compile("majority no majority")).first
    count = int(ties.inner_text().split()[0])
    ties.focus()
    page.keyboard.press("Enter")
    shots = page.get_by_role("img", name=re.compile("Image .*: tie, ground truth"))
    expect(shots).to_have_count(count)

    shots.first.click()
    expect(page.get_by_role("heading", name="Labels", exact=True)).to_be_visible()
    expect(page.get_by_role("region", name="Table of labels").get_by_role("rowheader")).to_have_count(2)
    is_sound(page, "researcher-item", screenshot)


def test_without_script_the_table_sorts_and_the_gallery_of_a_running_study_tells_no_truth(plain_page, desk):
    page = plain_page
    sign_in(page, desk)
    open_study(page, "A study with checks")
    page.get_by_role("link", name="Annotators", exact=True).click()
    page.get_by_role("link", name="Labels", exact=True).click()
    expect(page.get_by_role("columnheader", name="Labels")).to_have_attribute("aria-sort", "descending")
    page.get_by_role("link", name="Items", exact=True).click()
    expect(page.get_by_role("img", name=re.compile("Image"))).to_have_count(40)
    expect(page.get_by_text("The ground truth is sealed")).to_be_visible()
    expect(page.get_by_label("Ground truth")).to_have_count(0)
