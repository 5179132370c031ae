"""The quick form of `benchmarks/faults.py --only storage_faults`, and a build that it catches."""

import pytest

from benchmarks.fault_harness.registry import faults
from benchmarks.fault_harness.small_disk import NoSmallDisk
from benchmarks.fault_harness.storage_faults import storage_faults
from tests.concurrency.caught import caught
from tests.concurrency.conftest import StageFor
from tests.conftest import unavailable
from tests.databases import BACKENDS


@pytest.mark.slow
@pytest.mark.parametrize("database", BACKENDS)
def test_full_disks_locks_and_dead_connections_leave_no_half_row(database: str, stage_for: StageFor) -> None:
    sizes = faults()["storage_faults"].quick
    try:
        result = storage_faults(stage=stage_for(database), seed=1, **sizes)
    except NoSmallDisk as absence:
        unavailable(str(absence))
    assert result.violations == []
    assert result.figures["faults"] == sizes["faults"]
    assert "(0 felt)" not in str(result.figures["full disk"])


@pytest.mark.slow
def test_a_server_that_stores_an_answer_in_two_parts_is_caught(stage_for: StageFor) -> None:
    settings = "benchmarks.fault_harness.inside.two_part_settings"
    sizes = faults()["storage_faults"].quick | {"faults": 14}
    stage = stage_for("sqlite")
    try:
        caught(lambda seed: storage_faults(stage=stage, seed=seed, **sizes, settings=settings), "no label")
    except NoSmallDisk as absence:
        unavailable(str(absence))
