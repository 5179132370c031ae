"""The browser tests' own ground: what makes a test fail that would otherwise go unseen."""

import pytest

from tests.browser.conftest import Faults


def test_the_sign_in_page_opens_without_a_fault(server, open_page):
    for options in ({}, {"phone": True}, {"dark": True}, {"javascript": False}):
        page = open_page(**options)
        page.goto(f"{server.base_url}/admin/")
        assert page.locator("input[name=password]").is_visible()


@pytest.mark.parametrize(
    ("script", "fault"),
    [
        ("console.error('the page says no')", "console error: the page says no"),
        ("setTimeout(() => { throw new Error('thrown') })", "page error: thrown"),
        ("fetch('http://elsewhere.invalid/').catch(() => 0)", "http://elsewhere.invalid/"),
        ("document.body.setAttribute('style', 'color: red')", "Content Security Policy"),
    ],
)
def test_a_fault_of_the_page_is_noticed(server, page, faults: Faults, script, fault):
    page.goto(f"{server.base_url}/admin/login/")
    page.evaluate(f"() => {{ {script} }}")
    page.wait_for_timeout(200)
    assert any(fault in each for each in faults.unexpected)
    faults.allow("")
