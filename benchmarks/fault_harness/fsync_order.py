"""Is a label on disk before its sender reads that it is saved? The order of the system calls tells.

One person answers, one answer at a time, while the server's processes are traced, and on PostgreSQL the
database's too. For each answer: the label's transaction was written to the log and the log was synced, in
this order, before the first byte of the reply was sent.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.fault_harness.person import Person
from benchmarks.fault_harness.postgres import children_of
from benchmarks.fault_harness.registry import Fault, register
from benchmarks.fault_harness.result import FaultResult
from benchmarks.fault_harness.stage import PRODUCT, Stage, running
from benchmarks.fault_harness.system_calls import Call, read_calls, traced

_LOGS = {"sqlite": "-wal", "postgresql": "/pg_wal/"}
_INSERT = r"INSERT INTO \"labelling_label\""
_COMMIT = r"\vCOMMIT\0"


@dataclass(frozen=True)
class Answered:
    """The calls from the moment an answer was received to the moment its reply was begun."""

    received: Call
    replied: Call
    between: list[Call]


def fsync_order(
    *, stage: Stage, seed: int, labels: int, settings: str = PRODUCT, **environment: str
) -> FaultResult:
    """Let one person give `labels` answers under the eyes of strace."""
    started = time.monotonic()
    study = stage.launch(sample_size=labels, redundancy=1)
    server = stage.server(settings=settings, gunicorn="--preload --workers 1", **environment)
    log = stage.folder / "system-calls"
    with running(server):
        person = Person(ports=[server.port], link=study.link, seed=seed)
        person.join(until=time.monotonic() + 30)
        promised = person.lease(count=10, until=time.monotonic() + 30)
        pids = [*server.pids(), *_postgres_pids(stage)]
        with traced(pids, log=log):
            while promised:
                for assignment in promised:
                    person.submit(person.new_answer(assignment), until=time.monotonic() + 30)
                promised = person.lease(count=10, until=time.monotonic() + 30)
        person.hang_up()
    answers = list(answers_in(read_calls(log)))
    late = [answer for answer in answers if not synced_before_reply(answer, database=stage.database)]
    violations = person.tally.refused[:5]
    if len(answers) != len(person.acknowledged):
        violations.append(f"the trace has {len(answers)} of {len(person.acknowledged)} answers")
    if late:
        violations.append(
            f"{len(late)} replies were sent before the log was synced, as in line {late[0].replied.began + 1}"
        )
    return FaultResult(
        fault="fsync_order",
        database=stage.database,
        figures={
            "labels": len(person.acknowledged),
            "synced before the reply": len(answers) - len(late),
            "syncs of the log": sum(
                call.is_sync and _LOGS[stage.database] in call.target
                for answer in answers
                for call in answer.between
            ),
        },
        violations=violations,
        seconds=time.monotonic() - started,
    )


def _postgres_pids(stage: Stage) -> list[int]:
    if stage.postgres is None:
        return []
    return [stage.postgres.pid, *children_of(stage.postgres.pid)]


def answers_in(calls: list[Call]) -> Iterator[Answered]:
    """Yield each answer that was received and answered with success, with all calls in between."""
    waiting: tuple[int, Call] | None = None
    for position, call in enumerate(calls):
        if call.name == "recvfrom" and '"POST /s/' in call.text and "/label/ HTTP" in call.text:
            waiting = (position, call)
        elif waiting and call.name in ("sendto", "sendmsg") and '"HTTP/1.1 200' in call.text:
            first, received = waiting
            if (call.thread, call.descriptor) == (received.thread, received.descriptor):
                yield Answered(received, call, calls[first + 1 : position])
                waiting = None


def synced_before_reply(answer: Answered, *, database: str) -> bool:
    """Return whether the label's own transaction was on disk when the reply was begun."""
    log = _LOGS[database]
    writes = [call for call in answer.between if call.is_write and log in call.target]
    if database == "sqlite":
        own = [call.ended for call in writes if call.thread == answer.received.thread]
    else:
        committed = _commit_of_label(answer.between)
        if committed is None:
            return False
        # The backend writes its transaction itself unless the WAL writer has just done so.
        own = [committed.ended]
        own += [w.ended for w in writes if w.thread == committed.thread and w.began > committed.ended]
    return bool(own) and any(
        call.is_sync and log in call.target and call.began > max(own) and call.ended < answer.replied.began
        for call in answer.between
    )


def _commit_of_label(calls: list[Call]) -> Call | None:
    """Return the call in which the backend that inserts the label is told to commit."""
    backend = None
    for call in calls:
        if call.name == "recvfrom":  # nobody else receives SQL
            if _INSERT in call.text:
                backend = call.thread
            elif backend == call.thread and _COMMIT in call.text:
                return call
    return None


register(
    Fault(
        name="fsync_order",
        title="fsync before the reply (order of the system calls under strace)",
        goal="1,000 of 1,000",
        run=fsync_order,
        quick={"labels": 20},
        full={"labels": 1000, "images": 1200},
        least={"labels": 1000, "synced before the reply": 1000},
        order=4,
    )
)
