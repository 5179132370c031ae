"""Check a study's tables against its record of events."""

import re
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from labelling.errors import LabellingError
from labelling.selectors.studies import study_by_slug
from labelling.selectors.verification import verification_of


class Command(BaseCommand):
    """Thin: parses, calls `verification_of`, prints."""

    help = (
        "Walk every chain of a study's events and compare it with the tables. "
        "Fails, and says what differs, if anything was changed past the application."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("slug", help="a study")
        parser.add_argument(
            "--root",
            default="",
            help="a root that was kept elsewhere: one that this command printed, that of a seal, or "
            "events.root of a report; it must be that of the record at some moment",
        )

    def handle(self, *, slug: str, root: str, **_options: Any) -> None:
        """Print that all is well, or every fault."""
        kept = root.strip().lower()
        if kept and not re.fullmatch("[0-9a-f]{64}", kept):
            raise CommandError(f"{root!r} is no root: that has 64 of the digits 0 to 9 and a to f.")
        try:
            study = study_by_slug(slug=slug)
        except LabellingError as error:
            raise CommandError(str(error)) from error
        found = verification_of(study=study, kept_root=kept)
        for remark in found.remarks:
            self.stderr.write(remark)
        for fault in found.faults:
            self.stderr.write(str(fault))
        count = len(found.faults)
        if count:
            told = f"{count} fault{'s' if count > 1 else ''}"
            raise CommandError(f"{slug}: {told}. The tables are not what was recorded.")
        self.stdout.write(f"{slug}: every chain holds, and the tables agree with it.")
        if found.kept:
            self.stdout.write(f"The root given is that of {found.kept}; nothing before was changed since.")
        size = f"{found.root.events:,} events in {found.root.chains:,} chains"
        self.stdout.write(f"The root of all {size} is {found.root.digest}")
