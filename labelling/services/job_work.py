"""What the process of a job does: take it up, tell how far it is, and write down how it ended."""

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime

from django.db import DatabaseError, connection

from evaluation import EvaluationError
from labelling.errors import JobError, LabellingError
from labelling.jobs import kind_named
from labelling.models import Job

logger = logging.getLogger(__name__)

# A page asks once a second; more writing would be for nobody.
TELL_EVERY = 0.5
# Seconds between signs of life when nothing else is to tell.
BEAT_EVERY = 5
_MOST_WORDS = 200


class JobLost(JobError):
    """The job was taken for dead, or removed, while its process worked."""


class Pulse:
    """Tells how far a job is, at most twice a second, and that its process lives.

    The work's own thread writes between two transactions. Where it has none for a while, because it computes
    or is in a long transaction, a thread with a connection of its own does. That thread alone would not do:
    SQLite lets the work begin transaction after transaction, and whoever waits may wait to the end.
    """

    def __init__(self, job: Job, clock: Callable[[], datetime]) -> None:
        self._job = job
        self._clock = clock
        self._latest: tuple[str, int, int] | None = None
        self._written: tuple[str, int, int] | None = None
        self._written_at = time.monotonic()
        self._lost = False
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="pulse", daemon=True)

    def __enter__(self) -> "Pulse":
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        self._thread.join()

    def tell(self, what: str, done: int, total: int) -> None:
        """Say how far the work is.

        Raises
        ------
        JobLost
            When the job is not this process's any more.
        """
        self._latest = (what[:_MOST_WORDS], max(done, 0), max(total, 0))
        if self._silent_for() >= TELL_EVERY and not connection.in_atomic_block:
            self._beat()
        if self._lost:
            raise JobLost("This job was taken for dead or removed while it worked.")

    def _run(self) -> None:
        try:
            while not self._over.wait(TELL_EVERY):
                news = self._latest != self._written
                if self._silent_for() >= (2 * TELL_EVERY if news else BEAT_EVERY):
                    self._beat()
        finally:
            connection.close()

    def _silent_for(self) -> float:
        return time.monotonic() - self._written_at

    def _beat(self) -> None:
        fields: dict[str, object] = {"beat_at": self._clock()}
        latest = self._latest
        if latest is not None:
            what, done, total = latest
            fields |= {"doing": what, "done": done, "total": total or None}
        try:
            running = Job.objects.filter(pk=self._job.pk, state=Job.State.RUNNING)
            self._lost = not running.update(**fields)
        except DatabaseError:
            logger.warning("The progress of a job could not be written; it goes on.", exc_info=True)
        self._written, self._written_at = latest, time.monotonic()


def work_job(*, job_id: int, clock: Callable[[], datetime]) -> Job:
    """Do the work of a job that waits, and return the job as it ended. An error is written down, not raised.

    Exactly one process takes a job up, however many try.

    Raises
    ------
    JobError
        When the job does not wait, or is none.
    """
    taken = Job.objects.filter(pk=job_id, state=Job.State.WAITING).update(
        state=Job.State.RUNNING, beat_at=clock()
    )
    if not taken:
        raise JobError(f"There is no job {job_id} that waits to be started.")
    job = Job.objects.select_related("study__dataset").get(pk=job_id)
    ended: dict[str, object] = {"state": Job.State.FAILED}
    try:
        with Pulse(job, clock) as pulse:
            ended = {"result": kind_named(job.kind).work(job, pulse.tell), "state": Job.State.DONE}
    except (LabellingError, EvaluationError) as error:
        ended["error"] = str(error)
    except Exception as error:
        logger.exception("A job ended with an error that nobody foresaw.")
        ended["error"] = (
            f"It ended with an error that nobody foresaw ({type(error).__name__}); the log has more."
        )
    except BaseException:
        ended["error"] = "It was stopped."
        raise
    finally:
        Job.objects.filter(pk=job_id, state=Job.State.RUNNING).update(ended_at=clock(), **ended)
    job.refresh_from_db()
    return job
