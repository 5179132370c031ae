"""Check a study's tables against its record of events."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from labelling.errors import LabellingError
from labelling.selectors.studies import study_by_slug
from labelling.selectors.verification import verify_study


class Command(BaseCommand):
    """Thin: parses, calls `verify_study`, prints."""

    help = (
        "Walk every chain of a study's events and compare it with the tables. "
        "Fails, and says what differs, if anything was changed past the application."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("slug", help="a study")

    def handle(self, *, slug: str, **_options: Any) -> None:
        """Print that all is well, or every fault."""
        try:
            study = study_by_slug(slug=slug)
        except LabellingError as error:
            raise CommandError(str(error)) from error
        faults = verify_study(study=study)
        for fault in faults:
            self.stderr.write(str(fault))
        if faults:
            count = f"{len(faults)} fault{'s' if len(faults) > 1 else ''}"
            raise CommandError(f"{slug}: {count}. The tables are not what was recorded.")
        self.stdout.write(f"{slug}: every chain holds, and the tables agree with it.")
