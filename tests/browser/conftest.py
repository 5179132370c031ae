"""A real Chromium. A page fails its test when it logs an error, throws, or asks anything of another host.

The browser lives only while tests of this folder run: Playwright keeps an event loop in the thread that
started it, and Django refuses the database to a thread with an event loop. Tests here reach the data through
pages and through `server.manage(...)`, never through the ORM.
"""

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, Playwright, sync_playwright

from tests.conftest import unavailable

DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "has_touch": True,
    "is_mobile": True,
}
QUIET = [
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def _playwright() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="package")
def browser(_playwright: Playwright) -> Iterator[Browser]:
    """Chromium: the system's own where there is one, else the one that Playwright downloaded."""
    installed = shutil.which("chromium") or shutil.which("chromium-browser")
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    try:
        chromium = _playwright.chromium.launch(executable_path=installed, args=[*QUIET, *sandbox])
    except Error as failure:
        first = str(failure).splitlines()[0]
        unavailable(
            f"No Chromium: apt-get install chromium, or python -m playwright install chromium. {first}"
        )
        raise
    yield chromium
    chromium.close()


@dataclass
class Faults:
    """What went wrong on the pages of a test. `allow` says beforehand what a test provokes on purpose."""

    seen: list[str] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)

    def allow(self, pattern: str) -> None:
        """Do not count messages that match this regular expression."""
        self.allowed.append(pattern)

    @property
    def unexpected(self) -> list[str]:
        """The messages that no test asked for."""
        return [fault for fault in self.seen if not any(re.search(each, fault) for each in self.allowed)]


@pytest.fixture
def faults() -> Iterator[Faults]:
    """Console errors, page errors and requests to other hosts; any of them fails the test at its end."""
    found = Faults()
    yield found
    if found.unexpected:
        pytest.fail("The browser reported:\n" + "\n".join(found.unexpected), pytrace=False)


class PageOpener(Protocol):
    """What the fixture `open_page` gives."""

    def __call__(
        self,
        *,
        phone: bool = False,
        dark: bool = False,
        javascript: bool = True,
        context: BrowserContext | None = None,
        **options: Any,
    ) -> Page: ...


@pytest.fixture
def open_page(browser: Browser, faults: Faults) -> Iterator[PageOpener]:
    """Open a page: on a desktop or a phone, light or dark, with JavaScript or without.

    Each call is a browser of its own with no cookies; `context=page.context` opens a second tab instead.
    """
    contexts: list[BrowserContext] = []

    def open_one(
        *,
        phone: bool = False,
        dark: bool = False,
        javascript: bool = True,
        context: BrowserContext | None = None,
        **options: Any,
    ) -> Page:
        if context is None:
            context = browser.new_context(
                **(PHONE if phone else DESKTOP),
                color_scheme="dark" if dark else "light",
                java_script_enabled=javascript,
                locale="en-GB",
                **options,
            )
            context.set_default_timeout(15_000)
            contexts.append(context)
        page = context.new_page()
        watch(page, faults)
        return page

    yield open_one
    for context in contexts:
        context.close()


def watch(page: Page, faults: Faults) -> None:
    """Write down every fault of this page."""
    page.on(
        "console",
        lambda message: (
            faults.seen.append(f"console {message.type}: {message.text}") if message.type == "error" else None
        ),
    )
    page.on("pageerror", lambda error: faults.seen.append(f"page error: {error}"))

    def own_host_only(url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.hostname not in (
            "127.0.0.1",
            "localhost",
        ):
            faults.seen.append(f"request to another host: {url}")

    page.on("request", lambda request: own_host_only(request.url))
    page.on("websocket", lambda socket: own_host_only(socket.url))


@pytest.fixture
def page(open_page: PageOpener) -> Page:
    """A page on a desktop, light, with JavaScript."""
    return open_page()


@pytest.fixture
def phone_page(open_page: PageOpener) -> Page:
    """A page on a phone that is held upright and answers to touch."""
    return open_page(phone=True)


@pytest.fixture
def plain_page(open_page: PageOpener) -> Page:
    """A page on a desktop with JavaScript off."""
    return open_page(javascript=False)


class Screenshooter(Protocol):
    """What the fixture `screenshot` gives."""

    def __call__(self, page: Page, name: str, *, full_page: bool = True) -> Path: ...


@pytest.fixture
def screenshot(request: pytest.FixtureRequest) -> Screenshooter:
    """Save a picture of a page as NAME.png in the folder of --screenshots (default: test-results)."""
    folder = Path(request.config.getoption("--screenshots"))

    def save(page: Page, name: str, *, full_page: bool = True) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{name}.png"
        page.screenshot(path=path, full_page=full_page)
        return path

    return save
