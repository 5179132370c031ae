"""The quick form of `benchmarks/faults.py --only kills`, and servers that it catches."""

import pytest

from benchmarks.fault_harness.kills import kills
from benchmarks.fault_harness.registry import faults
from benchmarks.fault_harness.set_check import set_check
from benchmarks.fault_harness.stage import BROKEN
from tests.concurrency.caught import caught
from tests.concurrency.conftest import StageFor
from tests.databases import BACKENDS


@pytest.mark.slow
@pytest.mark.parametrize("database", BACKENDS)
def test_what_was_acknowledged_survives_kill_9(database: str, stage_for: StageFor) -> None:
    sizes = faults()["kills"].quick
    result = kills(stage=stage_for(database), seed=1, **sizes)
    assert result.violations == []
    assert result.short_of({"kills": sizes["kills"], "acknowledged labels": sizes["labels"]}) == []


@pytest.mark.slow
def test_a_server_that_answers_before_it_stores_is_caught(stage_for: StageFor) -> None:
    stage = stage_for("sqlite")
    caught(
        lambda seed: kills(
            stage=stage,
            seed=seed,
            kills=1,
            labels=30,
            items=60,
            people=6,
            kinds={"server": 1},
            hosts=1,
            settings=BROKEN,
            SEEDED_BUG="answers_first",
        ),
        "acknowledged labels are lost",
    )


@pytest.mark.slow
def test_a_postgresql_that_commits_before_it_syncs_is_caught(stage_for: StageFor) -> None:
    stage = stage_for("postgresql")
    caught(
        lambda seed: kills(
            stage=stage,
            seed=seed,
            kills=1,
            labels=60,
            items=60,
            people=6,
            kinds={"postmaster": 1},
            hosts=1,
            settings=BROKEN,
            SEEDED_BUG="unsynced",
        ),
        "acknowledged labels are lost",
    )


def answer(assignment: str, category: int = 0) -> dict[str, object]:
    return {"assignment": assignment, "category": category, "response_ms": 900}


def stored(key: str, assignment: str, category: int = 0) -> dict[str, object]:
    return answer(assignment, category) | {"submission_key": key}


SENT = {"x": answer("1"), "y": answer("2"), "z": answer("3")}


def test_the_set_check_passes_where_one_sent_label_was_stored_without_anybody_knowing() -> None:
    check = set_check(sent=SENT, acknowledged=["x"], stored=[stored("x", "1"), stored("y", "2")])
    assert check.violations() == []
    assert check.unacknowledged == ["y"]


@pytest.mark.parametrize(
    ("table", "found"),
    [
        ([], "1 acknowledged labels are lost, as x"),
        ([stored("x", "1"), stored("w", "4")], "1 stored labels were sent by nobody, as w"),
        ([stored("x", "1"), stored("x", "1")], "1 labels are stored twice, as x"),
        ([stored("x", "1", category=3)], "1 stored labels differ from what was sent, as x"),
    ],
)
def test_the_set_check_tells_what_is_wrong(table: list[dict[str, object]], found: str) -> None:
    assert set_check(sent=SENT, acknowledged=["x"], stored=table).violations() == [found]
