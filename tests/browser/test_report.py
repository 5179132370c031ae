"""The exported report, opened from disk as a reader would."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.live_server import LiveServer

LABEL = """
from django.utils import timezone
from labelling.models import Study
from labelling.services.annotators import join_study, record_consent
from labelling.services.answer import Answer
from labelling.services.assignment import lease_items, submit_label
now, study = timezone.now(), Study.objects.get(slug="reported")
for person in range(3):
    annotator, _ = join_study(study=study, now=now, pseudonym=f"person-{person}")
    record_consent(annotator=annotator, now=now)
    for number in range(20):
        for lease in lease_items(annotator=annotator, count=1, now=now):
            truth = lease.sample_item.item.ground_truth.position
            chosen = truth if (number + person) % 3 else (truth + person) % 10
            answer = Answer(lease.token, chosen, submission_key=lease.token, response_ms=900 + number)
            submit_label(annotator=annotator, answer=answer, now=now)
    study.refresh_from_db()
"""


@pytest.fixture(scope="module")
def report(server: LiveServer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a study in the middle of its way, with ties, errors and images that lack labels."""
    folder = tmp_path_factory.mktemp("report") / "bundle"
    server.manage("import_dataset", "drawn-garments", "--limit", "100")
    name = server.run_python(
        "from labelling.models import Dataset; print(Dataset.objects.get().name)"
    ).strip()
    server.manage(
        *("create_study", "reported", "--dataset", name, "--sample-size", "25", "--seed", "3"),
        "--open-accuracy",
    )
    server.manage("launch_study", "reported")
    server.run_python(LABEL)
    server.manage("export_report", "reported", "--output", str(folder), "--resamples", "200")
    return folder / "report.html"


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_report_is_readable_for_everyone(open_page, report, screenshot, phone, dark):
    # axe puts a style of its own into the page, which the report's policy would refuse.
    page = open_page(phone=phone, dark=dark, bypass_csp=True)
    page.goto(report.as_uri())
    for summary in page.locator("summary").all():
        summary.click()
    found = Axe().run(page).response["violations"]
    assert [(rule["id"], node["target"]) for rule in found for node in rule["nodes"]] == []
    wide, screen = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert wide <= screen
    screenshot(page, f"report-{'phone' if phone else 'desktop'}-{'dark' if dark else 'light'}")


def test_the_report_asks_for_nothing_but_itself(open_page, report):
    page = open_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(report.as_uri())
    assert asked == [report.as_uri()]
    assert page.locator("svg").count() >= 5


def test_every_link_in_the_report_leads_somewhere(open_page, report):
    page = open_page()
    page.goto(report.as_uri())
    for link in page.locator("nav a").all():
        assert page.locator(link.get_attribute("href")).count() == 1


def test_the_marks_are_printed_too(open_page, report):
    page = open_page()
    page.emulate_media(media="print")
    page.goto(report.as_uri())
    for mark in ("DRAWN DATA.", "INTERIM."):
        assert page.get_by_role("note").filter(has_text=mark).is_visible()


def test_figures_and_captions_can_be_read_on_a_phone(open_page, report):
    page = open_page(phone=True)
    page.goto(report.as_uri())
    for summary in page.locator("summary").all():
        summary.click()
    screen = page.viewport_size["width"]
    for figure in page.locator("figure svg").all():
        drawn = float(figure.get_attribute("viewBox").split()[2])
        assert figure.bounding_box()["width"] >= 544
        assert 8.5 * figure.bounding_box()["width"] / drawn >= 8, "its smallest numbers are too small"
    for caption in page.locator("caption span").all():
        box = caption.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= screen
    assert page.evaluate("document.documentElement.scrollWidth") == screen


def test_a_caption_and_the_names_of_rows_stay_where_a_table_is_moved(open_page, report):
    page = open_page(phone=True)
    page.goto(report.as_uri())
    table = page.locator(".wide", has=page.locator("caption")).first
    table.evaluate("wide => { wide.scrollLeft = 120; }")
    for shown in (table.locator("caption span"), table.locator("tbody th").first):
        assert shown.bounding_box()["x"] >= 0


def test_the_images_that_people_confuse_are_in_the_page(open_page, report):
    page = open_page()
    page.goto(report.as_uri())
    shown = page.locator(".strip img")
    assert shown.count() > 3
    assert all(shown.evaluate_all("images => images.map(image => image.complete && image.naturalWidth > 0)"))
