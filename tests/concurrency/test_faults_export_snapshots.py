"""The quick form of `benchmarks/faults.py --only export_snapshots`, and a build that it catches."""

import pytest

from benchmarks.fault_harness.export_snapshots import export_snapshots
from benchmarks.fault_harness.registry import faults
from tests.concurrency.caught import caught
from tests.concurrency.conftest import StageFor
from tests.databases import BACKENDS


@pytest.mark.slow
@pytest.mark.parametrize("database", BACKENDS)
def test_an_export_shows_one_moment_while_people_label(database: str, stage_for: StageFor) -> None:
    sizes = faults()["export_snapshots"].quick
    result = export_snapshots(stage=stage_for(database), seed=1, **sizes)
    assert result.violations == []
    assert result.figures["exports"] == sizes["exports"]
    assert result.figures["with labels coming meanwhile"]


@pytest.mark.slow
def test_an_export_that_is_read_in_several_moments_is_caught(stage_for: StageFor) -> None:
    sizes = faults()["export_snapshots"].quick
    stage = stage_for("sqlite")
    caught(lambda seed: export_snapshots(stage=stage, seed=seed, **sizes, bug=True), "not in labels.csv")
