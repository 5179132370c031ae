"""What every page is held to, in one look: axe-core, both colours, zoom, right to left, no motion."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# Half of a desktop's width is its page at 200 %; 320 is what a page has to do with at the very least.
NARROW = {True: 640, False: 320}
PAINTED = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
# Colours that fade from one to the other are read when they have; what goes round for ever is not waited for.
SETTLED = f"""{PAINTED}.then(() => Promise.allSettled(document.getAnimations()
    .filter((each) => each.effect.getComputedTiming().endTime < Infinity)
    .map((each) => each.finished))).then(() => null)"""
STICKS_OUT = "document.documentElement.scrollWidth - innerWidth"
# Durations of everything on the page that moves, fades or slides.
MOTION = """() => [...document.querySelectorAll("*")].flatMap((element) => {
    const style = getComputedStyle(element);
    const durations = [...style.transitionDuration.split(","), ...style.animationDuration.split(",")];
    return durations.some((each) => parseFloat(each) > 0.01) ? [element.className || element.tagName] : [];
})"""


def is_accessible(page: Page) -> None:
    """Check that axe-core finds nothing, that there is one heading, and that nothing sticks out sideways."""
    found = violations(page)
    assert not found, found
    assert page.locator("h1").count() == 1
    assert page.evaluate(STICKS_OUT) <= 0


def is_for_everyone(page: Page) -> None:
    """Check a page of annotators as it stands, and leave it so.

    It is accessible, in light and in dark; nothing moves for those who do not want it; at 200 %, and set from
    right to left, nothing sticks out sideways either.
    """
    dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    scheme, other = ("dark", "light") if dark else ("light", "dark")
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    is_accessible(page)
    assert page.evaluate(MOTION) == []
    page.emulate_media(color_scheme=other, reduced_motion="reduce")
    page.evaluate(PAINTED)
    assert [other, *violations(page, runOnly=["color-contrast"])] == [other]
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.evaluate(PAINTED)
    page.emulate_media(color_scheme=scheme, reduced_motion="no-preference")
    size = page.viewport_size or {"width": 0, "height": 0}
    page.set_viewport_size({"width": NARROW[size["width"] > 1000], "height": size["height"] // 2})
    assert page.evaluate(STICKS_OUT) <= 0, "at 200 %"
    page.set_viewport_size(size)
    page.evaluate("document.documentElement.dir = 'rtl'")
    assert page.evaluate(STICKS_OUT) <= 0, "from right to left"
    page.evaluate("document.documentElement.removeAttribute('dir')")


def violations(page: Page, **options: object) -> list[tuple[str, list[object]]]:
    """Return what axe-core finds, each with the places."""
    page.evaluate(SETTLED)
    found = Axe().run(page, options={"resultTypes": ["violations"], **options}).response["violations"]
    return [(each["id"], [node["target"] for node in each["nodes"]]) for each in found]
