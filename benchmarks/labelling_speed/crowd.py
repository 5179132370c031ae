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

from benchmarks.labelling_speed.connection import Broken, Connection, post
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
    submit_seconds: list[float] = field(default_factory=list)
    lease_seconds: list[float] = field(default_factory=list)
    seconds: float = 0.0
    client_cpu: float = 0.0
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
    """One annotator who answers without looking: saves an answer, takes the next image, leases ahead.

    With `pause` 0 the next answer comes when the one before is saved, which is the hardest loop that the page
    can ask for one answer at a time.
    """

    def __init__(self, *, port: int, link: str, badge: Badge, seed: int) -> None:
        self.port = port
        self.link = link
        self.tally = Tally()
        self.chance = random.Random(seed)
        # The first one is on the screen.
        self.ready: deque[str] = deque()
        self.seen: set[str] = set()
        self.over = False
        self.headers = as_browser(port) | {
            "Cookie": f"csrftoken={badge.csrf}; annotator={badge.cookie}",
            "X_CSRFToken": badge.csrf,
        }
        self.connection: Connection | None = None

    async def work(self, *, until: float, pause: float, tally: Tally) -> None:
        """Label until the moment `until` (of `time.perf_counter`), or until there is nothing more."""
        self.tally = tally
        self.over = False
        await asyncio.sleep(self.chance.random() * pause)
        while time.perf_counter() < until and not self.over:
            if len(self.ready) <= 1 + LOW:
                await self._lease()
            if self.ready:
                await self._submit(self.ready.popleft())
            if pause:
                await asyncio.sleep(pause)
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    async def _lease(self) -> None:
        reply = await self._ask("lease/", {"count": BATCH}, self.tally.lease_seconds)
        fresh = [a["assignment"] for a in reply.get("assignments", ()) if a["assignment"] not in self.seen]
        self.seen.update(fresh)
        self.ready.extend(fresh)
        self.over = not self.ready

    async def _submit(self, assignment: str) -> None:
        answer = {
            "assignment": assignment,
            "category": self.chance.randrange(10),
            "submission_key": str(uuid.uuid4()),
            "response_ms": self.chance.randrange(400, 4000),
        }
        reply = await self._ask("label/", answer, self.tally.submit_seconds)
        if reply.get("saved"):
            self.tally.labels += 1

    async def _ask(self, page: str, body: dict[str, object], latencies: list[float]) -> dict[str, object]:
        request = post(self.link + page, json.dumps(body).encode(), **self.headers)
        self.tally.requests += 1
        begun = time.perf_counter()
        try:
            if self.connection is None:
                self.connection = await Connection.open(self.port)
            status, _, said = await self.connection.ask(request)
        except (Broken, OSError) as failure:
            self.connection = None
            self.tally.errors += 1
            self.tally.failures.add(str(failure))
            return {}
        if status != 200:
            self.over = b'"over"' in said
            self.tally.errors += not self.over
            self.tally.failures.add(f"{status}: {said[:100]!r}")
            return {}
        latencies.append(time.perf_counter() - begun)
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
        connection = await Connection.open(self.port)
        while time.perf_counter() < until:
            answer = {
                "task": self.chance.randrange(1, 1001),
                "category": self.chance.randrange(10),
                "submission_key": str(uuid.uuid4()),
                "response_ms": self.chance.randrange(400, 4000),
            }
            begun = time.perf_counter()
            status, _, _ = await connection.ask(post("/answer/", json.dumps(answer).encode(), **self.headers))
            self.tally.requests += 1
            if status == 200:
                self.tally.labels += 1
                self.tally.submit_seconds.append(time.perf_counter() - begun)
            else:
                self.tally.errors += 1
        connection.close()


def crowd_of(*, port: int, link: str, badges: list[Badge]) -> list[Person]:
    """Return an annotator for each badge. They go on from one round to the next, as a sitting does."""
    return [Person(port=port, link=link, badge=badge, seed=number) for number, badge in enumerate(badges)]


def run_crowd(people: list[Person], *, seconds: float, pause: float = 0.0) -> Tally:
    """Let these annotators label for so many seconds; return what they saw."""
    tally = Tally()

    async def all_of_them() -> None:
        until = time.perf_counter() + seconds
        await asyncio.gather(*(person.work(until=until, pause=pause, tally=tally) for person in people))

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
