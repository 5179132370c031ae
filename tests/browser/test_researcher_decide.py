"""The researcher decides: unseals the accuracy, extends tied images, and reads in the record who did so."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessible import is_accessible
from tests.live_server import LiveServer

PASSWORD = "long-enough-for-a-test"
SIZES = {"tablet": {"width": 820, "height": 1180}, "phone": {"width": 390, "height": 844}}


@pytest.fixture(scope="module")
def desk(server: LiveServer) -> LiveServer:
    """A server with an administrator, a running study that is sealed, and one that ended in ties."""
    server.run_python(
        f"""
from django.contrib.auth.models import User
from tests.factories import at, label_everything, make_annotator, make_dataset, make_study
from tests.labelling.extended_study import make_tied_study
from labelling.services.exclusions import exclude_annotator
User.objects.create_superuser("maria", password={PASSWORD!r})
sealed = make_study(slug="sealed", title="What is in these pictures?")
label_everything(study=sealed, annotators=2)
out = sealed.annotators.first()
exclude_annotator(annotator=out, reason="Answered within 200 ms.", by="maria", now=at(300))
make_tied_study(dataset=make_dataset(), slug="tied", title="Shapes and their names")
"""
    )
    return server


@pytest.fixture
def page(open_page) -> Page:
    """A desktop; axe puts a style of its own into pages, which their policy would refuse."""
    return open_page(bypass_csp=True)


def sign_in(page: Page, desk: LiveServer) -> None:
    page.goto(f"{desk.base_url}/admin/login/?next=/admin/labelling/study/")
    page.get_by_label("Name").fill("maria")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def shown_in_every_size(page: Page, screenshot, name: str) -> None:
    """Check the page on a desk, a tablet and a phone, and keep a picture of each."""
    is_accessible(page)
    screenshot(page, name)
    wide = page.viewport_size
    for size, viewport in SIZES.items():
        page.set_viewport_size(viewport)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), size
        screenshot(page, f"{name}-{size}")
    page.set_viewport_size(wide)


def test_the_accuracy_is_unsealed_with_a_reason_and_the_record_tells_who_did_it(page, desk, screenshot):
    sign_in(page, desk)
    page.get_by_role("link", name="What is in these pictures?").click()
    page.get_by_role("link", name="Unseal the accuracy…").click()
    screenshot(page, "researcher-unseal")

    page.get_by_role("button", name="Unseal the accuracy").click()
    expect(page.get_by_text("Write why the accuracy must be seen before the end")).to_be_visible()
    page.get_by_label("Reason").fill("A reviewer asks for the accuracy of the pilot.")
    page.get_by_role("button", name="Unseal the accuracy").click()
    expect(page.get_by_text("The accuracy is unsealed.")).to_be_visible()

    page.get_by_role("link", name="Record", exact=True).click()
    row = page.get_by_role("row").filter(has_text="Accuracy unsealed")
    expect(row).to_contain_text("At 6 of 18 labels. The reason given: A reviewer asks")
    expect(row).to_contain_text("maria (researcher ")
    shown_in_every_size(page, screenshot, "researcher-record")
    with page.expect_download() as events:
        page.get_by_role("link", name="Download events.jsonl").click()
    assert b"maria" not in events.value.path().read_bytes()
    page.get_by_role("button", name="Check every chain").click()
    expect(page.get_by_text("Every chain holds, and the tables agree with it.")).to_be_visible(timeout=30_000)


def test_tied_images_are_extended_once(page, desk, screenshot):
    sign_in(page, desk)
    page.get_by_role("link", name="Shapes and their names").click()
    page.get_by_role("link", name="Extend tied images…").click()
    expect(page.get_by_text("2 of 4 images ended in a tie.")).to_be_visible()
    shown_in_every_size(page, screenshot, "researcher-extend")

    page.get_by_role("button", name="Extend tied images").click()

    expect(page.get_by_text("The tied images are given out again.")).to_be_visible()
    expect(page.get_by_role("link", name="Extend tied images…")).to_have_count(0)
