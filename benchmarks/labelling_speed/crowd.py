"""A crowd at the other end of HTTP that asks what the page's own script asks (`static/labelling/stock.js`,
`outbox.js`): images in batches, sent inside the reply; answers in the background, in order.
"""

import asyncio
import json
import random
import time
import uuid
from collections import deque
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

from benchmarks.labelling_speed.connection import Broken, Line, post
from benchmarks.labelling_speed.studies import Badge

# As in stock.js.
BATCH = 10
LOW = 3


@dataclass
class Tally:
    """What a crowd saw in one round. Times in seconds; a request that failed is an error, not a latency."""

    labels: int = 0
    requests: int = 0
    errors: int = 0
    # From an answer to the moment when the browser knows that it is saved.
    submit_seconds: list[float] = field(default_factory=list)
    seconds: float = 0.0
    client_cpu: float = 0.0
    server_cpu: float = 0.0
    failures: set[str] = field(default_factory=set)


def as_browser(port: int) -> dict[str, str]:
    """Return the headers that Chromium adds to a request of our script: a server must read them all."""
    return {
        "Connection": "keep-alive",
        "User_Agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0",
        "Accept": "*/*",
        "Accept_Encoding": "gzip, deflate, br, zstd",
        "Accept_Language": "en-GB,en;q=0.9",
        "Origin": f"http://127.0.0.1:{port}",
        "Referer": f"http://127.0.0.1:{port}/s/label/",
        "Sec_Fetch_Dest": "empty",
        "Sec_Fetch_Mode": "cors",
        "Sec_Fetch_Site": "same-origin",
    }


class Person:
    """One annotator, as the page's script asks for them.

    An answer waits in the outbox and goes out in the background, with all that wait beside it; the next image
    is leased ahead. The next answer comes after `pause` seconds, also while earlier ones are on their way.
    With `in_turn` every answer is saved before the next is given, which is the hardest loop for a server: one
    request for each answer, whatever the load.
    """

    def __init__(self, *, port: int, link: str, badge: Badge, seed: int) -> None:
        self.link = link
        self.tally = Tally()
        self.chance = random.Random(seed)
        self.headers = as_browser(port) | {
            "Cookie": f"csrftoken={badge.csrf}; annotator={badge.cookie}",
            "X_CSRFToken": badge.csrf,
        }
        self.ready: deque[str] = deque()
        self.seen: set[str] = set()
        self.outbox: list[tuple[float, dict[str, object]]] = []
        self.sending = self.leasing = self.over = False
        self.changed = asyncio.Event()
        # A browser has several connections; this one needs two.
        self.lines = {page: Line(port) for page in ("lease/", "label/")}

    async def work(self, *, until: float, pause: float, in_turn: bool, tally: Tally) -> None:
        """Label until the moment `until` (of `time.perf_counter`), or until there is nothing more."""
        self.tally, self.over, self.changed = tally, False, asyncio.Event()
        background: set[asyncio.Task[None]] = set()
        await asyncio.sleep(self.chance.random() * pause)
        while time.perf_counter() < until and not self.over:
            self.changed.clear()
            if self.ready:
                self._answer(self.ready.popleft())
            for wanted, errand in ((self._may_send(), self._send), (self._may_lease(), self._lease)):
                if wanted:
                    task = asyncio.create_task(errand())
                    background.add(task)
                    task.add_done_callback(background.discard)
                    await asyncio.sleep(0)
            if not self.ready or in_turn:
                await self.changed.wait()
                while in_turn and self.outbox:
                    self.changed.clear()
                    await self.changed.wait()
            await asyncio.sleep(pause)
        await asyncio.gather(*background)
        if self.outbox:
            await self._send()
        for line in self.lines.values():
            line.close()

    def _answer(self, assignment: str) -> None:
        answer: dict[str, object] = {
            "assignment": assignment,
            "category": self.chance.randrange(10),
            "submission_key": str(uuid.uuid4()),
            "response_ms": self.chance.randrange(400, 4000),
        }
        self.outbox.append((time.perf_counter(), answer))

    def _may_send(self) -> bool:
        return bool(self.outbox) and not self.sending

    def _may_lease(self) -> bool:
        """As `fill` in stock.js."""
        left = len(self.ready) - 1  # the first is on the screen
        room = BATCH - len(self.outbox) - left - 1
        return not self.leasing and left <= LOW and not (self.outbox and (left > 1 or room <= LOW))

    async def _send(self) -> None:
        """Send what waits, in order, until nothing does."""
        self.sending = True
        while self.outbox and not self.over:
            together = self.outbox[:BATCH]
            answers = [answer for _, answer in together]
            body = answers[0] if len(answers) == 1 else {"answers": answers}
            reply = await self._ask("label/", body)
            now = time.perf_counter()
            for (given, _), told in zip(together, reply.get("answers", [reply]), strict=False):
                if told.get("saved"):
                    self.tally.labels += 1
                    self.tally.submit_seconds.append(now - given)
            del self.outbox[: len(together)]
            self.changed.set()
        self.sending = False

    async def _lease(self) -> None:
        self.leasing = True
        settled = not self.outbox
        reply = await self._ask("lease/", {"count": BATCH})
        fresh = [a["assignment"] for a in reply.get("assignments", ()) if a["assignment"] not in self.seen]
        self.seen.update(fresh)
        self.ready.extend(fresh)
        self.over = self.over or (settled and not fresh and not self.ready)
        self.leasing = False
        self.changed.set()

    async def _ask(self, page: str, body: dict[str, object]) -> dict[str, Any]:
        request = post(self.link + page, json.dumps(body).encode(), **self.headers)
        self.tally.requests += 1
        try:
            status, said = await self.lines[page].ask(request)
        except (Broken, OSError) as failure:
            self.tally.errors += 1
            self.tally.failures.add(str(failure))
            return {}
        if status != 200:
            self.over = self.over or b'"over"' in said
            self.tally.errors += not self.over
            self.tally.failures.add(f"{status}: {said[:100]!r}")
            return {}
        return dict(json.loads(said))


