"""A person labels: by keyboard, by finger, without a script; reloads, goes back, opens two tabs."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.annotator import Person, check_all_right, labels, make_studies
from tests.browser.history import back


@pytest.fixture(scope="module")
def links(server) -> Iterator[str]:
    return iter(make_studies(server, 20, labels_per_annotator=5))


@pytest.fixture
def link(links) -> str:
    """The link of a study that no other test uses; five pictures for one person."""
    return next(links)


def is_thanked(person: Person) -> None:
    person.page.wait_for_url("**/thanks/")
    assert len((person.page.text_content("#keep") or "").strip()) >= 8


def test_twelve_by_keyboard_with_few_requests(server, page):
    person = Person(page, make_studies(server, labels_per_annotator=12)[0])
    person.join()
    asked = []
    page.on("request", lambda request: asked.append(request) if request.method == "POST" else None)
    for answered in range(12):
        person.has_answered(answered)
        person.press()
    is_thanked(person)
    found = labels(server, person.link)
    check_all_right(found, count=12)
    assert all(100 < label["ms"] < 5000 for label in found)
    assert len(asked) <= 1.2 * 12 + 2  # the first lease, and the finish


def test_all_by_tapping_on_a_phone(server, phone_page, link):
    person = Person(phone_page, link)
    person.join()
    for answered in range(5):
        person.has_answered(answered)
        person.tap()
    is_thanked(person)
    check_all_right(labels(server, link), count=5)


def test_all_with_javascript_off(server, plain_page, link):
    person = Person(plain_page, link)
    person.join()
    for answered in range(5):
        person.has_answered(answered)
        person.click()
    is_thanked(person)
    found = labels(server, link)
    check_all_right(found, count=5)
    assert {label["ms"] for label in found} == {None}


def test_a_reload_goes_on_with_the_same_picture(server, page, link):
    person = Person(page, link)
    person.join()
    person.press()
    person.press()
    person.all_is_saved()
    shown = person.picture
    page.reload()
    person.has_answered(2)
    assert person.picture == shown
    person.press()
    person.has_answered(3)
    person.all_is_saved()
    check_all_right(labels(server, link), count=3)


def test_the_back_button_makes_no_second_label(server, page, link):
    person = Person(page, link)
    person.join()
    person.press()
    person.all_is_saved()
    page.get_by_role("link", name="Guide").click()
    expect(page.get_by_role("heading", name="What you will see")).to_be_visible()
    back(page)
    person.has_answered(1)
    person.press()
    person.all_is_saved()
    back(page)  # to the guide
    page.get_by_role("button", name="pictures").or_(page.get_by_role("button", name="first picture")).click()
    person.has_answered(2)
    person.press()
    person.all_is_saved()
    check_all_right(labels(server, link), count=3)


def test_the_back_button_without_a_script_makes_no_second_label(server, plain_page, link):
    person = Person(plain_page, link)
    person.join()
    person.click()
    person.has_answered(1)
    plain_page.go_back()
    if plain_page.locator(".choice").count():  # else it is the guide
        person.click()
    plain_page.goto(link)
    expect(plain_page.get_by_role("heading", name="What is this?")).to_be_visible()
    found = labels(server, link)
    check_all_right(found, count=len(found))


def test_the_same_picture_in_two_tabs_is_answered_once(server, page, open_page, link, faults):
    faults.allow("status of 409")
    first = Person(page, link)
    first.join()
    second = Person(open_page(context=page.context), link)
    second.page.goto(link)
    assert second.picture == first.picture
    for person in (first, second, first, second):
        person.press()
        person.all_is_saved()
    for person in (first, second):
        assert person.page.locator("#line").text_content() == ""
        person.page.reload()
    found = labels(server, link)
    check_all_right(found, count=len(found))
    assert len(found) >= 2
    first.has_answered(len(found))
    second.has_answered(len(found))


def test_a_key_held_down_and_a_double_tap_are_one_answer(server, page, link):
    person = Person(page, link)
    person.join()
    person.look()
    key = "1234567890"[person.sees()]
    for _ in range(5):
        page.keyboard.down(key)
    page.keyboard.up(key)
    person.has_answered(1)
    person.look()
    page.locator(".choice").nth(person.sees()).dblclick()
    person.has_answered(2)
    person.all_is_saved()
    check_all_right(labels(server, link), count=2)


def test_only_the_keys_on_the_buttons_answer_and_they_can_be_switched_off(page, link):
    person = Person(page, link)
    person.join()
    person.look()
    for key in ("Control+c", "Alt+1", "x", "Escape", "Tab"):
        page.keyboard.press(key)
    person.has_answered(0)
    page.get_by_label("Answer with the keys").uncheck()
    person.press()
    page.reload()
    person.press()
    person.has_answered(0)
    page.get_by_label("Answer with the keys").check()
    person.press()
    person.has_answered(1)


def test_a_button_answers_by_focus_and_enter(server, page, link):
    person = Person(page, link)
    person.join()
    person.look()
    page.locator(".choice").nth(person.sees()).focus()
    page.keyboard.press("Enter")
    person.has_answered(1)
    person.all_is_saved()
    check_all_right(labels(server, link), count=1)


def test_the_next_picture_is_there_in_the_frame_of_the_answer_and_nothing_moves(page, link):
    person = Person(page, link)
    person.join()
    boxes = set()
    for _ in range(3):  # from the first on the next ones are in stock
        boxes.add(str([page.locator(part).bounding_box() for part in ("#frame", "#choices", "#frame img")]))
        person.press()
    assert len(boxes) == 1
    person.look()
    changed = page.evaluate(
        """() => {
            const before = document.querySelector("#frame img");
            document.dispatchEvent(new KeyboardEvent("keydown", { key: "1", code: "Digit1" }));
            const after = document.querySelector("#frame img");
            return after !== before && after.complete && after.naturalWidth === 28;
        }"""
    )
    assert changed


def test_time_in_a_hidden_tab_is_not_counted(server, page, link):
    person = Person(page, link)
    person.join()
    person.look()
    set_hidden = """(hidden) => {
        Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
        document.dispatchEvent(new Event("visibilitychange"));
    }"""
    page.evaluate(set_hidden, True)
    page.wait_for_timeout(1500)
    page.evaluate(set_hidden, False)
    person.press()
    person.all_is_saved()
    assert labels(server, link)[0]["ms"] < 1400


def test_image_and_buttons_fit_one_phone_screen_with_a_watermark(server, phone_page):
    person = Person(phone_page, make_studies(server, drawn=True)[0])
    person.join()
    expect(phone_page.locator(".watermark")).to_contain_text("DRAWN DATA")
    screen = phone_page.evaluate("[innerWidth, innerHeight, document.documentElement.scrollHeight]")
    assert screen[2] <= screen[1]
    for button in phone_page.locator(".choice").all():
        box = button.bounding_box()
        assert box["height"] >= 44
        assert box["width"] >= 150
        assert box["y"] + box["height"] <= screen[1]
    assert phone_page.locator("#frame").bounding_box()["width"] >= 250


def test_images_too_large_for_the_reply_are_fetched_and_decoded_ahead(server, page):
    link = make_studies(server, side=120, labels_per_annotator=6)[0]
    person = Person(page, link)
    person.join()
    for answered in range(6):
        person.has_answered(answered)
        assert "/image/" in person.picture
        assert page.locator("#frame img").evaluate("(image) => image.complete && image.naturalWidth") == 120
        person.press(answered)
    is_thanked(person)
    assert [label["category"] for label in labels(server, link)] == list(range(6))
