"""Long work at the desk through the real server: rehearse, import, make a bundle, and see a job die."""

import os
import re
import signal
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.history import back
from tests.browser.test_researcher import PASSWORD, TABLET, sign_in
from tests.live_server import LiveServer

# By its address: a rehearsal has its title, too.
DRAFT = "/admin/labelling/study/1/dashboard/"


@pytest.fixture(scope="module")
def desk(tmp_path_factory, collected_static) -> Iterator[LiveServer]:
    """A server with an administrator, a draft, and a folder of images in its data folder."""
    var_dir = tmp_path_factory.mktemp("jobs")
    (var_dir / "static").symlink_to(collected_static)
    live = LiveServer(
        var_dir=var_dir,
        database_url=f"sqlite:///{var_dir / 'db.sqlite3'}",
        environment={"DATA_DIR": str(var_dir / "data")},
    )
    live.manage("migrate", "--verbosity", "0")
    live.run_python(
        f"""
from pathlib import Path
import numpy as np
from django.conf import settings
from django.contrib.auth.models import User
from django.utils import timezone
from labelling.services.datasets import import_source
from tests.factories import make_draft, picture_source
folder = settings.DATA_DIR / "shapes"
folder.mkdir(parents=True)
images = np.arange(6 * 16, dtype=np.uint8).reshape(6, 4, 4)
np.savez(folder / "shapes.npz", x_test=images, y_test=np.array([0, 1, 2] * 2, dtype=np.uint8))
User.objects.create_superuser("researcher", password={PASSWORD!r})
source = picture_source(size=40, name="pictures", title="Pictures", drawn=True)
dataset = import_source(source=source, now=timezone.now())
make_draft(dataset=dataset, sample_size=30, slug="draft", title="A draft", now=timezone.now())
"""
    )
    live.start()
    yield live
    live.kill()


def is_done(page: Page) -> None:
    """Wait for the job's page to show by itself that the job is done."""
    expect(page.get_by_role("heading", name="It is done")).to_be_visible(timeout=120_000)


def both_sizes(page: Page) -> None:
    """Check that a page is accessible, and that it does not scroll sideways on a tablet.

    axe would load the stylesheets once more, with an address in one of them that leads nowhere from a page.
    """
    assert Axe().run(page, options={"preload": False}).response["violations"] == []
    before = page.viewport_size
    page.set_viewport_size(TABLET)
    wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wider) <= 0
    page.set_viewport_size(before)


def test_a_draft_is_rehearsed_and_its_report_read(open_page, desk, screenshot, faults):
    page = open_page(bypass_csp=True)
    faults.allow("404")  # the report is one file and has no icon; the browser asks for one
    sign_in(page, desk)
    page.goto(f"{desk.base_url}{DRAFT}")
    page.get_by_role("link", name="Rehearse…", exact=True).click()
    both_sizes(page)
    screenshot(page, "researcher-rehearse")
    page.get_by_role("spinbutton", name="Simulated people").fill("2")
    page.get_by_role("button", name="Rehearse").click()
    expect(page.get_by_text("2 annotators cannot give 90 labels")).to_be_visible()
    page.get_by_role("spinbutton", name="Simulated people").fill("6")
    page.get_by_role("button", name="Rehearse").click()

    expect(page.get_by_role("heading", name="Rehearse with 6 simulated people, seed 1")).to_be_visible()
    is_done(page)
    both_sizes(page)
    # The report is computed while the person waits, some seconds long.
    page.get_by_role("link", name="Look at the report").click(timeout=120_000)
    expect(page.get_by_text("REHEARSAL").first).to_be_visible()
    back(page)
    page.get_by_role("link", name="Open the rehearsal").click()
    expect(page.get_by_text("REHEARSAL.")).to_be_visible()

    page.get_by_role("link", name="Report bundle").click()
    both_sizes(page)
    page.get_by_role("button", name="Make the report bundle").press("Enter")
    expect(page.get_by_text("You can leave this page")).to_be_visible()
    screenshot(page, "researcher-job")
    address = page.url
    page.goto(f"{desk.base_url}/admin/")
    page.goto(address)
    is_done(page)
    with page.expect_download() as bundle:
        page.get_by_role("link", name="Download draft-rehearsal-1.zip").click()
    with zipfile.ZipFile(bundle.value.path()) as archive:
        assert "draft-rehearsal-1/report.json" in archive.namelist()


def test_a_folder_is_imported(open_page, desk, screenshot):
    page = open_page(dark=True, bypass_csp=True)
    sign_in(page, desk)
    page.goto(f"{desk.base_url}/admin/labelling/dataset/")
    page.get_by_role("link", name="Import a dataset").click()
    both_sizes(page)
    screenshot(page, "researcher-import")
    page.get_by_label("The folder shapes").check()
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_text("Give the dataset a short name")).to_be_visible()
    page.get_by_label("Short name").fill("shapes")
    page.get_by_role("button", name="Import").click()
    is_done(page)
    page.get_by_role("link", name="Look at the dataset").click()
    expect(page.locator(".hb-facts", has_text="Images")).to_contain_text("6")


def test_a_job_whose_process_is_killed_is_told_as_failed_and_started_again(open_page, desk):
    page = open_page(bypass_csp=True)
    sign_in(page, desk)
    page.goto(f"{desk.base_url}{DRAFT}")
    page.get_by_role("link", name="Rehearse…", exact=True).click()
    page.get_by_role("spinbutton", name="Simulated people").fill("400")
    page.get_by_role("spinbutton", name="Seed").fill("2")
    page.get_by_role("button", name="Rehearse").click()
    number = int(re.findall(r"/jobs/(\d+)/", page.url)[0])
    os.kill(process_of(number), signal.SIGKILL)

    expect(page.get_by_role("heading", name="It failed")).to_be_visible()
    expect(page.get_by_text("Its process ended before the work was done")).to_be_visible()
    assert Axe().run(page, options={"preload": False}).response["violations"] == []
    page.get_by_role("button", name="Start it again").click()
    expect(page.get_by_text("You can leave this page")).to_be_visible()
    assert int(re.findall(r"/jobs/(\d+)/", page.url)[0]) == number + 1
    os.kill(process_of(number + 1), signal.SIGTERM)
    expect(page.get_by_role("heading", name="It failed")).to_be_visible()


def process_of(job: int) -> int:
    """Return the number of the process that works a job, as the system lists it."""
    wanted = ["work_job", str(job)]
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        for entry in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                command = entry.read_bytes().decode().split("\0")
            except OSError:
                continue  # it has ended meanwhile
            if command[-3:-1] == wanted:
                return int(entry.parent.name)
        time.sleep(0.05)
    raise AssertionError(f"No process works on job {job}.")