class Clerk:
    """One client of the floor: the same connection, a request as long as a submission."""

    def __init__(self, *, port: int, tally: Tally, seed: int) -> None:
        self.port = port
        self.tally = tally
        self.chance = random.Random(seed)
        self.headers = as_browser(port)

    async def work(self, *, until: float) -> None:
        """Ask until the moment `until`."""
        line = Line(self.port)
        while time.perf_counter() < until:
            answer = {
                "task": self.chance.randrange(1, 1001),
                "category": self.chance.randrange(10),
                "submission_key": str(uuid.uuid4()),
                "response_ms": self.chance.randrange(400, 4000),
            }
            begun = time.perf_counter()
            status, _ = await line.ask(post("/answer/", json.dumps(answer).encode(), **self.headers))
            self.tally.requests += 1
            if status == 200:
                self.tally.labels += 1
                self.tally.submit_seconds.append(time.perf_counter() - begun)
            else:
                self.tally.errors += 1
        line.close()


def crowd_of(*, port: int, link: str, badges: list[Badge]) -> list[Person]:
    """Return an annotator for each badge. They go on from one round to the next, as a sitting does."""
    return [Person(port=port, link=link, badge=badge, seed=number) for number, badge in enumerate(badges)]


def run_crowd(people: list[Person], *, seconds: float, pause: float = 0.0, in_turn: bool = False) -> Tally:
    """Let these annotators label for so many seconds; return what they saw."""
    tally = Tally()

    async def all_of_them() -> None:
        until = time.perf_counter() + seconds
        await asyncio.gather(
            *(person.work(until=until, pause=pause, in_turn=in_turn, tally=tally) for person in people)
        )

    return _timed(tally, all_of_them())


def run_floor(*, port: int, clients: int, seconds: float) -> Tally:
    """Let so many clients ask the floor for so many seconds; a label is a request there."""
    tally = Tally()
    clerks = [Clerk(port=port, tally=tally, seed=number) for number in range(clients)]

    async def all_of_them() -> None:
        until = time.perf_counter() + seconds
        await asyncio.gather(*(clerk.work(until=until) for clerk in clerks))

    return _timed(tally, all_of_them())


def _timed(tally: Tally, everybody: Coroutine[Any, Any, None]) -> Tally:
    begun, cpu = time.perf_counter(), time.process_time()
    asyncio.run(everybody)
    tally.seconds = time.perf_counter() - begun
    tally.client_cpu = time.process_time() - cpu
    return tally
