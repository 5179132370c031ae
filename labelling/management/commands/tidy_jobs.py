"""Remove what old jobs left."""

from typing import Any

from django.core.management.base import BaseCommand

from labelling.services.jobs import tidy_jobs
from labelling.services.steady_clock import steady_now


class Command(BaseCommand):
    """Thin: calls `tidy_jobs`. Doing it again changes nothing."""

    help = "Remove the files that jobs left more than a day ago, and write down which jobs have died."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Tidy, and say how much there was."""
        removed = tidy_jobs(now=steady_now())
        self.stdout.write(f"Removed the files of {removed} job{'s' * (removed != 1)}.")
