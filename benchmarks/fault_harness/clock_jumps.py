"""The clock of servers and database is set an hour or a day, forward and back, while people hold leases.

Nobody may lose a lease by it, no duration may be negative, and leases must still end when their time is over.
"""

import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.fault_harness.person import Person
from benchmarks.fault_harness.registry import Fault, register
from benchmarks.fault_harness.result import FaultResult
from benchmarks.fault_harness.set_clock import PostgresByTheClock, SettableClock
from benchmarks.fault_harness.stage import PRODUCT, LaunchedStudy, Stage, StageServer, running

_HOUR, _DAY = 3600, 86_400
_JUMPS = (_HOUR, -_HOUR, _DAY, -_DAY)
_JUMPS_OF_ONE_CROWD = 10
_HOLDERS = 3
_SHORTEST_LEASE = 10  # seconds; the least that a protocol may have
_INSIDE = "benchmarks.fault_harness.inside.clock_record"


def clock_jumps(
    *,
    stage: Stage,
    seed: int,
    jumps: int,
    short_leases: int,
    database_too: bool = False,
    settings: str = PRODUCT,
) -> FaultResult:
    """Set the clock `jumps` times; then see `short_leases` times that a lease ends when its time is over.

    With `database_too` PostgreSQL goes by that clock as well, in a cluster of its own.
    """
    started = time.monotonic()
    found: list[str] = []
    with SettableClock() as clock, _by(clock, stage, database_too) as own:
        study = own.launch(sample_size=100, redundancy=jumps // 8 + 2, lease_seconds=3000)
        server = own.server(settings=settings, gunicorn="--preload", **clock.environment)
        with running(server):
            tally = _jump(own, server, study, clock, random.Random(seed), jumps, found)
            for _ in range(short_leases):
                found += _ended_in_time(own, server, clock)
        found += own.ask(f"{_INSIDE}:out_of_order", slug=study.slug)
    return FaultResult(
        fault="clock_jumps",
        database=stage.database,
        figures={
            "jumps": jumps,
            "leases held meanwhile": tally["held"],
            "lost": tally["lost"],
            "restarts after a jump": tally["restarts"],
            "short leases ended in time": short_leases,
            "violations": len(found),
        },
        violations=found,
        seconds=time.monotonic() - started,
    )


@contextmanager
def _by(clock: SettableClock, stage: Stage, database_too: bool) -> Iterator[Stage]:
    """Give a stage whose database goes by this clock too, where that is wanted and it has a clock."""
    if stage.database == "sqlite" or not database_too:
        yield stage
        return
    postgres = PostgresByTheClock(clock=clock)
    postgres.start()
    try:
        folder, static = Path(tempfile.mkdtemp(dir=stage.folder)), stage.folder / "static"
        with Stage(database=stage.database, folder=folder, static=static, postgres=postgres) as own:
            yield own
    finally:
        postgres.stop()


def _jump(
    own: Stage,
    server: StageServer,
    study: LaunchedStudy,
    clock: SettableClock,
    chance: random.Random,
    jumps: int,
    found: list[str],
) -> Counter[str]:
    """Set the clock again and again; count the leases `held` meanwhile, those `lost` by it, and `restarts`.

    Before each jump some people hold leases; after it others ask for images, and then the holders answer.
    Each tenth time the server is started anew in between, so that its processes have known no other clock.
    """
    tally: Counter[str] = Counter()
    people: list[Person] = []
    for number in range(jumps):
        if number % _JUMPS_OF_ONE_CROWD == 0:
            _leave(people)
            people = [_joined(server, study, seed=chance.getrandbits(32)) for _ in range(_HOLDERS + 1)]
        *holders, taker = people
        held = [(person, person.lease(count=2, until=_soon())) for person in holders]
        clock.set(clock.ahead + _JUMPS[number % len(_JUMPS)] * chance.choice((1, 1, -1)))
        if number % _JUMPS_OF_ONE_CROWD == _JUMPS_OF_ONE_CROWD // 2:
            tally["restarts"] += 1
            server.stop()
            server.start()
        tally["held"] += sum(len(leases) for _, leases in held)
        held.append((taker, taker.lease(count=2, until=_soon())))
        if lost := own.ask(f"{_INSIDE}:leases_lost", slug=study.slug):
            tally["lost"] += lost
            found.append(f"jump {number} to {clock.ahead:+d} s: {lost} leases were lost")
        for person, leases in held:
            if len(leases) != 2:
                found.append(f"jump {number}: {len(leases)} of 2 leases were given")
            for assignment in leases:
                person.submit(person.new_answer(assignment), until=_soon())
        found += [f"jump {number}: {said}" for person in people for said in person.tally.refused]
    _leave(people)
    return tally


def _ended_in_time(own: Stage, server: StageServer, clock: SettableClock) -> list[str]:
    """Hold a study's only image past its lease, with the clock set back; another must then be given it."""
    study = own.launch(sample_size=1, redundancy=1, lease_seconds=_SHORTEST_LEASE)
    holder, other = (_joined(server, study, seed=seed) for seed in (1, 2))
    [_] = holder.lease(count=1, until=_soon())
    held_since = time.monotonic()
    clock.set(clock.ahead - _DAY)
    while not other.lease(count=1, until=_soon()):
        if time.monotonic() - held_since > 2 * _SHORTEST_LEASE:
            return [f"{study.slug}: a lease of {_SHORTEST_LEASE} s has not ended after twice that time"]
        time.sleep(0.2)
    held = time.monotonic() - held_since
    _leave([holder, other])
    return [] if held > _SHORTEST_LEASE - 1 else [f"{study.slug}: a lease ended after {held:.1f} s"]


def _joined(server: StageServer, study: LaunchedStudy, *, seed: int) -> Person:
    person = Person(ports=[server.port], link=study.link, seed=seed)
    person.join(until=_soon())
    return person


def _leave(people: list[Person]) -> None:
    for person in people:
        person.hang_up()


def _soon() -> float:
    return time.monotonic() + 60


register(
    Fault(
        name="clock_jumps",
        title="clock jumps of an hour and a day, both ways",
        goal="100 jumps, no mass expiry, no negative duration",
        run=clock_jumps,
        quick={"jumps": 6, "short_leases": 0},
        full={"jumps": 100, "short_leases": 4, "database_too": True},
        least={"jumps": 100},
        order=70,
    )
)
