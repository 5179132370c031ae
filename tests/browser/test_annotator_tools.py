"""Can't tell, a closer look, a rest, categories in an order of one's own: on both sizes, with axe-core."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.accessible import is_for_everyone
from tests.browser.annotator import Person, labels, make_studies
from tests.browser.history import back

LARGE = 640


@pytest.fixture(scope="module")
def large(server) -> Iterator[str]:
    """Links of studies of images larger than the frame, with all that the labelling page can have."""
    return iter(
        make_studies(
            server,
            6,
            side=LARGE,
            labels_per_annotator=10,
            cant_tell="counts",
            break_every=2,
            category_order="shuffled",
        )
    )


@pytest.fixture(scope="module")
def small(server) -> Iterator[str]:
    """Links of studies that ask somebody else where one cannot tell."""
    return iter(make_studies(server, 3, labels_per_annotator=6, cant_tell="replaced", break_every=3))


@pytest.fixture(scope="module")
def plain(server) -> str:
    """The link of a study with all the examples that the guide has by default, as large as they get."""
    return make_studies(server, noise=True, guide_examples=3, sample_size=20, cant_tell="counts")[0]


def names(page: Page) -> list[str]:
    """Return the categories as the buttons show them."""
    return page.locator(".choice:not(.choice--unsure) span").all_text_contents()


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_every_state_of_the_page_is_accessible(open_page, large, screenshot, phone):
    page = open_page(phone=phone, dark=phone)
    look = "phone" if phone else "desktop"
    person = Person(page, next(large))
    person.join()
    is_for_everyone(page)
    person.look()
    page.locator(".choice").first.click()
    person.has_answered(1)
    expect(page.locator("#undo")).to_be_enabled()
    expect(page.locator("#enlarge")).to_be_enabled()
    expect(page.locator(".choice--chosen")).to_have_count(0)
    is_for_everyone(page)
    screenshot(page, f"label-tools-{look}", full_page=False)
    page.evaluate("document.documentElement.dir = 'rtl'")
    screenshot(page, f"label-right-to-left-{look}", full_page=False)
    page.evaluate("document.documentElement.removeAttribute('dir')")
    if phone:
        assert page.evaluate("document.documentElement.scrollHeight <= innerHeight"), "it fits one screen"
    page.locator("#enlarge").click()
    expect(page.locator("#zoom-view img")).to_be_visible()
    is_for_everyone(page)
    screenshot(page, f"label-zoom-{look}", full_page=False)
    page.get_by_role("button", name="Close").click()
    expect(page.locator("#zoom")).to_be_hidden()
    person.look()
    page.locator(".choice").last.click()
    expect(page.get_by_role("heading", name="Time for a short rest?")).to_be_visible()
    is_for_everyone(page)
    screenshot(page, f"label-rest-{look}", full_page=False)


def test_a_closer_look_by_keys_and_an_answer_from_there(server, page, large):
    link = next(large)
    person = Person(page, link)
    person.join()
    view, shown = page.locator("#zoom-view"), page.locator("#zoom-view img")
    page.keyboard.press("z")
    expect(view).to_be_focused()
    fitting = shown.bounding_box()["width"]
    assert page.locator("#frame").bounding_box()["width"] < fitting <= page.viewport_size["width"]
    for _ in range(4):
        page.keyboard.press("+")
    assert shown.bounding_box()["width"] == pytest.approx(4 * fitting, abs=4)
    before = view.evaluate("(view) => view.scrollTop")
    page.keyboard.press("ArrowDown")
    page.wait_for_function("(top) => document.getElementById('zoom-view').scrollTop > top", arg=before)
    page.keyboard.press("-")
    assert shown.bounding_box()["width"] == pytest.approx(3 * fitting, abs=4)
    page.keyboard.press("Escape")
    expect(page.locator("#zoom")).to_be_hidden()
    page.locator("#frame").click()
    expect(shown).to_be_visible()
    person.look()
    page.keyboard.press("4")
    expect(page.locator("#zoom")).to_be_hidden()
    person.has_answered(1)


def test_the_order_of_a_person_is_the_same_everywhere_and_the_keys_follow(server, page, open_page, large):
    link = next(large)
    person = Person(page, link)
    person.join()
    order = names(page)
    assert order != sorted(order)
    page.get_by_role("link", name="Guide").click()
    assert page.locator(".guide h2").all_text_contents() == order
    back(page)
    phone = open_page(phone=True)
    phone.context.add_cookies([each for each in page.context.cookies() if each["name"] == "annotator"])
    phone.goto(link)
    assert names(phone) == order
    person.look()
    page.keyboard.press("3")
    person.has_answered(1)
    person.all_is_saved()
    value = page.locator(".choice").nth(2).get_attribute("value")
    assert [label["category"] for label in labels(server, link)] == [int(value)]


def test_that_one_cannot_tell_is_an_answer_by_key_and_by_finger(server, page, open_page, small):
    link = next(small)
    person = Person(page, link)
    person.join()
    person.look()
    page.keyboard.press("?")
    person.has_answered(1)
    person.look()
    page.keyboard.press("Backspace")  # and it can be taken back
    person.press()
    person.look()
    page.keyboard.press("?")
    person.has_answered(2)
    person.all_is_saved()
    found = labels(server, link)
    assert [label["state"] for label in found] == ["submitted", "abstained"]
    assert [label["category"] for label in found] == [found[0]["truth"], None]
    phone = Person(open_page(phone=True), link)
    phone.join()
    phone.look()
    phone.page.get_by_role("button", name="Can\N{RIGHT SINGLE QUOTATION MARK}t tell").tap()
    phone.has_answered(1)
    phone.all_is_saved()
    assert [label["category"] for label in labels(server, link)][2:] == [None]


def test_without_a_script_one_can_tell_that_one_cannot_and_is_reminded_to_rest(server, plain_page, small):
    link = next(small)
    person = Person(plain_page, link)
    person.join()
    for answered in range(3):
        person.has_answered(answered)
        plain_page.get_by_role("button", name="Can\N{RIGHT SINGLE QUOTATION MARK}t tell").click()
    expect(plain_page.locator(".label__rest")).to_contain_text("A short rest for the eyes does good")
    person.click()
    expect(plain_page.locator(".label__rest")).to_have_count(0)
    assert [label["category"] for label in labels(server, link)][:3] == [None] * 3


def test_a_rest_is_suggested_loses_no_picture_and_takes_no_time(server, page, small):
    link = next(small)
    person = Person(page, link)
    person.join()
    for _ in range(3):
        person.press()
    rest = page.get_by_role("dialog")
    expect(rest).to_contain_text("Pictures answered: 3")
    expect(page.get_by_role("button", name="Go on")).to_be_focused()
    expect(page.locator("#frame img")).to_be_hidden()
    page.keyboard.press("5")  # answers nothing
    person.has_answered(3)
    page.wait_for_timeout(1500)
    page.keyboard.press("Escape")
    expect(rest).to_be_hidden()
    person.look()
    page.keyboard.press("Backspace")  # back over the rest, and on without another
    person.press()
    expect(rest).to_be_hidden()
    for _ in range(3):
        person.press()
    page.wait_for_url("**/thanks/")
    found = labels(server, link)
    assert [label["category"] for label in found] == [label["truth"] for label in found]
    assert len(found) == 6
    assert found[3]["ms"] < 1500


def test_progress_is_told_to_those_who_do_not_see_it(server, page):
    quota, endless = make_studies(server, labels_per_annotator=5) + make_studies(
        server, labels_per_annotator=None
    )
    person = Person(page, quota)
    person.join()
    person.press()
    told = page.locator(".label__count")
    assert told.get_attribute("role") == "status"
    expect(told).to_have_text(re.compile(r"Pictures answered:\s+1 of 5"))
    expect(page.get_by_role("progressbar", name="Pictures answered")).to_have_attribute("value", "1")
    person = Person(page, endless)
    person.join()
    person.press()
    expect(told).to_have_text(re.compile(r"Pictures answered:\s+1$"))
    expect(page.get_by_role("progressbar")).to_have_count(0)


def test_a_page_that_was_overtaken_is_made_anew(server, page, open_page):
    [link] = make_studies(server, labels_per_annotator=6)
    person = Person(page, link)
    person.join()
    slow = open_page(context=page.context)
    held = []

    def hold(route: Route) -> None:
        held.append(route)

    slow.route("**/lease/", hold)
    slow.goto(link)
    person.press()
    person.all_is_saved()
    slow.unroute_all()  # which lets the request go on
    assert len(held) == 1
    Person(slow, link).has_answered(1)


@pytest.mark.parametrize("path", ["", "guide/", "label/"], ids=["welcome", "guide", "label"])
def test_the_first_load_is_under_60_kilobytes(page, open_page, plain, path):
    """All that a browser fetches to show the page, in a browser that has nothing of it yet."""
    if path:
        Person(page, plain).join()
    fresh = open_page()
    fresh.context.add_cookies([each for each in page.context.cookies() if each["name"] == "annotator"])
    session = fresh.context.new_cdp_session(fresh)
    session.send("Network.enable")
    asked: dict[str, str] = {}
    sizes: dict[str, float] = {}
    session.on(
        "Network.requestWillBeSent", lambda event: asked.update({event["requestId"]: event["request"]["url"]})
    )
    session.on(
        "Network.loadingFinished",
        lambda event: sizes.update({asked[event["requestId"]]: event["encodedDataLength"]}),
    )
    fresh.goto(plain + path, wait_until="networkidle")
    fetched = {url: size for url, size in sizes.items() if url.startswith("http")}
    assert len(fetched) >= 5
    assert sum(fetched.values()) < 60_000, fetched
