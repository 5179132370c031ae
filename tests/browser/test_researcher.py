"""The researcher at the desk: signs in, plans, launches, watches, closes, downloads."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.accessible import is_accessible
from tests.browser.annotator import SEEN
from tests.live_server import LiveServer

PASSWORD = "long-enough-for-a-test"
TABLET = {"width": 820, "height": 1180}


@pytest.fixture(scope="module")
def desk(server: LiveServer) -> LiveServer:
    """A server with an administrator, a dataset and a running study of which a part is labelled."""
    server.run_python(
        f"""
from django.contrib.auth.models import User
from django.utils import timezone
from labelling.services.datasets import import_source
from tests.factories import answer, make_annotator, make_lease, make_study, picture_source
now = timezone.now()
User.objects.create_superuser("researcher", password={PASSWORD!r})
source = picture_source(size=40, name="pictures", title="Pictures", drawn=True)
dataset = import_source(source=source, now=now)
fields = dict(dataset=dataset, sample_size=10, redundancy=2, accuracy_sealed=False, now=now)
make_study(**fields, slug="to-watch", title="A study to watch")
make_study(**fields, slug="to-close", title="A study to close", rehearsal=True)
from labelling.models import Study
for study in Study.objects.all():
    for count in (10, 4):
        annotator = make_annotator(study=study, now=now)
        for number in range(count):
            answer(assignment=make_lease(annotator=annotator, now=now), category=number % 10, now=now)
