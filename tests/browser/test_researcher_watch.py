"""The researcher watches: figures that go on by themselves, and charts that are drawn from their tables."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import Faults, PageOpener
from tests.browser.test_researcher import PASSWORD, open_study, sign_in
from tests.live_server import LiveServer

LABEL = """
from labelling.models import Study
from labelling.services.steady_clock import steady_now
from tests.factories import answer, make_annotator, make_lease
study, now = Study.objects.get(slug="watched"), steady_now()
annotator = make_annotator(study=study, now=now)
for number in range({count}):
    answer(assignment=make_lease(annotator=annotator, now=now), category=number % 3, now=now)
"""

TABLES = """<div class="hb-card">
<figure class="hb-chart" data-chart="line" data-of="one"><figcaption>Widths.</figcaption></figure>
<table id="one"><thead>
<tr><th>Images</th><th>k = 1</th><th data-dashed>k = 3</th><th data-chart="skip">Note</th></tr></thead>
<tbody><tr><th>100</th><td>0.15</td><td>0.12</td><td>x</td></tr>
<tr><th>1,000</th><td>0.05</td><td>none</td><td>x</td></tr></tbody></table>
<figure class="hb-chart" data-chart="stacked" data-of="two"><figcaption>Hours.</figcaption></figure>
<table id="two"><thead><tr><th>Hour</th><th>A</th><th>B</th></tr></thead>
<tbody><tr><th>10:00</th><td>40 %</td><td data-value="7">seven</td></tr></tbody></table>
<figure class="hb-chart" data-chart="scatter" data-of="three"><figcaption>People.</figcaption></figure>
<table id="three"><thead><tr><th>Annotator</th><th>Seconds</th><th>Agreement</th></tr></thead>
<tbody><tr><th>a</th><td>none</td><td>0.4</td></tr><tr><th>b</th><td>1.2</td><td>0.9</td></tr></tbody></table>
</div>"""

DATA = "id => Chart.getChart(document.querySelector(`[data-of=${id}] canvas`)).data.datasets.map(d => d.data)"
COLOUR = "() => Chart.getChart(document.querySelector('canvas')).data.datasets[0].backgroundColor"


@pytest.fixture(scope="module")
def desk(server: LiveServer) -> LiveServer:
    """A server with an administrator and a running study that has a few labels."""
    server.run_python(
        f"""
from django.contrib.auth.models import User
from labelling.services.datasets import import_source
from labelling.services.steady_clock import steady_now
from tests.factories import make_study, picture_source
now = steady_now()
User.objects.create_superuser("researcher", password={PASSWORD!r})
dataset = import_source(source=picture_source(size=40, name="pictures", title="Pictures"), now=now)
make_study(dataset=dataset, sample_size=10, redundancy=2, now=now, slug="watched", title="A study to watch")
"""
        + LABEL.format(count=3)
    )
    return server


def open_watched(page: Page, desk: LiveServer) -> None:
    sign_in(page, desk)
    open_study(page, "A study to watch")


def time_passes(page: Page, *, seconds: int = 6) -> None:
    """Let the page's own clock run on, so that no test waits for it."""
    page.clock.run_for(seconds * 1000)


def test_figures_go_on_through_a_lost_connection_but_not_in_a_hidden_tab_nor_signed_out(
    page: Page, desk: LiveServer, faults: Faults
):
    page.clock.install()
    open_watched(page, desk)
    tiles, told = page.locator("#live-tiles"), page.locator("#live-status")
    expect(tiles).to_contain_text("3 of 20")
    assert page.evaluate(DATA, "labels-table") == [[0, 3, 7]]

    desk.run_python(LABEL.format(count=2))
    time_passes(page)
    expect(tiles).to_contain_text("5 of 20")
    page.wait_for_function(f"() => ({DATA})('labels-table')[0][1] !== 3")

    faults.allow("ERR_INTERNET_DISCONNECTED")
    page.context.set_offline(True)
    time_passes(page)
    expect(told).to_contain_text("No connection. The figures are of 2")
    desk.run_python(LABEL.format(count=1))
    page.context.set_offline(False)
    time_passes(page)
    expect(told).to_be_empty()
    expect(tiles).to_contain_text("6 of 20")

    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate("Object.defineProperty(document, 'hidden', {value: true, configurable: true})")
    time_passes(page, seconds=60)
    assert asked == []
    page.evaluate("delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))")

    page.context.clear_cookies()
    time_passes(page)
    expect(told).to_contain_text("You are signed out.")
    told.get_by_role("link", name="Sign in again").click()
    page.get_by_label("Name").fill("researcher")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="A study to watch", exact=True)).to_be_visible()


def test_the_first_page_brings_each_study_s_forecast_by_itself(page: Page, desk: LiveServer):
    sign_in(page, desk)

    row = page.get_by_role("row", name="A study to watch")

    expect(row).to_contain_text("Too early to tell: a pace needs 20 labels.")


def test_charts_are_drawn_from_their_tables_in_the_page_s_colours_and_light_on_paper(
    open_page: PageOpener, desk: LiveServer
):
    page = open_page(dark=True, bypass_csp=True)
    open_watched(page, desk)
    dark = page.evaluate(COLOUR)
    assert Axe().run(page).response["violations"] == []

    page.emulate_media(media="print")
    page.wait_for_function(f"dark => ({COLOUR})() !== dark", arg=dark)
    paper = page.evaluate(COLOUR)
    page.emulate_media(media="screen")
    page.wait_for_function(f"dark => ({COLOUR})() === dark", arg=dark)
    page.emulate_media(color_scheme="light")
    page.wait_for_function(f"paper => ({COLOUR})() === paper", arg=paper)

    page.evaluate("html => document.querySelector('#content').innerHTML = html", TABLES)
    expect(page.locator("canvas")).to_have_count(3)

    assert page.evaluate(DATA, "one") == [
        [{"x": 100, "y": 0.15}, {"x": 1000, "y": 0.05}],
        [{"x": 100, "y": 0.12}, {"x": 1000, "y": None}],
    ]
    assert page.evaluate(DATA, "two") == [[40], [7]]
    assert page.evaluate(DATA, "three") == [[{"at": 1, "x": 1.2, "y": 0.9}]]
    expect(page.get_by_role("img", name="Hours. The table has the figures.")).to_be_visible()


def test_without_a_script_the_tables_are_there(plain_page: Page, desk: LiveServer):
    open_watched(plain_page, desk)

    expect(plain_page.get_by_role("table", name="Images by the number of their labels")).to_be_visible()
    expect(plain_page.locator("figure.hb-chart").first).to_be_hidden()
    expect(plain_page.get_by_text("load the page again for newer figures")).to_be_visible()
