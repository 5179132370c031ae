"""One answer sent many times at once: delayed, replies dropped after the commit, replayed after a restart.

A burst is one answer to one image, sent `copies` times in parallel, each copy on a connection of its own and
at a random moment. Some copies hang up as soon as the reply begins, when the label is stored and the sender
does not know it; some hang up at once. Every reply that is read must be the same, byte for byte, and so must
the reply to a replay after the servers were killed and started again.
"""

import asyncio
import json
import random
import time
from dataclasses import dataclass, field
from typing import Any

from benchmarks.fault_harness.person import Person
from benchmarks.fault_harness.registry import Fault, register
from benchmarks.fault_harness.result import FaultResult
from benchmarks.fault_harness.set_check import set_check
from benchmarks.fault_harness.stage import PRODUCT, LaunchedStudy, Stage, StageServer, running

_READ, _DROP, _CUT = "read", "drop", "cut"
# What may differ between two replies that say the same: times, and the order of the policy's directives.
_PASSING = (b"date:", b"expires:", b"connection:", b"keep-alive:", b"content-security-policy:")
_AT_A_TIME = 64


@dataclass
class Burst:
    """One answer, with what came back for it."""

    person: Person
    answer: dict[str, Any]
    replies: list[bytes] = field(default_factory=list)
    dropped: int = 0
    cut: int = 0
    failed: list[str] = field(default_factory=list)


@dataclass
class Found:
    """What all bursts together showed."""

    bursts: list[Burst] = field(default_factory=list)
    replayed: int = 0
    restarts: int = 0
    violations: list[str] = field(default_factory=list)


def bursts(
    *,
    stage: Stage,
    seed: int,
    items: int,
    redundancy: int,
    people: int = 8,
    copies: int = 8,
    longest_delay: float = 0.5,
    blocks_between_restarts: int = 12,
    hosts: int = 2,
    patience: float = 60,
    settings: str = PRODUCT,
    **environment: str,
) -> FaultResult:
    """Answer a whole study in bursts: `items` times `redundancy` of them."""
    started = time.monotonic()
    chance = random.Random(seed)
    study = stage.launch(sample_size=items, redundancy=redundancy, order="depth")
    found = Found()
    servers = [stage.server(settings=settings, gunicorn="--preload", **environment) for _ in range(hosts)]
    ports = [server.port for server in servers]
    crowd = [Person(ports=ports, link=study.link, seed=seed * 1000 + number) for number in range(people)]
    with running(*servers):
        for person in crowd:
            person.join(until=time.monotonic() + 30)
        waiting: list[Burst] = []
        for block in range(1, 10 * items * redundancy):
            made = _lease_for_all(crowd, patience)
            asyncio.run(_send_all(made, chance, copies=copies, longest_delay=longest_delay))
            waiting += made
            if not made or block % blocks_between_restarts == 0:
                _restart(servers, found)
                asyncio.run(_replay_all(waiting, chance, found))
                found.bursts += waiting
                waiting = []
            if not made:
                break
    return _judge(stage, study, found, copies=copies, seconds=time.monotonic() - started)


def _lease_for_all(crowd: list[Person], patience: float) -> list[Burst]:
    """Let everybody lease as much as there is for them; nothing when the study is over, or seems to be."""
    until = time.monotonic() + patience
    made: list[Burst] = []
    while not made and time.monotonic() < until:
        for person in crowd:
            promised = person.lease(count=10, until=until)
            made += [Burst(person=person, answer=person.new_answer(name)) for name in promised]
        if all(person.over for person in crowd):
            break
    for person in crowd:
        person.hang_up()
    return made


async def _send_all(made: list[Burst], chance: random.Random, *, copies: int, longest_delay: float) -> None:
    """Send every burst's copies, a few dozen bursts at a time."""
    gate = asyncio.Semaphore(_AT_A_TIME)

    async def send(burst: Burst) -> None:
        async with gate:
            # Two copies at least are read; of the others each may be.
            ways = [_READ, _READ, *(chance.choice((_READ, _DROP, _DROP, _CUT)) for _ in range(copies - 2))]
            chance.shuffle(ways)
            delays = [chance.uniform(0, longest_delay) for _ in ways]
            await asyncio.gather(
                *(
                    _send_copy(burst, way, delay, chance.choice(burst.person.ports))
                    for way, delay in zip(ways, delays, strict=True)
                )
            )

    await asyncio.gather(*(send(burst) for burst in made))