"""
    )
    return server


def sign_in(page: Page, desk: LiveServer) -> None:
    page.goto(f"{desk.base_url}/admin/")
    page.get_by_label("Name").fill("researcher")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Studies")).to_be_visible()


def open_study(page: Page, title: str) -> None:
    page.get_by_role("link", name=title, exact=True).click()
    expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible()


def test_the_administrator_signs_in_and_sees_the_progress(page, desk, screenshot):
    sign_in(page, desk)
    row = page.get_by_role("row", name=re.compile("A study to watch"))
    expect(row).to_contain_text("Running")
    expect(row).to_contain_text("14 of 20")
    screenshot(page, "researcher-studies")

    open_study(page, "A study to watch")

    by_labels = page.get_by_role("table", name="Images by the number of their labels")
    assert by_labels.get_by_role("row").all_inner_texts()[1:] == [
        "2\t4\t40.0\N{NO-BREAK SPACE}%",
        "1\t6\t60.0\N{NO-BREAK SPACE}%",
        "0\t0\t0.0\N{NO-BREAK SPACE}%",
    ]
    expect(page.get_by_text("DRAWN DATA.")).to_be_visible()
    screenshot(page, "researcher-study")


def test_numbers_are_marked_interim_while_labels_come_in_and_the_labels_are_downloaded(page, desk):
    sign_in(page, desk)
    open_study(page, "A study to watch")

    expect(page.get_by_text("INTERIM.")).to_be_visible()
    expect(page.get_by_role("table", name="Confusion matrix of the majority votes")).to_be_visible()
    expect(page.get_by_role("table", name="The tie ledger")).to_contain_text("this study's rule")
    with page.expect_download() as labels:
        page.get_by_role("link", name="Download labels.csv").click()
    assert len(labels.value.path().read_text().splitlines()) == 1 + 14


def test_the_annotators_link_is_copied(open_page, desk):
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    sign_in(page, desk)
    open_study(page, "A study to watch")
    link = page.get_by_role("textbox", name="The annotators' link").input_value()

    page.get_by_role("button", name="Copy").click()

    expect(page.get_by_text("Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == link
    assert page.request.get(link).ok


def test_a_machine_is_added_from_a_file_and_compared(page, desk, tmp_path, screenshot):
    sign_in(page, desk)
    open_study(page, "A study to watch")
    page.get_by_role("link", name="Machines", exact=True).click()
    (tmp_path / "net.csv").write_text("item,label\n" + "".join(f"{item},{item % 10}\n" for item in range(39)))
    page.get_by_label("Name").fill("Oracle")
    page.get_by_label("File").set_input_files(tmp_path / "net.csv")
    page.get_by_role("button", name="Add this machine").click()
    expect(page.get_by_text("1 of all 40 items of the dataset have no prediction: '39'")).to_be_visible()

    (tmp_path / "net.csv").write_text("item,label\n" + "".join(f"{item},{item % 10}\n" for item in range(40)))
    page.get_by_label("File").set_input_files(tmp_path / "net.csv")
    page.get_by_role("button", name="Add this machine").click()

    table = page.get_by_role("region", name="People against machines")
    expect(table.get_by_role("row", name=re.compile("Oracle"))).to_contain_text("100.0")
    screenshot(page, "researcher-machines")


def test_the_checklist_is_answered_with_the_keyboard(page, desk):
    sign_in(page, desk)
    open_study(page, "A study to watch")
    page.get_by_role("link", name="Checklist").click()
    page.get_by_label("0.1 Title: Answer").focus()
    page.keyboard.type("On garments")
    page.locator("summary", has_text="1 Design of the baseline").focus()
    page.keyboard.press("Enter")
    page.get_by_label("1.9 Ethics review: Answer").select_option("Yes")
    page.get_by_role("button", name="Save the answers").press("Enter")

    expect(page.get_by_text("Saved: 2 answers changed.")).to_be_visible()
    expect(page.get_by_label("0.1 Title: Answer")).to_have_value("On garments")


def test_a_study_is_paused_resumed_and_closed_with_a_reason(page, desk):
    sign_in(page, desk)
    open_study(page, "A study to close")
    expect(page.get_by_text("REHEARSAL.")).to_be_visible()
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text("Paused.", exact=True)).to_be_visible()
    page.get_by_role("button", name="Resume").click()
    expect(page.get_by_text("The study is running again.")).to_be_visible()

    page.get_by_role("link", name="Close early").click()
    page.get_by_role("button", name="Close early").click()
    expect(page.get_by_text("Write why the study is closed early")).to_be_visible()
    page.get_by_label("Reason").fill("The budget is spent.")
    page.get_by_role("button", name="Close early").click()

    expect(page.get_by_text("The reason, as the report prints it: The budget is spent.")).to_be_visible()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", ["desktop", "tablet"])
def test_every_page_is_readable_for_everyone(open_page, desk, dark, size):
    # axe puts a style of its own into the page; the policy of our own pages is tested elsewhere.
    page = open_page(dark=dark, bypass_csp=True)
    if size == "tablet":
        page.set_viewport_size(TABLET)
    sign_in(page, desk)
    study = page.get_by_role("link", name="A study to watch").get_attribute("href") or ""
    dataset = "/admin/labelling/dataset/1/change/"
    step = study.replace("dashboard/", "steps/launch/")
    machines, checklist = (study.replace("dashboard/", name) for name in ("machines/", "checklist/"))
    lists = ("/admin/", "/admin/labelling/study/", "/admin/labelling/study/add/")
    for path in (*lists, study, step, machines, checklist, dataset):
        page.goto(desk.base_url + path)
        found = Axe().run(page).response["violations"]
        assert [(path, rule["id"], node["target"]) for rule in found for node in rule["nodes"]] == []
        wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(wider) <= 0, f"{path} scrolls sideways"


def test_the_preview_leads_through_the_way_and_records_nothing(page, desk, faults):
    sign_in(page, desk)
    open_study(page, "A study to watch")
    code = page.get_by_role("img", name="QR code of the annotators' link")
    expect(code).to_be_visible()
    # The box of an image can be seen before the image has come.
    assert code.evaluate("image => image.decode().then(() => image.naturalWidth)") > 100
    page.get_by_role("link", name="Preview").click()
    expect(page.get_by_text("PREVIEW.")).to_be_visible()
    is_accessible(page)
    page.get_by_role("button", name="I agree").click()
    page.get_by_role("button", name="Show me the first picture").click()
    page.wait_for_url("**/label/")
    is_accessible(page)
    # The script runs as for annotators: the server gives pictures of the guide, and forgets the answers.
    for number in range(1, 4):
        page.wait_for_function(SEEN)
        page.keyboard.press("1")
        expect(page.locator("#labelled")).to_have_text(str(number))
    page.get_by_role("link", name="Thanks").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    page.get_by_role("link", name="Back to the study").click()
    expect(page.locator(".hb-facts", has_text="Joined")).to_contain_text("Joined2")
