"""The quick form of `benchmarks/faults.py --only lease_end`, and a build that it catches."""

import pytest

from benchmarks.fault_harness.lease_end import lease_end
from benchmarks.fault_harness.registry import faults
from tests.concurrency.caught import caught
from tests.concurrency.conftest import StageFor
from tests.databases import BACKENDS


@pytest.mark.slow
@pytest.mark.parametrize("database", BACKENDS)
def test_an_answer_at_its_leases_end_breaks_no_rule_while_another_takes_the_item(
    database: str, stage_for: StageFor
) -> None:
    sizes = faults()["lease_end"].quick
    result = lease_end(stage=stage_for(database), seed=1, **sizes)
    assert result.violations == []
    assert result.figures["races"] >= sizes["races"]
    assert result.figures["surplus, item taken"]
    assert result.figures["submitted, item not taken"]


@pytest.mark.parametrize("database", BACKENDS)
def test_a_build_that_does_not_lock_the_places_is_caught(database: str, stage_for: StageFor) -> None:
    stage = stage_for(database)
    caught(lambda seed: lease_end(stage=stage, seed=seed, races=30, items=20, bug=True))
