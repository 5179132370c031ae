"""A person at the annotator's pages, and what the server holds of them."""

import base64
import io
import json
from dataclasses import dataclass
from typing import Any

from PIL import Image
from playwright.sync_api import Page, expect

from tests.live_server import LiveServer

# The page takes no answer sooner after a picture's paint than a person can give one.
SEEN = """() => {
    const painted = performance.getEntriesByName("picture painted").at(-1);
    return painted !== undefined && performance.now() - painted.startTime > 130;
}"""


@dataclass
class Person:
    """Somebody at a browser who names every picture rightly: the first pixel tells a test what it shows."""

    page: Page
    link: str

    def join(self) -> None:
        self.page.goto(self.link)
        self.page.get_by_role("button", name="I agree").click()
        self.page.get_by_role("button", name="Show me the first picture").click()
        self.page.wait_for_selector("#frame img")

    @property
    def picture(self) -> str:
        return self.page.get_attribute("#frame img", "src") or ""

    def sees(self) -> int:
        """Return the category of the picture on the screen."""
        data = base64.b64decode(self.picture.partition("base64,")[2])
        return int(Image.open(io.BytesIO(data)).getpixel((0, 0)))

    def look(self) -> None:
        """Wait until the picture has been on the screen for a moment."""
        self.page.wait_for_function(SEEN)

    def press(self, category: int | None = None) -> None:
        """Answer with a key."""
        self.look()
        self.page.keyboard.press("1234567890"[self.sees() if category is None else category])

    def tap(self) -> None:
        """Answer with a finger."""
        self.look()
        self.page.locator(".choice").nth(self.sees()).tap()

    def click(self, category: int | None = None) -> None:
        """Answer where no script runs; this loads the next page."""
        self.page.locator(".choice").nth(self.sees() if category is None else category).click()

    def has_answered(self, count: int) -> None:
        """Check what the progress says."""
        expect(self.page.locator("#labelled")).to_have_text(str(count))

    def all_is_saved(self) -> None:
        """Leave the page for a moment, and wait until nothing is kept in the browser any more.

        Whoever leaves takes no answer back: the newest one is sent too.
        """
        self.page.evaluate("window.dispatchEvent(new Event('pagehide'))")
        self.page.wait_for_function(
            "() => !Object.keys(localStorage).some((key) => /^human-baseline\\/[0-9a-f]{16}\\//.test(key))"
        )


def make_studies(server: LiveServer, count: int = 1, **fields: Any) -> list[str]:
    """Make running studies of small drawings on the server and return the annotators' links.

    `side` is that of a picture, in pixels; `noise` makes pictures that nothing can compress.
    """
    codes = server.ask(
        f"""
from dataclasses import replace
import numpy as np
from PIL import Image
from django.utils import timezone
from fixtures.drawn_garments import draw_garment
from labelling.datasets import SourceItem
from labelling.models import Dataset
from labelling.services.datasets import import_source
from tests.factories import make_study, picture_source
fields = {fields!r}
drawn, side, noise = fields.pop("drawn", False), fields.pop("side", 28), fields.pop("noise", False)
name = f"pictures-{{drawn}}-{{side}}-{{noise}}".lower()
def read():
    # Like real ones to look at; the first pixel tells a test the category.
    for index in range(80):
        garment = Image.fromarray(draw_garment(category=index % 10, index=index))
        pixels = np.array(garment.resize((side, side), Image.Resampling.NEAREST))
        pixels[0, 0] = index % 10
        yield SourceItem(index=index, image=pixels, ground_truth=index % 10)
dataset = Dataset.objects.filter(name=name).first()
if dataset is None:
    source = picture_source(size=80, name=name, drawn=drawn, side=side)
    source = source if noise else replace(source, read=read)
    dataset = import_source(source=source, now=timezone.now())
for _ in range({count}):
    slug = timezone.now().strftime("s%H%M%S%f")
    given = {{"dataset": dataset, "sample_size": 40, "slug": slug, **fields}}
    print(make_study(now=timezone.now(), **given).join_code)
"""
    )
    return [f"{server.base_url}/s/{code}/" for code in codes.split()]


def labels(server: LiveServer, link: str) -> list[dict[str, Any]]:
    """Return the study's labels as the server holds them, in the order in which they came."""
    assert "Traceback" not in server.log
    printed = server.ask(
        f"""
import json
from labelling.models import Label
found = Label.objects.filter(assignment__annotator__study__join_code={link.rstrip("/").rpartition("/")[2]!r})
print(json.dumps([
    {{"item": label.assignment.sample_item_id, "annotator": label.annotator_id, "ms": label.response_ms,
      "category": label.category and label.category.position, "state": label.assignment.state,
      "first": label.changed_from and label.changed_from.position,
      "truth": label.assignment.sample_item.item.ground_truth.position}}
    for label in found.order_by("pk")
]))
"""
    )
    return json.loads(printed)


def check_all_right(found: list[dict[str, Any]], *, count: int) -> None:
    """Check that so many pictures were answered, each once, each by what was on the screen."""
    assert len(found) == count
    assert len({(label["annotator"], label["item"]) for label in found}) == count
    assert [label["category"] for label in found] == [label["truth"] for label in found]
