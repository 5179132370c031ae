"""The quick form of `benchmarks/faults.py --only contention`, and a server that it catches."""

import pytest

from benchmarks.fault_harness.contention import contention
from benchmarks.fault_harness.registry import faults
from benchmarks.fault_harness.stage import BROKEN, Stage
from tests.concurrency.caught import caught
from tests.concurrency.conftest import StageFor
from tests.databases import BACKENDS


@pytest.mark.slow
@pytest.mark.parametrize("database", BACKENDS)
def test_eight_processes_at_four_servers_get_exactly_k_labels_an_item(
    database: str, stage_for: StageFor
) -> None:
    sizes = faults()["contention"].quick
    result = contention(stage=stage_for(database), seed=1, **sizes)
    assert result.violations == []
    assert result.figures["labels"] == 3 * sizes["items"]
    assert result.figures["client processes"] == 8
    assert result.figures["server processes"] == 4


@pytest.mark.slow
def test_a_server_that_counts_and_then_promises_is_caught(unguarded_stage: Stage) -> None:
    caught(
        lambda seed: contention(
            stage=unguarded_stage,
            seed=seed,
            items=8,
            hosts=1,
            workers=2,
            seconds=15,
            settings=BROKEN,
            SEEDED_BUG="naive",
        ),
        "counted labels",
    )
