"""The last answer is taken back, by key, click and finger; what was sent on stands; a crash loses nothing."""

import contextlib
from collections.abc import Iterator

import pytest
from playwright.sync_api import Error, expect

from tests.browser.annotator import Person, check_all_right, labels, make_studies


@pytest.fixture(scope="module")
def links(server) -> Iterator[str]:
    return iter(make_studies(server, 12, labels_per_annotator=10, cant_tell="counts"))


@pytest.fixture
def link(links) -> str:
    """The link of a study that no other test uses."""
    return next(links)


def wrong(person: Person) -> int:
    """Return a category that the picture on the screen is not."""
    return (person.sees() + 1) % 10


def test_a_slip_is_taken_back_by_a_key_and_both_choices_are_kept(server, page, link):
    person = Person(page, link)
    person.join()
    first, slip = person.picture, wrong(person)
    person.press(slip)
    person.has_answered(1)
    upcoming = person.picture
    person.look()
    page.keyboard.press("Backspace")
    expect(page.locator("#line")).to_have_text("Taken back. Choose again.")
    person.has_answered(0)
    assert person.picture == first
    expect(page.locator("#undo")).to_be_disabled()
    person.press()
    assert person.picture == upcoming, "the picture that was there before comes next"
    person.press()
    person.all_is_saved()
    found = labels(server, link)
    check_all_right(found, count=2)
    assert [label["first"] for label in found] == [slip, None]
    assert found[0]["ms"] > 260, "the time in which the picture was on the screen, both times together"


def test_a_finger_takes_back_and_the_same_choice_again_is_no_change(server, phone_page, link):
    person = Person(phone_page, link)
    person.join()
    person.tap()
    phone_page.locator("#undo").tap()
    person.has_answered(0)
    person.tap()
    person.has_answered(1)
    person.all_is_saved()
    found = labels(server, link)
    check_all_right(found, count=1)
    assert found[0]["first"] is None


def test_the_focus_is_not_lost_with_the_button(page, link):
    person = Person(page, link)
    person.join()
    person.press()
    page.locator("#undo").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".choice").first).to_be_focused()


def test_an_answer_before_the_last_stands(server, page, link):
    person = Person(page, link)
    person.join()
    for _ in range(2):
        person.press()
    for _ in range(2):
        person.look()
        page.keyboard.press("u")
    person.has_answered(1)
    person.press()
    person.all_is_saved()
    check_all_right(labels(server, link), count=2)


def test_after_a_while_the_answer_is_sent_and_stands(server, page, link):
    # Ten seconds pass in one.
    page.add_init_script(
        "const wait = setTimeout; window.setTimeout = (act, ms) => wait(act, ms === 10_000 ? 1000 : ms);"
    )
    person = Person(page, link)
    person.join()
    person.press()
    expect(page.locator("#undo")).to_be_enabled()
    expect(page.locator("#undo")).to_be_disabled()
    page.wait_for_function("() => Object.keys(localStorage).length === 0")
    check_all_right(labels(server, link), count=1)
    page.keyboard.press("Backspace")
    person.has_answered(1)


def test_a_first_choice_outlives_a_reload(server, page, link):
    person = Person(page, link)
    person.join()
    slip = wrong(person)
    person.press(slip)
    person.look()
    page.keyboard.press("Backspace")
    shown = person.picture
    page.reload()
    person.has_answered(0)
    assert person.picture == shown
    person.press()
    person.all_is_saved()
    found = labels(server, link)
    check_all_right(found, count=1)
    assert found[0]["first"] == slip
    assert page.evaluate("Object.keys(localStorage).length") == 0


def test_a_crashed_tab_loses_no_answer_that_was_held_back(server, page, open_page, link):
    person = Person(page, link)
    person.join()
    person.press()
    person.press()
    with contextlib.suppress(Error):
        page.goto("chrome://crash")
    again = Person(open_page(context=page.context), link)
    again.page.goto(link)
    again.has_answered(2)
    again.all_is_saved()
    again.press()
    again.all_is_saved()
    check_all_right(labels(server, link), count=3)


def test_what_a_second_tab_has_sent_is_not_changed_by_the_first(server, page, open_page, link, faults):
    faults.allow("status of 409")
    person = Person(page, link)
    person.join()
    person.press()
    other = Person(open_page(context=page.context), link)
    other.page.goto(link)  # it finds the answer in the browser, and sends it
    other.all_is_saved()
    person.look()
    page.evaluate("document.dispatchEvent(new KeyboardEvent('keydown', { key: 'Backspace' }))")
    person.press(wrong(person))
    person.all_is_saved()
    found = labels(server, link)
    check_all_right(found, count=1)
    assert found[0]["first"] is None


def test_on_a_second_device_the_answer_that_comes_first_stands(server, page, open_page, link, faults):
    faults.allow("status of 409")
    person = Person(page, link)
    person.join()
    cookies = [each for each in page.context.cookies() if each["name"] == "annotator"]
    phone = open_page(phone=True)
    phone.context.add_cookies(cookies)
    other = Person(phone, link)
    phone.goto(link)
    other.has_answered(0)
    person.press(wrong(person))  # held back for seconds
    other.tap()
    other.all_is_saved()
    person.all_is_saved()
    check_all_right(labels(server, link), count=1)
    page.reload()
    person.has_answered(1)
    person.press()
    person.all_is_saved()
    check_all_right(labels(server, link), count=2)


def test_a_device_with_a_wrong_clock_labels_as_any_other(server, page, link):
    page.add_init_script(
        """
        const right = Date.now.bind(Date);
        let far = -40 * 365 * 86400e3; // and it jumps at every look
        Date.now = () => right() + (far = -far);
        """
    )
    person = Person(page, link)
    person.join()
    for _ in range(3):
        person.press()
    page.reload()
    person.has_answered(3)
    person.press()
    person.all_is_saved()
    found = labels(server, link)
    check_all_right(found, count=4)
    assert all(100 < label["ms"] < 8000 for label in found)
