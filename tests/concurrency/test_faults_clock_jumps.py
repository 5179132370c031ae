"""The quick form of `benchmarks/faults.py --only clock_jumps`, and a build that it catches."""

import pytest

from benchmarks.fault_harness.clock_jumps import clock_jumps
from benchmarks.fault_harness.registry import faults
from benchmarks.fault_harness.set_clock import NoSettableClock, libfaketime
from tests.concurrency.caught import caught
from tests.concurrency.conftest import StageFor
from tests.conftest import unavailable
from tests.databases import BACKENDS


@pytest.fixture(autouse=True, scope="module")
def needs_libfaketime() -> None:
    try:
        libfaketime()
    except NoSettableClock as absence:
        unavailable(str(absence))


@pytest.mark.slow
@pytest.mark.parametrize("database", BACKENDS)
def test_nobody_loses_a_lease_when_the_clock_is_set(database: str, stage_for: StageFor) -> None:
    sizes = faults()["clock_jumps"].quick
    result = clock_jumps(stage=stage_for(database), seed=1, **sizes)
    assert result.violations == []
    assert result.figures["restarts after a jump"] == 1
    assert result.figures["lost"] == 0


@pytest.mark.slow
def test_a_server_that_goes_by_the_computers_clock_is_caught(stage_for: StageFor) -> None:
    settings = "benchmarks.fault_harness.inside.settable_clock_settings"
    sizes, stage = {"jumps": 1, "short_leases": 0}, stage_for("sqlite")
    caught(lambda seed: clock_jumps(stage=stage, seed=seed, **sizes, settings=settings), "leases were lost")
