"""The labelling page in a real Chromium: how soon the next image is there, what it weighs, what it asks.

    python -m benchmarks.annotator_page            # 200 images at each latency, some six minutes
    python -m benchmarks.annotator_page --images 50

The server is gunicorn as `make run` starts it, on a SQLite file, with drawn garments. Chromium adds the
latency to every request. An annotator presses a key as soon as an image has been seen for a moment, at a
pace that few people reach, so that the images leased ahead have to suffice. The latencies take turns of 20
images, so that their difference is not that of two moments of the machine.
"""

import argparse
import math
import os
import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, sync_playwright

if not __package__:
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from benchmarks.labelling_speed.servers import Product

LATENCIES = (0, 100, 400)
TURN = 20
DESKTOP: Any = {"viewport": {"width": 1280, "height": 800}}

# What is asked of the page: for each key the time from the press, as the system saw it, to the frame that has
# the next image on it; and whether that image was in its place, decoded, when the press had been dealt with.
WATCH = """
() => {
  const frame = document.getElementById("frame");
  const painted = new MessageChannel();
  const asked = [];
  window.pressed = [];
  painted.port1.onmessage = () => {
    const { at, there } = asked.shift();
    window.pressed.push([performance.now() - at, there]);
  };
  let before = null;
  document.addEventListener("keydown", () => { before = frame.firstElementChild; }, { capture: true });
  window.addEventListener("keydown", (event) => {
    const after = frame.firstElementChild;
    const busy = frame.hasAttribute("aria-busy");
    const there = !busy && after !== before && after.complete && after.naturalWidth > 0;
    requestAnimationFrame(() => {
      asked.push({ at: event.timeStamp, there });
      painted.port2.postMessage(null);
    });
  });
}
"""
# The page takes no answer sooner after a paint than a person can give one.
SEEN = """(pace) => {
  const painted = performance.getEntriesByName("picture painted").at(-1);
  return painted !== undefined && performance.now() - painted.startTime > pace;
}"""


class Traffic:
    """What a page loads, as the browser counts it on the wire."""

    def __init__(self, context: BrowserContext, page: Page, *, latency: int = 0) -> None:
        session: CDPSession = context.new_cdp_session(page)
        session.send("Network.enable")
        if latency:
            session.send(
                "Network.emulateNetworkConditions",
                {"offline": False, "latency": latency, "downloadThroughput": -1, "uploadThroughput": -1},
            )
        self.sizes: list[float] = []
        self.requests = 0
        self._asked: set[str] = set()
        session.on("Network.requestWillBeSent", self._note)
        session.on("Network.loadingFinished", self._weigh)

    def _note(self, event: dict[str, Any]) -> None:
        # An image inside a page or reply is no request.
        if event["request"]["url"].startswith("http"):
            self._asked.add(event["requestId"])
            self.requests += 1

    def _weigh(self, event: dict[str, Any]) -> None:
        if event["requestId"] in self._asked:
            self.sizes.append(event["encodedDataLength"])


@contextmanager
def served(images: int) -> Iterator[str]:
    """Run the product with a study of so many images for one person, and give the annotators' link."""
    with tempfile.TemporaryDirectory(prefix="human-baseline-page-") as folder:
        server = Product(folder=Path(folder) / "server", database_url=f"sqlite:///{folder}/database.sqlite3")
        server.prepare()
        server.start()
        try:
            server.manage("import_dataset", "drawn-garments", "--limit", str(images + 220))
            code = server.run_python(
                "from labelling.models import Dataset\n"
                "from labelling.services.steady_clock import steady_now\n"
                "from labelling.services.studies import create_study, launch_study\n"
                "now = steady_now()\n"
                f"study = create_study(dataset=Dataset.objects.get(), slug='page', title='Pictures', "
                f"seed=1, now=now, sample_size={images + 20}, redundancy=20, labels_per_annotator=None, "
                "break_every=0)\n"
                "print(launch_study(study=study, now=now).join_code)"
            )
            yield f"{server.base_url}/s/{code.strip()}/"
        finally:
            server.stop()


def join(page: Page, link: str) -> None:
    page.goto(link)
    page.get_by_role("button", name="I agree").click()
    page.get_by_role("button", name="Show me the first picture").click()
    page.wait_for_selector("#frame img")


class Sitting:
    """One annotator at one page, every request of which takes so much longer."""

    def __init__(self, browser: Browser, link: str, *, latency: int) -> None:
        self.latency = latency
        self._context = browser.new_context(**DESKTOP)
        self.page = self._context.new_page()
        self.traffic = Traffic(self._context, self.page, latency=latency)
        join(self.page, link)
        self.page.evaluate(WATCH)
        self.page.wait_for_load_state("networkidle")
        self._before = self.traffic.requests
        self.labelled = 0

    def label(self, images: int, *, pace: int) -> None:
        """Answer so many images by keys, each once it has been seen for `pace` milliseconds."""
        for _ in range(images):
            self.page.wait_for_function(SEEN, arg=pace)
            self.page.keyboard.press(str(self.labelled % 10))
            self.labelled += 1
            self.page.wait_for_function("(count) => window.pressed.length === count", arg=self.labelled)

    def line(self) -> str:
        """Return the line of the table; the sitting ends."""
        pressed = self.page.evaluate("window.pressed")
        requests = self.traffic.requests - self._before
        self._context.close()
        times = sorted(time for time, _ in pressed)
        high = times[max(math.ceil(len(times) * 0.95) - 1, 0)]
        at_once = sum(there for _, there in pressed)
        return (
            f"| {self.latency} ms | {statistics.median(times):.0f} ms | {high:.0f} ms | {times[-1]:.0f} ms | "
            f"{at_once} of {len(pressed)} | {requests / len(pressed):.2f} |"
        )


def first_loads(browser: Browser, link: str) -> dict[str, tuple[int, float]]:
    """Return number and bytes of all that each page loads in a browser that has nothing of it yet."""
    loads = {}
    known = browser.new_context()
    join(known.new_page(), link)
    cookies = known.cookies()
    for page_name, path in (("welcome", ""), ("guide", "guide/"), ("label", "label/")):
        context = browser.new_context()
        if path:
            context.add_cookies(cookies)
        page = context.new_page()
        traffic = Traffic(context, page)
        page.goto(link + path, wait_until="networkidle")
        loads[page_name] = (traffic.requests, sum(traffic.sizes))
        context.close()
    known.close()
    return loads


def measure(images: int, pace: int) -> Iterator[str]:
    """Yield the lines of both tables as they are known."""
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    with served(images) as link, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=root)
        yield "| page | requests | bytes on first load |"
        yield "| --- | --- | --- |"
        for name, (requests, size) in first_loads(browser, link).items():
            yield f"| {name} | {requests} | {size:,.0f} |"
        yield ""
        yield "| added latency | median | 95 % | slowest | there at once | requests a label |"
        yield "| --- | --- | --- | --- | --- | --- |"
        sittings = [Sitting(browser, link, latency=latency) for latency in LATENCIES]
        # By turns: what else the machine does meanwhile weighs alike on all of them.
        for begun in range(0, images, TURN):
            for sitting in sittings:
                sitting.label(min(TURN, images - begun), pace=pace)
        for sitting in sittings:
            yield sitting.line()
        browser.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", type=int, default=200)
    parser.add_argument("--pace", type=int, default=400, help="milliseconds for which an image is looked at")
    asked = parser.parse_args()
    for line in measure(asked.images, asked.pace):
        print(line, flush=True)


if __name__ == "__main__":
    main()
