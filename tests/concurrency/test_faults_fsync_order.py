"""The quick form of `benchmarks/faults.py --only fsync_order`, and databases that it catches."""

from pathlib import Path

import pytest

from benchmarks.fault_harness.fsync_order import answers_in, fsync_order, synced_before_reply
from benchmarks.fault_harness.registry import faults
from benchmarks.fault_harness.result import FaultResult
from benchmarks.fault_harness.stage import BROKEN, Stage
from benchmarks.fault_harness.system_calls import NoTracer, read_calls
from tests.concurrency.caught import caught
from tests.concurrency.conftest import StageFor
from tests.conftest import unavailable
from tests.databases import BACKENDS


def order_of(stage: Stage, **sizes: object) -> FaultResult:
    try:
        return fsync_order(stage=stage, seed=1, **sizes)
    except NoTracer as absence:
        unavailable(str(absence))
        raise


@pytest.mark.slow
@pytest.mark.parametrize("database", BACKENDS)
def test_every_label_is_synced_to_disk_before_its_reply(database: str, stage_for: StageFor) -> None:
    sizes = faults()["fsync_order"].quick
    result = order_of(stage_for(database), **sizes)
    assert result.violations == []
    assert result.figures["synced before the reply"] == sizes["labels"]


@pytest.mark.slow
@pytest.mark.parametrize("database", BACKENDS)
def test_a_database_that_does_not_wait_for_the_disk_is_caught(database: str, stage_for: StageFor) -> None:
    stage = stage_for(database)
    # PostgreSQL's WAL writer comes five times a second and may sync one in time by chance.
    caught(
        lambda _: order_of(stage, labels=8, settings=BROKEN, SEEDED_BUG="unsynced"),
        "replies were sent before the log was synced",
    )


RECEIVED = '7 1.0 recvfrom(9<TCP:[a->b]>, "POST /s/x/label/ HTTP/1.1\\r\\n"..., 8192, 0, NULL, NULL) = 700'
WRITTEN = '7 1.1 pwrite64(12</v/db.sqlite3-wal>, "..", 24, 0) = 24'
SYNCED = "7 1.2 fdatasync(12</v/db.sqlite3-wal>) = 0"
REPLIED = '7 1.3 sendto(9<TCP:[a->b]>, "HTTP/1.1 200 OK\\r\\n"..., 500, 0, NULL, 0) = 500'
SYNC_BEGUN = "7 1.2 fdatasync(12</v/db.sqlite3-wal> <unfinished ...>"
SYNC_ENDED = "7 1.4 <... fdatasync resumed>) = 0"


@pytest.mark.parametrize(
    ("trace", "synced"),
    [
        ([RECEIVED, WRITTEN, SYNCED, REPLIED], True),
        ([RECEIVED, WRITTEN, SYNC_BEGUN, "8 1.2 fsync(3</x>) = 0", SYNC_ENDED, REPLIED], True),
        ([RECEIVED, WRITTEN, REPLIED, SYNCED], False),
        ([RECEIVED, SYNCED, WRITTEN, REPLIED], False),
        ([RECEIVED, WRITTEN, SYNCED.replace("= 0", "= -1 EIO (Input/output error)"), REPLIED], False),
        ([RECEIVED, WRITTEN, SYNCED.replace("-wal", ""), REPLIED], False),
        ([RECEIVED, REPLIED], False),
    ],
    ids=["in order", "interrupted", "after", "too early", "failed", "another file", "nothing"],
)
def test_only_a_sync_between_the_write_and_the_reply_counts(
    trace: list[str], synced: bool, tmp_path: Path
) -> None:
    log = tmp_path / "trace"
    log.write_text("\n".join(trace))
    (answer,) = answers_in(read_calls(log))
    assert synced_before_reply(answer, database="sqlite") is synced
