"""The quick form of `benchmarks/faults.py --only last_labels`, and a build that it catches."""

import pytest

from benchmarks.fault_harness.last_labels import last_labels
from benchmarks.fault_harness.registry import faults
from tests.concurrency.caught import caught
from tests.concurrency.conftest import StageFor
from tests.databases import BACKENDS


@pytest.mark.slow
@pytest.mark.parametrize("database", BACKENDS)
def test_the_last_eight_labels_complete_a_study_with_one_event(database: str, stage_for: StageFor) -> None:
    sizes = faults()["last_labels"].quick
    result = last_labels(stage=stage_for(database), seed=1, **sizes)
    assert result.violations == []
    assert result.figures["completions"] == sizes["completions"]


@pytest.mark.parametrize("database", BACKENDS)
def test_a_build_that_lets_several_complete_is_caught(database: str, stage_for: StageFor) -> None:
    stage = stage_for(database)
    caught(lambda seed: last_labels(stage=stage, seed=seed, completions=2, bug=True))
