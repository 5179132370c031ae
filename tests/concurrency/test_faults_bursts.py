"""The quick form of `benchmarks/faults.py --only bursts`, and a server that it catches."""

import pytest

from benchmarks.fault_harness.bursts import bursts
from benchmarks.fault_harness.registry import faults
from benchmarks.fault_harness.stage import BROKEN, Stage
from tests.concurrency.caught import caught
from tests.concurrency.conftest import StageFor
from tests.databases import BACKENDS


@pytest.mark.slow
@pytest.mark.parametrize("database", BACKENDS)
def test_one_answer_sent_eight_times_and_after_a_restart_is_one_row_with_one_reply(
    database: str, stage_for: StageFor
) -> None:
    sizes = faults()["bursts"].quick
    result = bursts(stage=stage_for(database), seed=1, **sizes)
    assert result.violations == []
    assert result.figures["bursts"] == result.figures["replayed"] == sizes["items"] * sizes["redundancy"]
    assert result.figures["replies dropped"]


@pytest.mark.slow
def test_a_server_that_does_not_look_for_an_earlier_answer_is_caught(unguarded_stage: Stage) -> None:
    result = caught(
        lambda seed: bursts(
            stage=unguarded_stage,
            seed=seed,
            items=3,
            redundancy=2,
            people=2,
            hosts=1,
            patience=1,
            longest_delay=0.1,
            settings=BROKEN,
            SEEDED_BUG="naive",
        ),
        "labelled twice",
    )
    assert result.figures["extra rows"]
