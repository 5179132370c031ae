"""An answer at its lease's end, a millisecond before or after, while another annotator takes the item."""

import time
from collections import Counter

from benchmarks.fault_harness.registry import Fault, register
from benchmarks.fault_harness.result import FaultResult
from benchmarks.fault_harness.stage import Stage

_INSIDE = "benchmarks.fault_harness.inside.lease_races:race"


def lease_end(*, stage: Stage, seed: int, races: int, items: int, bug: bool = False) -> FaultResult:
    """Race until there have been so many races, in studies of `items` images with one label each."""
    started = time.monotonic()
    kinds: Counter[str] = Counter()
    found: list[str] = []
    done = 0
    while done < races:
        study = stage.launch(sample_size=items, redundancy=1, order="depth", lease_seconds=60)
        told = stage.ask(_INSIDE, slug=study.slug, seed=seed + done, bug=bug)
        done += told["races"]
        kinds.update(told["kinds"])
        found += told["violations"] + [f"{study.slug}: {rule}" for rule in study.violations()]
        if bug and found:
            break
    return FaultResult(
        fault="lease_end",
        database=stage.database,
        figures={"races": done, **dict(sorted(kinds.items())), "violations": len(found)},
        violations=found,
        seconds=time.monotonic() - started,
    )


register(
    Fault(
        name="lease_end",
        title="answer at the lease's end, +- 1 ms, while another takes the item",
        goal="10,000 races, 0 violations",
        run=lease_end,
        quick={"races": 24, "items": 30},
        full={"races": 10_000, "items": 100},
        least={"races": 10_000},
        order=60,
    )
)
