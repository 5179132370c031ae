"""Exports while people label: each shows the study at one moment, whatever comes between two queries."""

import time

from benchmarks.fault_harness.crowd import Crowd, Habits
from benchmarks.fault_harness.registry import Fault, register
from benchmarks.fault_harness.result import FaultResult
from benchmarks.fault_harness.stage import Stage, running

_INSIDE = "benchmarks.fault_harness.inside.snapshots:export"


def export_snapshots(
    *,
    stage: Stage,
    seed: int,
    exports: int,
    items: int,
    k: int,
    people: int = 3,
    whole_each: int = 0,
    pause: float = 0.2,
    bug: bool = False,
) -> FaultResult:
    """Export so many times while people label, and compare labels, events and counts within each export.

    Each `whole_each`th is a bundle with all its files, which is then computed again; the others are the raw
    data and the report, as the bundle makes them. `people` label at once, each for up to `pause` seconds over
    an image: enough that labels come during most exports, however quick these are.
    """
    started = time.monotonic()
    study = stage.launch(sample_size=items, redundancy=k)
    server = stage.server(gunicorn="--preload")
    found: list[str] = []
    done = bundles = meanwhile = labels = 0
    with running(server):
        habits = Habits(each=items, pause=pause)
        crowd = Crowd(link=study.link, ports=[server.port], size=people, habits=habits, seed=seed)
        crowd.start()
        try:
            while crowd.saved < people and crowd.at_work and not crowd.failures:
                time.sleep(0.05)
            while done < exports and not (bug and found):
                whole = whole_each > 0 and done % whole_each == 0
                told = stage.ask(_INSIDE, slug=study.slug, whole=whole, bug=bug)
                done += 1
                bundles += whole
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
            "whole bundles computed again": bundles,
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
        quick={"exports": 2, "items": 60, "k": 5},
        full={
            "exports": 200,
            "items": 1000,
            "k": 20,
            "people": 8,
            "whole_each": 10,
            "pause": 0.4,
            "images": 1000,
        },
        least={"exports": 200, "with labels coming meanwhile": 150},
        order=110,
    )
)
