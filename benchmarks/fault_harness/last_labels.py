"""The last labels of a study in parallel: it completes exactly once."""

import time

from benchmarks.fault_harness.registry import Fault, register
from benchmarks.fault_harness.result import FaultResult
from benchmarks.fault_harness.stage import Stage

_INSIDE = "benchmarks.fault_harness.inside.last_labels:complete"
_LABELS = 8
_AT_ONCE = 25  # studies for one question to the overseer


def last_labels(*, stage: Stage, seed: int, completions: int, bug: bool = False) -> FaultResult:
    """Complete so many studies, each by its last 8 labels at the same moment. Nothing here is random."""
    started = time.monotonic()
    found: list[str] = []
    done = tried = 0
    while tried < completions and not (bug and found):
        studies = min(_AT_ONCE, completions - tried)
        told = stage.ask(_INSIDE, first=seed * 100_000 + tried, studies=studies, labels=_LABELS, bug=bug)
        tried += studies
        done += told["completions"]
        found += told["violations"]
    return FaultResult(
        fault="last_labels",
        database=stage.database,
        figures={"completions": done, "labels": tried * _LABELS, "violations": len(found)},
        violations=found,
        seconds=time.monotonic() - started,
    )


register(
    Fault(
        name="last_labels",
        title="last 8 labels in parallel",
        goal="1,000 completions, one event each",
        run=last_labels,
        quick={"completions": 3},
        full={"completions": 1000},
        least={"completions": 1000},
        order=90,
    )
)
