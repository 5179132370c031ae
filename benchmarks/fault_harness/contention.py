"""A crowd at its most contended: client processes against server processes, one image after the other."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from benchmarks.fault_harness.registry import Fault, register
from benchmarks.fault_harness.result import FaultResult
from benchmarks.fault_harness.set_check import set_check
from benchmarks.fault_harness.stage import PRODUCT, Stage, running
from tests.live_server import ROOT


def contention(
    *,
    stage: Stage,
    seed: int,
    items: int,
    redundancy: int = 3,
    clients: int = 8,
    hosts: int = 4,
    workers: int = 1,
    most_at_once: int = 3,
    seconds: float = 3600,
    settings: str = PRODUCT,
    **environment: str,
) -> FaultResult:
    """Let `clients` processes label a depth-first study at `hosts` servers of `workers` processes each.

    Depth first gives everybody the same image until it has its labels.
    """
    started = time.monotonic()
    study = stage.launch(sample_size=items, redundancy=redundancy, order="depth")
    options = f"--preload --workers {workers}"
    servers = [stage.server(settings=settings, gunicorn=options, **environment) for _ in range(hosts)]
    with running(*servers), ExitStack() as kept:
        processes = [kept.enter_context(_client()) for _ in range(clients)]
        for number, process in enumerate(processes):
            job = {
                "ports": [server.port for server in servers],
                "link": study.link,
                "seed": seed * 1000 + number,
                "most_at_once": most_at_once,
                "seconds": seconds,
            }
            _give_job(process, job)
        outcomes = [json.loads(process.communicate()[0]) for process in processes]
    return _judge(stage, study, outcomes, seconds=time.monotonic() - started, servers=hosts * workers)


@contextmanager
def _client() -> Iterator[subprocess.Popen[str]]:
    """A client process, which does not outlive the harness."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.fault_harness.labelling_process"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()


def _give_job(process: subprocess.Popen[str], job: dict[str, Any]) -> None:
    if process.stdin is None:
        raise RuntimeError("A client has no pipe.")
    process.stdin.write(json.dumps(job) + "\n")
    process.stdin.flush()


def _judge(
    stage: Stage, study: Any, outcomes: list[dict[str, Any]], *, seconds: float, servers: int
) -> FaultResult:
    sent = {key: answer for outcome in outcomes for key, answer in outcome["sent"].items()}
    acknowledged = {key for outcome in outcomes for key in outcome["acknowledged"]}
    stored = study.labels()
    check = set_check(sent=sent, acknowledged=acknowledged, stored=stored)
    rules = study.violations()
    troubles = [outcome["gave_up"] for outcome in outcomes if outcome["gave_up"]]
    troubles += [refusal for outcome in outcomes for refusal in outcome["tally"]["refused"]]
    errors = sum(outcome["tally"]["errors"] for outcome in outcomes)
    if errors:
        troubles.append(f"{errors} replies were errors of the server")
    return FaultResult(
        fault="contention",
        database=stage.database,
        figures={
            "client processes": len(outcomes),
            "server processes": servers,
            "labels": sum(label["counted"] for label in stored),
            "items over k": sum("counted labels" in rule for rule in rules),
            "pairs twice": sum("labelled twice" in rule for rule in rules),
            "requests": sum(outcome["tally"]["requests"] for outcome in outcomes),
        },
        violations=rules + check.violations() + troubles,
        seconds=seconds,
    )


register(
    Fault(
        name="contention",
        title="8 client processes against 4 server processes, most contended order (depth first)",
        goal="30,000 labels, 0 items over k, 0 pairs twice",
        run=contention,
        quick={"items": 20, "hosts": 1, "workers": 4, "seconds": 30},
        full={"items": 10_000, "images": 10_000},
        least={"labels": 30_000},
        order=1,
    )
)