async def _send_copy(burst: Burst, way: str, delay: float, port: int) -> None:
    await asyncio.sleep(delay)
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            writer.write(request_bytes(burst.person, burst.answer, port))
            await writer.drain()
            if way == _READ:
                burst.replies.append(await asyncio.wait_for(reader.read(), timeout=60))
            elif way == _DROP:
                await asyncio.wait_for(reader.read(1), timeout=60)
                burst.dropped += 1
            else:
                burst.cut += 1
        finally:
            writer.transport.abort()
    except (OSError, TimeoutError) as error:
        burst.failed.append(f"a copy had no reply: {error!r}")


def request_bytes(person: Person, answer: dict[str, Any], port: int) -> bytes:
    """Return the request that sends an answer, as the page's script makes it."""
    body = json.dumps(answer).encode()
    head = [
        f"POST {person.link}label/ HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        *(f"{name}: {value}" for name, value in person.script_headers().items()),
        f"Content-Length: {len(body)}",
        "Connection: close",
    ]
    return "\r\n".join([*head, "", ""]).encode() + body


def _restart(servers: list[StageServer], found: Found) -> None:
    for server in servers:
        server.kill()
    for server in servers:
        server.start()
    found.restarts += 1


async def _replay_all(waiting: list[Burst], chance: random.Random, found: Found) -> None:
    """Send every answer once more, and one in ten with another category under the same key."""
    gate = asyncio.Semaphore(_AT_A_TIME)

    async def replay(burst: Burst) -> None:
        async with gate:
            await _send_copy(burst, _READ, 0, chance.choice(burst.person.ports))
            found.replayed += 1
            if chance.random() < 0.1:
                other = dict(burst.answer, category=(burst.answer["category"] + 1) % 10)
                forged = Burst(person=burst.person, answer=other)
                await _send_copy(forged, _READ, 0, chance.choice(burst.person.ports))
                if not (forged.replies and forged.replies[0].startswith(b"HTTP/1.1 409")):
                    burst.failed.append(f"another answer under its key was not refused: {forged.replies}")

    await asyncio.gather(*(replay(burst) for burst in waiting))


def _lasting(reply: bytes) -> bytes:
    """Return a reply without what passes."""
    head, _, body = reply.partition(b"\r\n\r\n")
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(_PASSING)]
    return b"\r\n".join([*lines, b"", body])


def _judge(stage: Stage, study: LaunchedStudy, found: Found, *, copies: int, seconds: float) -> FaultResult:
    sent = {burst.answer["submission_key"]: burst.answer for burst in found.bursts}
    stored = study.labels()
    check = set_check(sent=sent, acknowledged=sent, stored=stored)
    differing = [burst for burst in found.bursts if len({_lasting(reply) for reply in burst.replies}) != 1]
    refused = [
        burst for burst in found.bursts if not all(r.startswith(b"HTTP/1.1 200") for r in burst.replies)
    ]
    failed = [sentence for burst in found.bursts for sentence in burst.failed]
    troubles = found.violations + failed[:10]
    if differing:
        replies = {_lasting(reply) for reply in differing[0].replies}
        troubles.append(f"{len(differing)} bursts got differing replies, as {sorted(replies)}")
    if refused:
        troubles.append(f"{len(refused)} bursts got a reply that was no success")
    extra = len(stored) - len(sent)
    if extra:
        troubles.append(f"{extra} rows more than answers")
    return FaultResult(
        fault="bursts",
        database=stage.database,
        figures={
            "bursts": len(found.bursts),
            "copies": copies * len(found.bursts),
            "replies dropped": sum(burst.dropped for burst in found.bursts),
            "cut off at once": sum(burst.cut for burst in found.bursts),
            "restarts": found.restarts,
            "replayed": found.replayed,
            "extra rows": extra,
            "replies compared": sum(len(burst.replies) for burst in found.bursts),
            "differing replies": len(differing),
        },
        violations=study.violations() + check.violations() + troubles,
        seconds=seconds,
    )


register(
    Fault(
        name="bursts",
        title="One label sent 8 times in parallel, delayed 0-500 ms, replies dropped after commit, "
        "replayed after a restart",
        goal="10,000 bursts, 0 extra rows, replies identical",
        run=bursts,
        quick={"items": 6, "redundancy": 2, "people": 3, "hosts": 1},
        full={"items": 2500, "redundancy": 4, "images": 10_000},
        least={"bursts": 10_000, "replayed": 10_000},
        order=2,
        divisible=("items",),
    )
)
