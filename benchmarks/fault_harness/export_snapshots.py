"""Exports while people label: each shows the study at one moment, whatever comes between two queries."""

import time

from benchmarks.fault_harness.crowd import Crowd, Habits
from benchmarks.fault_harness.registry import Fault, register
from benchmarks.fault_harness.result import FaultResult
from benchmarks.fault_harness.stage import Stage, running

_INSIDE = "benchmarks.fault_harness.inside.snapshots:export"
_PEOPLE = 3


def export_snapshots(
    *,
    stage: Stage,
    seed: int,
    exports: int,
    items: int,
    k: int,
    whole: bool,
    pause: float = 0.2,
    verify_each: int = 20,
    bug: bool = False,
) -> FaultResult:
    """Export so many times while people label, and compare labels, events and counts within each export.

    `whole` exports are bundles with all their files, of which each `verify_each`th is computed again.
    `pause` is the longest time that somebody takes over an image, in seconds.
    """
    started = time.monotonic()
    study = stage.launch(sample_size=items, redundancy=k)
    server = stage.server()
    found: list[str] = []
    done = meanwhile = labels = 0
    with running(server):
        habits = Habits(each=items, pause=pause)
        crowd = Crowd(link=study.link, ports=[server.port], size=_PEOPLE, habits=habits, seed=seed)
        crowd.start()
        try:
            while crowd.saved < _PEOPLE:
                time.sleep(0.05)
            while done < exports and not (bug and found):
                verify = whole and done % verify_each == 0
                told = stage.ask(_INSIDE, slug=study.slug, whole=whole, verify=verify, bug=bug)
                done += 1
                meanwhile += told["came_meanwhile"] > 0
                labels = told["labels"]
                found += [f"export {done}: {sentence}" for sentence in told["violations"]]
        finally:
            crowd.end(seconds=60)
    found += study.violations(complete=False) + crowd.failures[:5]
    return FaultResult(
        fault="export_snapshots",
        database=stage.database,
        figures={
            "exports": done,
            "with labels coming meanwhile": meanwhile,
            "labels in the last one": labels,
            "violations": len(found),
        },
        violations=found,
        seconds=time.monotonic() - started,
    )


register(
    Fault(
        name="export_snapshots",
        title="export while labelling",
        goal="200 exports, each one snapshot: counts, hashes and events agree",
        run=export_snapshots,
        quick={"exports": 2, "items": 60, "k": 5, "whole": False},
        full={"exports": 200, "items": 1000, "k": 30, "whole": True, "pause": 1.0, "images": 1000},
        least={"exports": 200, "with labels coming meanwhile": 150},
        order=110,
    )
)
