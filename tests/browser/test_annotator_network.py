"""A network that comes and goes, a server that restarts, answers on their way: nothing is lost or doubled."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Route, expect

from tests.browser.annotator import Person, check_all_right, labels, make_studies


@pytest.fixture(scope="module")
def links(server) -> Iterator[str]:
    return iter(make_studies(server, 10, labels_per_annotator=20))


@pytest.fixture
def person(page, links, faults) -> Person:
    """Somebody who has answered one picture and has the next ones in stock."""
    faults.allow("Failed to load resource")
    somebody = Person(page, next(links))
    somebody.join()
    somebody.press()
    somebody.all_is_saved()
    return somebody


def test_answers_given_without_a_network_are_sent_when_it_is_back(server, person):
    line = person.page.locator("#line")
    person.page.context.set_offline(True)
    for _ in range(4):
        person.press()
    expect(line).to_have_text("No connection. Answers kept in this browser until it is back: 4.")
    arrived = []
    person.page.on("requestfinished", lambda request: arrived.append(request.url))
    person.page.context.set_offline(False)
    expect(line).to_have_text("")
    person.all_is_saved()
    assert len([url for url in arrived if url.endswith("/label/")]) == 1, "they travel together"
    person.press()
    person.has_answered(6)
    person.all_is_saved()
    check_all_right(labels(server, person.link), count=6)


def test_without_a_network_the_stock_runs_out_and_comes_back(server, person):
    person.page.context.set_offline(True)
    frame = person.page.locator("#frame")
    answered = 1
    while frame.get_attribute("aria-busy") is None:
        person.press()
        answered += 1
    person.has_answered(answered)
    person.page.context.set_offline(False)
    expect(frame).not_to_have_attribute("aria-busy", "true")
    person.press()
    person.all_is_saved()
    check_all_right(labels(server, person.link), count=answered + 1)


def test_an_empty_frame_says_that_the_next_picture_is_coming(person):
    page = person.page
    page.route("**/lease/", lambda _route: None)  # held back until the route is taken away
    frame, button = page.locator("#frame"), page.locator(".choice").first
    while frame.get_attribute("aria-busy") is None:
        person.press()
    expect(page.locator("#line")).to_have_text("The next picture is coming…")
    expect(button).to_have_css("opacity", "0.45")
    page.unroute_all()
    expect(page.locator("#line")).to_have_text("")
    expect(button).to_have_css("opacity", "1")


def test_a_closed_lid_loses_nothing(server, person):
    """A frozen page runs nothing; however long that lasts, the next try comes after it."""
    person.press()  # held back, to be taken back
    page = person.page
    lid = page.context.new_cdp_session(page)
    page.context.set_offline(True)
    lid.send("Page.setWebLifecycleState", {"state": "frozen"})
    page.wait_for_timeout(300)
    lid.send("Page.setWebLifecycleState", {"state": "active"})
    page.context.set_offline(False)
    person.press()
    person.all_is_saved()
    found = labels(server, person.link)
    check_all_right(found, count=3)


def test_answers_survive_a_reload_before_they_are_sent(server, person):
    def refuse_answers(route: Route) -> None:
        if route.request.method == "POST":
            route.abort()
        else:
            route.continue_()

    person.page.route("**/label/", refuse_answers)
    person.press()
    person.press()
    person.page.reload()
    person.has_answered(3)
    person.page.unroute_all()
    expect(person.page.locator("#frame")).not_to_have_attribute("aria-busy", "true")
    person.all_is_saved()
    person.has_answered(3)
    person.press()
    person.all_is_saved()
    check_all_right(labels(server, person.link), count=4)


def test_a_reply_that_is_lost_makes_no_second_label(server, person):
    lost = []

    def lose_the_first_reply(route: Route) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch().status)
            route.abort()
        else:
            route.continue_()

    person.page.route("**/label/", lose_the_first_reply)
    person.press()
    person.press()
    person.all_is_saved()
    assert lost == [200]
    check_all_right(labels(server, person.link), count=3)


def test_answers_left_over_go_out_from_the_pause_page(server, person):
    person.page.route("**/label/", lambda route: route.abort())
    person.press()
    person.page.unroute_all()
    person.page.get_by_role("link", name="Pause").click()
    # The page was made before the server had the answer, and counts it as soon as it has.
    expect(person.page.get_by_text("Thank you for 2 answers so far.")).to_be_visible()
    person.all_is_saved()
    check_all_right(labels(server, person.link), count=2)


def test_a_server_that_dies_and_comes_back_is_waited_for(server, person):
    server.kill()
    person.press()
    person.press()
    expect(person.page.locator("#line")).to_contain_text("kept in this browser until it is back: 2.")
    server.start()
    person.all_is_saved()
    check_all_right(labels(server, person.link), count=3)


def test_a_forms_mark_that_has_changed_is_made_anew_and_the_answer_kept(server, person):
    cookies = [each for each in person.page.context.cookies() if each["name"] == "csrftoken"]
    person.page.context.add_cookies([{**cookies[0], "value": "x" * 32}])
    person.press()
    person.page.wait_for_load_state()
    person.has_answered(2)
    person.all_is_saved()
    check_all_right(labels(server, person.link), count=2)


def test_other_answers_wait_behind_one_that_is_slow(server, person):
    """In order: a later answer never overtakes an earlier one."""
    sent = []

    def note(route: Route) -> None:
        if route.request.method == "POST":
            posted = route.request.post_data_json
            sent.extend(each["assignment"] for each in posted.get("answers", [posted]))
            person.page.wait_for_timeout(300)
        route.continue_()

    shown = []
    person.page.route("**/label/", note)
    for _ in range(3):
        shown.append(person.page.locator("input[name=assignment]").input_value())
        person.press()
    person.all_is_saved()
    assert sent == shown
