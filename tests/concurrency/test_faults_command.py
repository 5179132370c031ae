"""The command line of the faults: results in parts, and the table that they give."""

import json
from pathlib import Path

import pytest

from benchmarks import faults as command
from benchmarks.fault_harness.registry import Fault, faults
from benchmarks.fault_harness.result import FaultResult


def made_up(
    *, violations: list[str] | None = None, labels: int = 50, database: str = "sqlite"
) -> FaultResult:
    return FaultResult(
        fault="kills",
        database=database,
        figures={"kills": 10, "acknowledged labels": labels},
        violations=violations or [],
        seconds=2.0,
    )


def store(folder: Path, result: FaultResult, scale: str = "full") -> None:
    stored = result.as_json() | {"scale": scale}
    (folder / f"{result.fault}-{result.database}.json").write_text(json.dumps(stored))


def told(folder: Path, database: str = "sqlite") -> str:
    (line,) = [line for line in command.table(folder).splitlines() if line.startswith("| kill -9")]
    return line.strip("| ").split(" | ")[2 + command.DATABASES.index(database)]


def test_every_fault_of_the_table_is_registered_with_both_forms() -> None:
    known = faults()
    assert {"contention", "bursts", "kills", "fsync_order", "rolling_restart"} <= set(known)
    assert all(fault.quick and fault.full and fault.least for fault in known.values())


def test_a_result_with_a_violation_is_told_in_the_table(tmp_path: Path) -> None:
    store(tmp_path, made_up(violations=["1 acknowledged labels are lost, as x"]))
    assert told(tmp_path).startswith("**1 violations**: ")


def test_a_run_that_was_too_short_is_not_told_as_held(tmp_path: Path) -> None:
    store(tmp_path, made_up())
    assert told(tmp_path).startswith("**short of the goal**: ")
    assert told(tmp_path, "postgresql") == "not run"


def test_a_full_run_that_held_is_told_with_its_figures(tmp_path: Path) -> None:
    held = FaultResult("kills", "sqlite", {"kills": 1000, "acknowledged labels": 100_000}, [], 3600.0)
    store(tmp_path, held)
    assert told(tmp_path) == "**held**: kills 1,000; acknowledged labels 100,000; 3,600 s"


def test_the_table_is_written_between_the_marks_only(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{command.BEGIN}\nold\n{command.END}\nafter\n")
    command.write_table(page, "| new |")
    assert page.read_text() == f"before\n{command.BEGIN}\n\n| new |\n\n{command.END}\nafter\n"


def test_a_run_in_parts_adds_them_and_does_none_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seeds: list[int] = []

    def run(fault: Fault, *, seed: int, **run: object) -> FaultResult:
        seeds.append(seed)
        return made_up(labels=seed, violations=["lost"] if seed == 8 else [])

    monkeypatch.setattr(command, "run_fault", run)
    asked = {"database": "sqlite", "scale": "full", "seed": 7, "parts": 3, "folder": tmp_path}
    command.run_in_parts(faults()["kills"], **asked)
    whole = command.run_in_parts(faults()["kills"], **asked)
    assert seeds == [7, 8, 9]
    assert whole.figures == {"kills": 30, "acknowledged labels": 24}
    assert whole.violations == ["lost"]


def test_results_of_two_databases_are_not_added() -> None:
    with pytest.raises(ValueError, match="no part of"):
        made_up() + made_up(database="postgresql")
