"""Exclusions and reinstatements while others label, and at the moment of a study's last label."""

import time
from typing import Any

from benchmarks.fault_harness.registry import Fault, register
from benchmarks.fault_harness.result import FaultResult
from benchmarks.fault_harness.stage import Stage

_INSIDE = "benchmarks.fault_harness.inside.toggle_rounds"
_IN_ONE_CROWD = 12


def exclusion_toggles(
    *, stage: Stage, seed: int, in_crowds: int, at_ends: int, bug: bool = False
) -> FaultResult:
    """Toggle so often in crowds of seven, and so often at the ends of studies of two images.

    Every study must end complete, with exactly its labels.
    """
    started = time.monotonic()
    found: list[str] = []
    done = {"in_the_crowd": 0, "at_the_end": 0}
    studies = 0

    def toggle(kind: str, protocol: dict[str, Any], **sizes: Any) -> None:
        nonlocal studies
        studies += 1
        study = stage.launch(order="depth", **protocol)
        told = stage.ask(f"{_INSIDE}:{kind}", slug=study.slug, **sizes)
        done[kind] += told["toggles"]
        broken = [*told["errors"], *study.violations()]
        found.extend(f"{study.slug}, {kind}: {sentence}" for sentence in broken)

    while done["at_the_end"] < at_ends and not (bug and found):
        toggle("at_the_end", {"sample_size": 2, "redundancy": 1}, bug=bug)
    while done["in_the_crowd"] < in_crowds and not (bug and found):
        toggle("in_the_crowd", {"sample_size": 8}, seed=seed + studies, toggles=_IN_ONE_CROWD)
    return FaultResult(
        fault="exclusion_toggles",
        database=stage.database,
        figures={
            "toggles": sum(done.values()),
            "at a last label": done["at_the_end"],
            "studies": studies,
            "violations": len(found),
        },
        violations=found,
        seconds=time.monotonic() - started,
    )


register(
    Fault(
        name="exclusion_toggles",
        title="exclusions and reinstatements while others label, and just before the end",
        goal="1,000 toggles, 0 violations",
        run=exclusion_toggles,
        quick={"in_crowds": 12, "at_ends": 8},
        full={"in_crowds": 504, "at_ends": 500},
        least={"toggles": 1000},
        order=80,
    )
)
