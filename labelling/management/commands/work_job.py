"""Do the work of one job: what the desk starts as a process of its own."""

import contextlib
import os
import signal
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from labelling.errors import LabellingError
from labelling.models import Job
from labelling.services.job_work import work_job
from labelling.services.steady_clock import steady_now

# Annotators come first: the work takes what the server leaves.
NICENESS = 10


class Command(BaseCommand):
    """Thin: calls `work_job`."""

    help = "Do the work of a job that waits. The desk starts this; there is no need to."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the job."""
        parser.add_argument("job", type=int, help="the job's number")

    def handle(self, *, job: int, **_options: Any) -> None:
        """Work, and exit with 1 when it came to nothing."""
        # A machine that shuts down ends the job in order: its page then says so.
        signal.signal(signal.SIGTERM, lambda *_signal: sys.exit(143))
        with contextlib.suppress(OSError):
            os.nice(NICENESS)
        try:
            ended = work_job(job_id=job, clock=steady_now)
        except LabellingError as error:
            raise CommandError(str(error)) from error
        if ended.state != Job.State.DONE:
            raise SystemExit(1)
