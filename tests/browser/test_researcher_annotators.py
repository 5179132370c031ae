"""The researcher looks at the annotators: flags with their values, attention checks apart from gold."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.test_researcher import PASSWORD, open_study, sign_in
from tests.live_server import LiveServer

PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def desk(server: LiveServer) -> LiveServer:
    """A server with a study that three people have labelled, of whom one never looked."""
    server.run_python(
        f"""
from django.contrib.auth.models import User
from django.utils import timezone
from labelling.services.quality import exclude_by_rules
from tests.factories import make_annotator
from tests.labelling.checked_study import answer_shown, make_checked_study, truth, wrong
now = timezone.now()
User.objects.create_superuser("researcher", password={PASSWORD!r})
rules = [
    {{"rule": "too_fast", "threshold": 300, "exclude": False}},
    {{"rule": "straight_lining", "threshold": 0.5, "exclude": False}},
    {{"rule": "gold_wrong", "threshold": 0.5, "exclude": False}},
    {{"rule": "attention_failed", "threshold": 2, "exclude": True}},
]
study = make_checked_study(slug="checked", title="A study with checks", quality_rules=rules, now=now)
for choose in (truth, truth, wrong):
    answer_shown(make_annotator(study=study, now=now), images=30, choose=choose, now=now)
exclude_by_rules(study=study, now=now)
"""
    )
    return server


def test_the_annotators_page_shows_who_is_flagged_and_is_accessible(page, desk, screenshot):
    sign_in(page, desk)
    open_study(page, "A study with checks")
    page.get_by_role("link", name="Annotators", exact=True).click()
    expect(page.get_by_role("heading", name="Attention checks")).to_be_visible()
    rules = page.get_by_role("region", name="Quality rules by annotator")
    expect(rules.locator("tbody tr").first.locator(".hb-tag")).to_have_count(2)
    expect(page.get_by_text("by rule attention_failed")).to_be_visible()
    assert Axe().run(page).response["violations"] == []
    screenshot(page, "researcher-annotators")

    page.set_viewport_size(PHONE)
    page.emulate_media(color_scheme="dark")
    assert Axe().run(page).response["violations"] == []
    wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    assert not wide
    screenshot(page, "researcher-annotators-phone")
