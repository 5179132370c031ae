"""The browser's back button."""

from playwright.sync_api import Page


def back(page: Page) -> None:
    """Go back one page, as the button does.

    `Page.go_back` asks for the history first, and fails while Chromium takes a page out of its cache.
    """
    with page.expect_navigation():
        page.evaluate("window.setTimeout(() => history.back())")
