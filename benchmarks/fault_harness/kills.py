"""kill -9 at random moments, and Jepsen's set check afterwards.

People label through several servers while a killer ends, without warning, one worker, a whole server, a
backend of PostgreSQL, or all of PostgreSQL at once. What was killed comes back as it would in service:
gunicorn starts a new worker, the service manager a new server, PostgreSQL recovers from its log. In the end
every answer that was acknowledged must be stored, and every stored one must have been sent.
"""

import random
import time
from collections import Counter
from collections.abc import Callable

from benchmarks.fault_harness.crowd import Crowd, Habits
from benchmarks.fault_harness.postgres import kill_process
from benchmarks.fault_harness.registry import Fault, register
from benchmarks.fault_harness.result import FaultResult
from benchmarks.fault_harness.set_check import set_check
from benchmarks.fault_harness.stage import PRODUCT, LaunchedStudy, Stage, StageServer, running

_KINDS = {
    "sqlite": {"worker": 8, "server": 2},
    "postgresql": {"worker": 5, "server": 1, "backend": 3, "postmaster": 1},
}
_LONGEST_BETWEEN = 20.0  # seconds: so long a study may stand still before the next kill


def kills(
    *,
    stage: Stage,
    seed: int,
    kills: int,
    labels: int,
    items: int,
    people: int = 12,
    each: int = 200,
    hosts: int = 2,
    gunicorn: str = "--preload",
    kinds: dict[str, int] | None = None,
    settings: str = PRODUCT,
    **environment: str,
) -> FaultResult:
    """Kill `kills` times while at least `labels` answers are acknowledged.

    `each` is after how many answers somebody leaves; `kinds` how often each kind of kill is chosen. With
    gunicorn's `--preload` a new worker is there at once, so that more kills find a server at work.
    """
    started = time.monotonic()
    chance = random.Random(seed)
    study = stage.launch(sample_size=items, redundancy=-(-3 * labels // (2 * items)) + people // 2)
    servers = [stage.server(settings=settings, gunicorn=gunicorn, **environment) for _ in range(hosts)]
    done: Counter[str] = Counter()
    with running(*servers):
        ports = [server.port for server in servers]
        habits = Habits(each=min(each, items), gives_up=0.2)
        crowd = Crowd(link=study.link, ports=ports, size=people, habits=habits, seed=seed)
        crowd.start()
        try:
            _kill_repeatedly(
                stage, servers, crowd, chance, done, kills, labels, kinds or _KINDS[stage.database]
            )
        finally:
            crowd.end(seconds=90)
    return _judge(stage, study, crowd, done, seconds=time.monotonic() - started)


def _kill_repeatedly(
    stage: Stage,
    servers: list[StageServer],
    crowd: Crowd,
    chance: random.Random,
    done: Counter[str],
    kills: int,
    labels: int,
    kinds: dict[str, int],
) -> None:
    """Kill at moments that are random in the number of answers and in time, each kind at least once."""
    first = list(kinds)
    while done.total() < kills or crowd.saved < labels:
        wanted = crowd.saved + chance.randrange(2 * max(labels // kills, 1))
        patience = time.monotonic() + _LONGEST_BETWEEN
        while crowd.saved < wanted and time.monotonic() < patience:
            time.sleep(0.002)
        if crowd.saved < wanted and all(person.over for person in crowd.people[-1:]):
            crowd.failures.append("the study is over before the labels were reached")
            return
        time.sleep(chance.random() * 0.02)
        if done.total() < kills:
            kind = first.pop() if first else chance.choices(list(kinds), weights=kinds.values())[0]
            done[kind] += _KILLERS[kind](stage, servers, chance)


def _kill_worker(_stage: Stage, servers: list[StageServer], chance: random.Random) -> bool:
    workers = [pid for server in servers for pid in server.workers()]
    return bool(workers) and kill_process(chance.choice(workers))


def _kill_server(_stage: Stage, servers: list[StageServer], chance: random.Random) -> bool:
    server = chance.choice(servers)
    server.kill()
    server.start()
    return True


def _kill_backend(stage: Stage, _servers: list[StageServer], chance: random.Random) -> bool:
    postgres = stage.crashable_postgres()
    backends = postgres.backends()
    return bool(backends) and kill_process(chance.choice(backends))


def _kill_postmaster(stage: Stage, _servers: list[StageServer], _chance: random.Random) -> bool:
    postgres = stage.crashable_postgres()
    postgres.kill()
    postgres.restart()
    return True


_KILLERS: dict[str, Callable[[Stage, list[StageServer], random.Random], bool]] = {
    "worker": _kill_worker,
    "server": _kill_server,
    "backend": _kill_backend,
    "postmaster": _kill_postmaster,
}


def _judge(
    stage: Stage, study: LaunchedStudy, crowd: Crowd, done: Counter[str], *, seconds: float
) -> FaultResult:
    check = set_check(sent=crowd.sent, acknowledged=crowd.acknowledged, stored=study.labels())
    tally = crowd.tally
    return FaultResult(
        fault="kills",
        database=stage.database,
        figures={
            "kills": done.total(),
            **{f"of a {kind}": count for kind, count in sorted(done.items())},
            "acknowledged labels": check.acknowledged,
            "lost": len(check.lost),
            "that nobody sent": len(check.never_sent),
            "stored but unacknowledged": len(check.unacknowledged),
            "requests": tally.requests,
            "without a reply": tally.unreachable + tally.errors,
        },
        violations=[
            *study.violations(complete=False),
            *check.violations(),
            *crowd.failures[:5],
            *tally.refused[:5],
        ],
        seconds=seconds,
    )


register(
    Fault(
        name="kills",
        title="kill -9 of a server process, and of PostgreSQL, at random moments (Jepsen's set check)",
        goal="1,000 kills, 100,000 acknowledged labels, 0 lost, 0 that nobody sent",
        run=kills,
        quick={"kills": 4, "labels": 60, "items": 60, "each": 40, "people": 6, "hosts": 1},
        full={"kills": 1000, "labels": 100_000, "items": 10_000, "images": 10_000},
        least={"kills": 1000, "acknowledged labels": 100_000},
        order=3,
        divisible=("kills", "labels"),
    )
)
