"""The quick form of `benchmarks/faults.py --only exclusion_toggles`, and a build that it catches."""

import pytest

from benchmarks.fault_harness.exclusion_toggles import exclusion_toggles
from benchmarks.fault_harness.registry import faults
from tests.concurrency.caught import caught
from tests.concurrency.conftest import StageFor
from tests.databases import BACKENDS


@pytest.mark.slow
@pytest.mark.parametrize("database", BACKENDS)
def test_studies_end_with_exactly_their_labels_however_often_somebody_is_excluded(
    database: str, stage_for: StageFor
) -> None:
    sizes = faults()["exclusion_toggles"].quick
    result = exclusion_toggles(stage=stage_for(database), seed=1, **sizes)
    assert result.violations == []
    assert result.figures["toggles"] >= sizes["in_crowds"] + sizes["at_ends"]


@pytest.mark.parametrize("database", BACKENDS)
def test_a_build_that_completes_without_a_lock_is_caught(database: str, stage_for: StageFor) -> None:
    stage = stage_for(database)
    caught(lambda seed: exclusion_toggles(stage=stage, seed=seed, in_crowds=0, at_ends=60, bug=True))
