"""One study from plan to bundle, as one person would do it at the desk, while others label over HTTP."""

import json
import re
import zipfile
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_researcher import PASSWORD, sign_in
from tests.concurrency.http_annotator import HttpAnnotator
from tests.concurrency.test_thirty_annotators import what_the_images_show
from tests.live_server import LiveServer

TITLE = "What laypeople see"
IMAGES, LABELS = 12, 3


@pytest.fixture(scope="module")
def desk(server: LiveServer) -> LiveServer:
    """A server with an administrator and a dataset."""
    server.run_python(
        f"""
from django.contrib.auth.models import User
from django.utils import timezone
from labelling.services.datasets import import_source
from tests.factories import picture_source
User.objects.create_superuser("researcher", password={PASSWORD!r})
import_source(source=picture_source(size=60, name="pictures", title="Pictures"), now=timezone.now())
"""
    )
    return server


@pytest.fixture(scope="module")
def knows(desk: LiveServer) -> dict[str, int]:
    """What each picture shows, by the SHA-256 of its pixels."""
    return what_the_images_show(desk)


@pytest.fixture
def crowd() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(max_workers=LABELS) as threads:
        yield threads


def plan(page: Page) -> None:
    page.get_by_role("link", name="Plan the first study").click()
    page.get_by_label("Title").fill(TITLE)
    page.get_by_role("button", name="Save and go on").last.click()
    page.get_by_label("Sample size").fill(str(IMAGES))
    steps = page.get_by_role("navigation", name="Steps of the plan")
    steps.get_by_role("button", name="Protocol").click()
    expect(page.get_by_label("Labels per image")).to_have_value(str(LABELS))
    steps.get_by_role("button", name="Summary").click()
    expect(page.get_by_text(f"{IMAGES} of the 60 images")).to_be_visible()


def rehearse(page: Page) -> None:
    page.get_by_role("link", name="Rehearse it with simulated people").click()
    page.get_by_label("Simulated people").fill("6")
    page.get_by_role("button", name="Rehearse").click()
    expect(page.get_by_role("heading", name="It is done")).to_be_visible(timeout=120_000)
    page.get_by_role("link", name="Look at the report").click()
    expect(page.get_by_text("REHEARSAL").first).to_be_visible()


def launch(page: Page) -> str:
    """Launch the study and return the address that annotators get."""
    page.get_by_role("link", name="Launch").click()
    page.get_by_role("button", name="Launch").click()
    expect(page.get_by_text("The study is running.")).to_be_visible()
    return page.get_by_role("textbox", name="The annotators' link").input_value()


def decide_about_the_first(page: Page, overview: str, decision: str) -> None:
    """Exclude the first annotator of the table, or take them in again, and go back to the overview."""
    page.get_by_role("link", name="Annotators", exact=True).click()
    page.get_by_role("region", name="Table of annotators").get_by_role("rowheader").get_by_role(
        "link"
    ).first.click()
    page.get_by_role("link", name=decision).click()
    expect(page.get_by_text(f"{IMAGES} labels").first).to_be_visible()
    page.get_by_label("Reason").fill("They told us that a child labelled for them.")
    page.get_by_role("button", name=decision).click()
    page.goto(overview)


def labels(page: Page, count: int) -> None:
    """Wait for the overview to show by itself how many labels count."""
    tile = page.locator(".hb-tiles > div", has=page.get_by_text("Labels", exact=True))
    expect(tile).to_contain_text(f"{count} of {IMAGES * LABELS}", timeout=60_000)


def test_a_study_goes_from_plan_to_bundle(page, desk, knows, crowd):
    def comes(link: str, seed: int) -> "Future[None]":
        person = HttpAnnotator(
            base_url=desk.base_url, link=link.removeprefix(desk.base_url), knows=knows, seed=seed
        )
        return crowd.submit(person.label_until_nothing_is_left, seconds=200)

    sign_in(page, desk)
    plan(page)
    summary = page.url
    rehearse(page)
    page.goto(summary)
    link = launch(page)
    overview = page.url

    people = [comes(link, seed) for seed in range(LABELS - 1)]
    labels(page, IMAGES * (LABELS - 1))
    expect(page.get_by_text("sealed").first).to_be_visible()
    decide_about_the_first(page, overview, "Exclude")
    labels(page, IMAGES * (LABELS - 2))
    decide_about_the_first(page, overview, "Reinstate")
    labels(page, IMAGES * (LABELS - 1))
    people.append(comes(link, LABELS))
    labels(page, IMAGES * LABELS)
    for person in people:
        person.result(timeout=60)

    page.reload()
    expect(page.get_by_text("Complete", exact=True).first).to_be_visible()
    expect(page.get_by_role("heading", name=re.compile("What the labels say"))).to_be_visible()
    page.get_by_role("link", name="Report bundle").click()
    page.get_by_role("button", name="Make the report bundle").click()
    expect(page.get_by_role("heading", name="It is done")).to_be_visible(timeout=120_000)
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile(r"^Download .*\.zip")).click()
    with zipfile.ZipFile(download.value.path()) as archive:
        [name] = [name for name in archive.namelist() if name.endswith("/report.json")]
        report = json.loads(archive.read(name))
        told = archive.read(name.replace(".json", ".html")).decode()
    assert report["counts"]["labels"] == IMAGES * LABELS
    assert report["counts"]["annotators"] == LABELS
    assert "was excluded: the labels stopped counting" in told
    assert "was reinstated" in told
