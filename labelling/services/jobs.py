"""Starting long work in a process of its own, and clearing up after it.

A process for each job: it outlives the request and the server's own restart (systemd and containers end it
with the server), takes no thread from annotators, and needs no service beside the database.
"""

import hashlib
import json
import logging
import os
import subprocess
import sys
import threading
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from labelling.errors import JobError
from labelling.job_folder import lock_held, remove_folder, stored_tokens, take_lock
from labelling.jobs import kind_named
from labelling.models import Job, Study
from labelling.selectors.jobs import DIED, is_dead

logger = logging.getLogger(__name__)

# Each is a process of some hundred megabytes.
MOST_AT_ONCE = 4
# How long what a job left can be fetched.
KEPT = timedelta(days=1)

_UNDER_WAY = (Job.State.WAITING, Job.State.RUNNING)


def start_job(
    *, kind: str, study: Study | None = None, arguments: dict[str, Any], by: str, now: datetime
) -> Job:
    """Store a job and start its process; return the job.

    `arguments` is JSON for the kind. `by` is how the record of events calls the person, or "". Where the same
    work is under way already, that job is returned and nothing is started.

    Raises
    ------
    JobError
        When there is no such kind, when too much is under way, or when the process cannot be started.
    """
    title = kind_named(kind).title(arguments)
    tidy_jobs(now=now)
    fingerprint = _fingerprint(kind, study, arguments)
    for _ in range(2):
        there = Job.objects.filter(fingerprint=fingerprint, state__in=_UNDER_WAY).first()
        if there is not None:
            return there
        if Job.objects.filter(state__in=_UNDER_WAY).count() >= MOST_AT_ONCE:
            raise JobError(
                f"{MOST_AT_ONCE} jobs are under way already. Start this when one of them has ended."
            )
        try:
            with transaction.atomic():
                job = Job.objects.create(
                    kind=kind,
                    title=title[:200],
                    study=study,
                    arguments=arguments,
                    fingerprint=fingerprint,
                    started_by=by,
                    created_at=now,
                )
        except IntegrityError:
            continue  # somebody started the same at this moment; theirs is found in the next round
        transaction.on_commit(partial(_start_process, job, now))
        return job
    raise JobError("The same work was started and ended at this very moment. Start it again.")


def start_again(*, job: Job, by: str, now: datetime) -> Job:
    """Start the same work once more as a new job.

    Raises
    ------
    JobError
        As `start_job` does.
    """
    return start_job(kind=job.kind, study=job.study, arguments=job.arguments, by=by, now=now)


def tidy_jobs(*, now: datetime) -> int:
    """Write down which jobs have died, and remove what ended jobs left more than a day ago.

    A job whose row is gone, because its study is, has left what is there too, unless its process still works.
    Returns how many folders were removed.
    """
    for job in Job.objects.filter(state__in=_UNDER_WAY):
        if is_dead(job=job, now=now):
            fail_job(job=job, error=DIED, now=now)
    stored = stored_tokens()
    # Read after the folders: a row is there before its folder, so that no new job seems to have none.
    ended = dict(Job.objects.filter(token__in=stored).values_list("token", "ended_at"))
    removed = 0
    for token, changed_at in stored.items():
        last = ended.get(token, changed_at)
        if last is not None and last < now - KEPT and not lock_held(token):
            remove_folder(token)
            removed += 1
    return removed


def fail_job(*, job: Job, error: str, now: datetime) -> None:
    """Write down that a job came to nothing, unless it has ended."""
    Job.objects.filter(pk=job.pk, state__in=_UNDER_WAY).update(
        state=Job.State.FAILED, error=error, ended_at=now
    )


def _fingerprint(kind: str, study: Study | None, arguments: dict[str, Any]) -> str:
    content = json.dumps([kind, study.pk if study else None, arguments], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()


def _start_process(job: Job, now: datetime) -> None:
    """Start `manage.py work_job` with the server's settings, holding the job's lock, and nothing else open.

    Nothing of the server's is handed on but its log. In a session of its own, it does not end with the
    terminal or the server.
    """
    try:
        lock = take_lock(job.token)
        try:
            process = subprocess.Popen(  # noqa: S603 - our own command, with a number
                [sys.executable, "manage.py", "work_job", str(job.pk)],
                cwd=settings.BASE_DIR,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[lock],
                start_new_session=True,
            )
        finally:
            os.close(lock)
    except OSError as error:
        logger.exception("A job could not be started.")
        fail_job(job=job, error=f"It could not be started: {error.strerror or error}.", now=now)
        return
    # Whoever starts a process is told of its end; without this it would stay in the system's table.
    threading.Thread(target=process.wait, name=f"job {job.pk}", daemon=True).start()
