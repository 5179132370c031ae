"""Where long work stands, as it really is: a job whose process has died is told as failed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from labelling.job_folder import folder_of, lock_held
from labelling.models import Job, Study
from labelling.selectors.people import name_at_desk, names_at_desk

# After so long without a sign of life, a job that another machine runs is taken for dead. Its process gives
# one every few seconds, and a single long transaction of another may hold it up for half a minute.
SILENCE = timedelta(minutes=2)
RECENT = 5

DIED = (
    "Its process ended before the work was done: the machine or the server was restarted, or it ran out of "
    "memory."
)

_HEADINGS = {
    Job.State.WAITING: "It is starting",
    Job.State.RUNNING: "It is running",
    Job.State.DONE: "It is done",
    Job.State.FAILED: "It failed",
}


@dataclass(frozen=True)
class JobStanding:
    """A job as its page tells it. `by` is who started it, as the desk calls them; empty for a command.

    `percent` is None while nobody can tell. `file` is one that is there.
    """

    job: Job
    state: str
    error: str
    by: str
    percent: int | None
    file: str

    @property
    def ended(self) -> bool:
        """Tell whether nothing more will come of it."""
        return self.state in (Job.State.DONE, Job.State.FAILED)

    @property
    def failed(self) -> bool:
        """Tell whether it came to nothing."""
        return self.state == Job.State.FAILED

    @property
    def heading(self) -> str:
        """Return the state as a sentence."""
        return _HEADINGS[Job.State(self.state)]

    @property
    def state_in_words(self) -> str:
        """Return the state as people read it."""
        return str(Job.State(self.state).label)


def is_dead(*, job: Job, now: datetime) -> bool:
    """Tell whether a job that has not ended never will: its process is gone."""
    if job.ended:
        return False
    held = lock_held(job.token)
    if held is not None:
        return not held
    return now - (job.beat_at or job.created_at) > SILENCE


def job_standing(*, job: Job, now: datetime) -> JobStanding:
    """Return where the job stands. Reads its row as it was loaded, and this machine's files. One query."""
    return _standing(job, now, name_at_desk(author=job.started_by) if job.started_by else "")


def _standing(job: Job, now: datetime, by: str) -> JobStanding:
    dead = is_dead(job=job, now=now)
    name = str(job.result.get("file", ""))
    return JobStanding(
        job=job,
        state=Job.State.FAILED if dead else job.state,
        error=DIED if dead else job.error,
        by=by,
        percent=_percent(job),
        file=name if name and (folder_of(job.token) / name).is_file() else "",
    )


def recent_jobs(
    *, now: datetime, study: Study | None = None, kinds: tuple[str, ...] = (), most: int = RECENT
) -> list[JobStanding]:
    """Return the newest jobs of a study, or those of some kinds that belong to no study. Two queries."""
    jobs = Job.objects.filter(study=study)
    if kinds:
        jobs = jobs.filter(kind__in=kinds)
    newest = list(jobs[:most])
    names = names_at_desk(authors=[job.started_by for job in newest if job.started_by])
    return [_standing(job, now, names.get(job.started_by, "")) for job in newest]


def _percent(job: Job) -> int | None:
    if job.state == Job.State.DONE:
        return 100
    if not job.total:
        return None
    return min(99, 100 * job.done // job.total)
