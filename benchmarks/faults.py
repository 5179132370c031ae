"""Bring about each fault, and write the table of what came of it.

    python benchmarks/faults.py                                   # everything at the full figures: hours
    python benchmarks/faults.py --scale quick --database sqlite
    python benchmarks/faults.py --only kills --database postgresql
    python benchmarks/faults.py --table-only --output docs/reliability.md

Each result is kept as JSON in the folder of results (`--results`, outside the repository), one file a fault
and database, so that a long run may be done in pieces; with `--parts 4`, a fault's own run is done in four,
and of those the parts that are there are not done again. `--output` writes the table of all results that are
there between two marks of a document.
"""

import argparse
import json
import operator
import signal
import sys
import tempfile
import time
from functools import reduce
from pathlib import Path

if not __package__:
    # Run as a file, this script's folder would hide the packages beside it.
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from benchmarks.fault_harness.registry import Fault, faults
from benchmarks.fault_harness.result import FaultResult
from benchmarks.fault_harness.stage import Stage

DATABASES = ("sqlite", "postgresql")
RESULTS = Path(tempfile.gettempdir()) / "human-baseline-faults"
BEGIN, END = "<!-- faults: begin -->", "<!-- faults: end -->"


def run_fault(fault: Fault, *, database: str, scale: str, seed: int, parts: int = 1) -> FaultResult:
    """Run one harness, or one of `parts` parts of it, on a stage of its own."""
    sizes = dict(fault.full if scale == "full" else fault.quick)
    sizes |= {name: -(-sizes[name] // parts) for name in fault.divisible if name in sizes}
    images = sizes.pop("images", 120)
    with (
        tempfile.TemporaryDirectory(prefix=f"fault-{fault.name}-") as folder,
        Stage(database=database, folder=Path(folder) / "stage", images=images) as stage,
    ):
        return fault.run(stage=stage, seed=seed, **sizes)


def run_in_parts(
    fault: Fault, *, database: str, scale: str, seed: int, parts: int, folder: Path
) -> FaultResult:
    """Run the parts that are not there yet, each with a seed of its own, and return all of them as one."""
    if parts == 1 or not fault.divisible:
        return run_fault(fault, database=database, scale=scale, seed=seed)
    done: list[FaultResult] = []
    for number in range(parts):
        path = folder / "parts" / f"{fault.name}-{database}-{scale}-{seed}-{number + 1}-of-{parts}.json"
        if not path.exists():
            result = run_fault(fault, database=database, scale=scale, seed=seed + number, parts=parts)
            path.parent.mkdir(exist_ok=True)
            path.write_text(json.dumps(result.as_json(), indent=1) + "\n")
            print(f"  part {number + 1} of {parts}: {result.figures} in {result.seconds:.0f} s", flush=True)
        done.append(FaultResult.from_json(json.loads(path.read_text())))
    return reduce(operator.add, done)


def stored_results(folder: Path) -> dict[tuple[str, str], dict[str, object]]:
    """Return what is in the folder of results, by fault and database."""
    found = [json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))]
    return {(stored["fault"], stored["database"]): stored for stored in found}


def verdict(fault: Fault, result: FaultResult, scale: str) -> str:
    if not result.passed:
        return f"{len(result.violations)} violations"
    if scale != "full":
        return "held (quick form)"
    return "short of the goal" if result.short_of(fault.least) else "held"


def table(folder: Path) -> str:
    """Return the table of all results that are there, as Markdown: a row a fault, a column a database."""
    lines = ["| fault | goal | on SQLite | on PostgreSQL |", "| --- | --- | --- | --- |"]
    found = stored_results(folder)
    for fault in faults().values():
        cells = [cell(fault, found.get((fault.name, database))) for database in DATABASES]
        lines.append(" | ".join([f"| {fault.title}", fault.goal, *cells]) + " |")
    return "\n".join(lines)


def cell(fault: Fault, stored: dict[str, object] | None) -> str:
    """Return what one run came to: the outcome, then its figures."""
    if stored is None:
        return "not run"
    result = FaultResult.from_json({name: value for name, value in stored.items() if name != "scale"})
    figures = [f"{name} {shown(value)}" for name, value in result.figures.items()]
    outcome = verdict(fault, result, str(stored["scale"]))
    return f"**{outcome}**: {'; '.join(figures)}; {result.seconds:,.0f} s"


def shown(value: object) -> str:
    return (
        f"{value:,}"
        if isinstance(value, int)
        else f"{value:,.3g}"
        if isinstance(value, float)
        else str(value)
    )


def write_table(document: Path, text: str) -> None:
    """Put the table between the document's two marks."""
    page = document.read_text(encoding="utf-8")
    if BEGIN not in page or END not in page:
        sys.exit(f"{document} has no {BEGIN} and {END} to write the table between.")
    before, after = page.split(BEGIN)[0], page.split(END)[1]
    document.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}", encoding="utf-8")


def main() -> int:
    # Asked to end, end in order: the servers must not outlive their stage. So does Ctrl-C.
    for asked_to_end in (signal.SIGTERM, signal.SIGINT):
        signal.signal(
            asked_to_end, lambda *_signal: sys.exit("Ended before its time; what was done is kept.")
        )
    known = faults()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--only", action="append", choices=list(known), metavar="NAME", help=", ".join(known))
    parser.add_argument("--database", choices=DATABASES, help="default: both")
    parser.add_argument("--scale", choices=("full", "quick"), default="full")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--parts", type=int, default=1, help="do long runs in so many parts")
    parser.add_argument("--results", type=Path, default=RESULTS, help=f"default: {RESULTS}")
    parser.add_argument("--output", type=Path, help="a Markdown document with the two marks")
    parser.add_argument("--table-only", action="store_true", help="run nothing")
    asked = parser.parse_args()
    asked.results.mkdir(parents=True, exist_ok=True)
    failed = False
    for name in [] if asked.table_only else asked.only or known:
        for database in (asked.database,) if asked.database else DATABASES:
            started = time.strftime("%H:%M:%S")
            print(f"{started} {name} on {database} ...", flush=True)
            run = {"database": database, "scale": asked.scale, "seed": asked.seed}
            result = run_in_parts(known[name], parts=asked.parts, folder=asked.results, **run)
            stored = result.as_json() | {"scale": asked.scale}
            (asked.results / f"{name}-{database}.json").write_text(json.dumps(stored, indent=1) + "\n")
            short = result.short_of(known[name].least) if asked.scale == "full" else []
            print(f"  {result.figures} in {result.seconds:.1f} s", flush=True)
            for sentence in [*result.violations[:20], *short]:
                print(f"  {sentence}", flush=True)
            failed = failed or bool(result.violations or short)
    if asked.output:
        write_table(asked.output, table(asked.results))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
