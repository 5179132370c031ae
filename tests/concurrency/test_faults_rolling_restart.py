"""The quick form of `benchmarks/faults.py --only rolling_restart`, and a server that it catches."""

import pytest

from benchmarks.fault_harness.registry import faults
from benchmarks.fault_harness.rolling_restart import rolling_restart
from benchmarks.fault_harness.stage import BROKEN
from tests.concurrency.caught import caught
from tests.concurrency.conftest import StageFor
from tests.databases import BACKENDS


@pytest.mark.slow
@pytest.mark.parametrize("database", BACKENDS)
def test_a_study_completes_while_its_servers_are_restarted(database: str, stage_for: StageFor) -> None:
    sizes = faults()["rolling_restart"].quick
    result = rolling_restart(stage=stage_for(database), seed=1, **sizes)
    assert result.violations == []
    assert result.figures["valid labels"] == 3 * sizes["items"]
    assert result.figures["stuck"] == 0
    assert result.figures["restarts"]


@pytest.mark.slow
def test_a_server_whose_leases_never_end_is_caught(stage_for: StageFor) -> None:
    stage = stage_for("sqlite")
    result = caught(
        lambda seed: rolling_restart(
            stage=stage,
            seed=seed,
            items=4,
            every=60,
            pause=0.02,
            people=4,
            hosts=1,
            patience=1.0,
            gunicorn="--preload",
            settings=BROKEN,
            SEEDED_BUG="forgetful",
        ),
        "labels are wanting",
    )
    assert result.figures["stuck"]
