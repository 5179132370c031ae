"""A whole study while its servers are restarted one after the other, every few seconds.

Connections break, replies are lost, people walk off and others come. At the end every item has exactly its
labels, and no place is stuck with somebody who will never answer.
"""

import time

from benchmarks.fault_harness.crowd import Crowd, Habits
from benchmarks.fault_harness.registry import Fault, register
from benchmarks.fault_harness.result import FaultResult
from benchmarks.fault_harness.set_check import set_check
from benchmarks.fault_harness.stage import PRODUCT, LaunchedStudy, Stage, StageServer, running


def rolling_restart(
    *,
    stage: Stage,
    seed: int,
    items: int,
    every: float = 5.0,
    redundancy: int = 3,
    people: int = 24,
    pause: float = 1.5,
    walks_off: float = 0.02,
    loses: float = 0.05,
    lease_seconds: int = 15,
    hosts: int = 2,
    gunicorn: str = "",
    patience: float = 60,
    settings: str = PRODUCT,
    **environment: str,
) -> FaultResult:
    """Restart one host every `every` seconds until the study is complete.

    Nothing answered for `patience` seconds, which is longer than a lease, means that something is stuck.
    """
    started = time.monotonic()
    study = stage.launch(sample_size=items, redundancy=redundancy, lease_seconds=lease_seconds)
    servers = [stage.server(settings=settings, gunicorn=gunicorn, **environment) for _ in range(hosts)]
    habits = Habits(each=items, walks_off=walks_off, loses=loses, pause=pause)
    with running(*servers):
        ports = [server.port for server in servers]
        crowd = Crowd(link=study.link, ports=ports, size=people, habits=habits, seed=seed)
        crowd.start()
        try:
            restarts = _restart_in_turn(servers, crowd, every=every, patience=patience)
        finally:
            crowd.end(seconds=90)
    return _judge(stage, study, crowd, restarts, seconds=time.monotonic() - started)


def _restart_in_turn(servers: list[StageServer], crowd: Crowd, *, every: float, patience: float) -> int:
    """Return how many restarts it took until nobody was at work, or nothing had moved for too long."""
    restarts = 0
    saved, moved = 0, time.monotonic()
    due = time.monotonic() + every
    while crowd.at_work and time.monotonic() - moved < patience:
        time.sleep(0.05)
        if crowd.saved != saved:
            saved, moved = crowd.saved, time.monotonic()
        if time.monotonic() >= due:
            due = time.monotonic() + every
            servers[restarts % len(servers)].restart()
            restarts += 1
    return restarts


def _judge(stage: Stage, study: LaunchedStudy, crowd: Crowd, restarts: int, *, seconds: float) -> FaultResult:
    check = set_check(sent=crowd.sent, acknowledged=crowd.acknowledged, stored=study.labels())
    standing = study.standing()
    tally = crowd.tally
    return FaultResult(
        fault="rolling_restart",
        database=stage.database,
        figures={
            "restarts": restarts,
            "valid labels": standing["counted"],
            "stuck": standing["open_places"],
            "surplus": standing["surplus"],
            "annotators": standing["annotators"],
            "requests": tally.requests,
            "without a reply": tally.unreachable + tally.errors,
        },
        violations=[*study.violations(), *check.violations(), *crowd.failures[:5], *tally.refused[:5]],
        seconds=seconds,
    )


register(
    Fault(
        name="rolling_restart",
        title="Rolling restart every 5 s through a 1000 x 3 study",
        goal="ends with 3,000 valid labels, none stuck",
        run=rolling_restart,
        quick={
            "items": 20,
            "every": 0.5,
            "pause": 0.3,
            "walks_off": 0.0,
            "people": 8,
            "gunicorn": "--preload",
        },
        full={"items": 1000, "images": 1200},
        least={"restarts": 10, "valid labels": 3000},
        order=10,
    )
)
