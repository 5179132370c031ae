"""A person meets checks among the pictures: gold and repeats unnoticed, instructions in words."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.accessible import is_for_everyone
from tests.browser.annotator import Person, check_all_right, labels, make_studies
from tests.live_server import LiveServer

PICTURES = 12


@pytest.fixture(scope="module")
def links(server: LiveServer) -> Iterator[str]:
    checks = {"gold_items": 5, "gold_every": 5, "repeat_every": 5, "attention_every": 5}
    return iter(make_studies(server, 5, labels_per_annotator=PICTURES, redundancy=1, **checks))


@pytest.fixture
def link(links: Iterator[str]) -> str:
    """The link of a study that no other test uses."""
    return next(links)


def instruction(person: Person) -> int | None:
    """Return the place of the category that the page asks for in words, or None where it shows a picture."""
    said = person.page.locator("#frame .instruction")
    if not said.count():
        return None
    words = said.locator("span").inner_text()
    names = person.page.locator(".choice span").all_inner_texts()
    return next(place for place, name in enumerate(names) if f"choose “{name}” now" in words)


def go_through(person: Person, how: str) -> int:
    """Answer all that is shown until the thanks; return how many instructions there were."""
    asked = answered = 0
    while "/thanks/" not in person.page.url:
        person.has_answered(answered)
        wanted = instruction(person)
        asked += wanted is not None
        answered += 1
        goal = int(person.page.text_content("#goal") or 0)
        if how == "plain":
            person.click(wanted)
        else:
            person.look()
            wanted = person.sees() if wanted is None else wanted
            if how == "keys":
                person.press(wanted)
            else:
                person.page.locator(".choice").nth(wanted).tap()
        if answered == goal:
            person.page.wait_for_url("**/thanks/")
    return asked


def checks(server: LiveServer, link: str) -> dict[str, list[bool | None]]:
    """Return for each kind whether the checks were passed, in the order in which they came."""
    printed = server.ask(
        f"""
import json
from labelling.models import Study
from labelling.selectors.check_outcomes import answered_checks
study = Study.objects.get(join_code={link.rstrip("/").rpartition("/")[2]!r})
found = {{}}
for check in sorted(answered_checks(study=study), key=lambda check: check.at):
    found.setdefault(check.kind, []).append(check.passed)
print(json.dumps(found))
"""
    )
    return json.loads(printed)


def is_as_it_should_be(server: LiveServer, link: str, asked: int) -> None:
    check_all_right(labels(server, link), count=PICTURES)
    found = checks(server, link)
    assert set(found) == {"gold", "repeat", "attention"} - ({"repeat"} if "repeat" not in found else set())
    assert len(found["attention"]) == asked >= 2
    assert {passed for kind in found.values() for passed in kind} == {True}


def test_by_keyboard(server, page, link):
    person = Person(page, link)
    person.join()
    is_as_it_should_be(server, link, go_through(person, "keys"))


def test_by_tapping_on_a_phone(server, phone_page, link):
    person = Person(phone_page, link)
    person.join()
    is_as_it_should_be(server, link, go_through(person, "taps"))


def test_without_a_script(server, plain_page, link):
    person = Person(plain_page, link)
    person.join()
    is_as_it_should_be(server, link, go_through(person, "plain"))


def to_the_first_instruction(person: Person) -> int:
    while (wanted := instruction(person)) is None:
        person.press()
        person.look()
    return wanted


def test_an_instruction_is_read_out_is_accessible_and_can_be_undone(
    server, page, open_page, link, screenshot
):
    for seat, name in ((page, "desktop"), (open_page(phone=True, dark=True), "phone")):
        person = Person(seat, link)
        person.join()
        wanted = to_the_first_instruction(person)
        said = seat.get_by_role("alert")
        expect(said).to_contain_text("Attention check: choose “")
        is_for_everyone(seat)
        screenshot(seat, f"label-attention-{name}")
        answered = int(seat.text_content("#labelled") or 0)
        person.press(wanted)
        expect(said).to_have_count(0)
        person.has_answered(answered + 1)
        seat.keyboard.press("Backspace")
        expect(said).to_be_visible()
        person.has_answered(answered)
        # A page that comes with an instruction works as one that shows it later.
        seat.reload()
        expect(said).to_be_visible()
        person.press(wanted)
        expect(said).to_have_count(0)
        person.all_is_saved()
    assert checks(server, link)["attention"] == [True, True]
