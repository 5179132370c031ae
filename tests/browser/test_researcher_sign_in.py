"""A sign-in that expires while somebody types: they sign in, and find the form as they typed it."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.test_researcher import PASSWORD, open_study, sign_in
from tests.live_server import LiveServer


@pytest.fixture(scope="module")
def desk(server: LiveServer) -> LiveServer:
    """A server with an administrator, a draft and a running study."""
    server.run_python(
        f"""
from django.contrib.auth.models import User
from django.utils import timezone
from labelling.services.datasets import import_source
from tests.factories import make_draft, make_study, picture_source
User.objects.create_superuser("researcher", password={PASSWORD!r})
dataset = import_source(source=picture_source(size=40, name="pictures", title="Pictures"), now=timezone.now())
make_study(dataset=dataset, slug="running", title="A running study", now=timezone.now())
make_draft(dataset=dataset, slug="draft", title="A draft", now=timezone.now())
"""
    )
    return server


def expire(desk: LiveServer) -> None:
    desk.run_python("from django.contrib.sessions.models import Session; Session.objects.all().delete()")


def sign_in_again(page: Page) -> None:
    page.get_by_label("Name").fill("researcher")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def test_the_reason_for_closing_early_is_not_lost(open_page, desk, faults, screenshot):
    page = open_page(bypass_csp=True)
    faults.allow("403")
    sign_in(page, desk)
    open_study(page, "A running study")
    page.get_by_role("link", name="Close early").click()
    page.get_by_label("Reason").fill("The budget <is> spent.\nAll of it.")
    expire(desk)
    page.get_by_role("button", name="Close early").click()
    expect(page.get_by_text("Your sign-in had expired.")).to_be_visible()
    assert Axe().run(page, options={"preload": False}).response["violations"] == []
    screenshot(page, "researcher-sign-in")
    page.get_by_label("Name").fill("researcher")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("do not open the desk")).to_be_visible()
    sign_in_again(page)

    expect(page.get_by_text("What you had typed is in the form again.")).to_be_visible()
    expect(page.get_by_label("Reason")).to_have_value("The budget <is> spent.\nAll of it.")
    assert Axe().run(page, options={"preload": False}).response["violations"] == []
    screenshot(page, "researcher-typed-again")
    page.get_by_role("button", name="Close early").click()
    expect(page.get_by_text("as the report prints it: The budget <is> spent.")).to_be_visible()


def test_a_page_of_the_plan_is_not_lost(page, desk, faults):
    faults.allow("403")
    sign_in(page, desk)
    open_study(page, "A draft")
    study = re.findall(r"/study/(\d+)/", page.url)[0]
    address = f"{desk.base_url}/admin/labelling/study/{study}/plan/protocol/"
    page.goto(address)
    page.locator("#id_redundancy").fill("5")
    page.locator("#id_tie_rule").select_option("wrong")
    sealed = page.locator("#id_accuracy_sealed")
    sealed.uncheck()
    expire(desk)
    page.get_by_role("button", name="Save and go on").last.click()
    expect(page.get_by_text("Your sign-in had expired.")).to_be_visible()
    sign_in_again(page)

    expect(page.get_by_text("What you had typed is in the form again.")).to_be_visible()
    expect(page.locator("#typed-left")).to_be_hidden()
    expect(page.locator("#id_redundancy")).to_have_value("5")
    expect(page.locator("#id_tie_rule")).to_have_value("wrong")
    expect(sealed).not_to_be_checked()
    page.get_by_role("button", name="Save and go on").last.click()
    page.wait_for_url("**/plan/texts/")
    page.goto(address)
    expect(page.locator("#id_redundancy")).to_have_value("5")


def test_without_javascript_what_was_typed_is_shown_and_sent_from_there(plain_page, desk, faults):
    faults.allow("403")
    page = plain_page
    sign_in(page, desk)
    page.goto(f"{desk.base_url}/admin/auth/user/add/")
    page.get_by_label("Name:").fill("ada")
    page.get_by_label("Assistant").check()
    expire(desk)
    page.get_by_role("button", name="Save", exact=True).click()
    sign_in_again(page)
    expect(page.get_by_text("send it from here, or copy it")).to_be_visible()
    expect(page.locator("#typed-note textarea[name=username]")).to_have_value("ada")
    expect(page.locator("#typed-note textarea[name=role]")).to_have_value("assistant")
