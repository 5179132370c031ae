"""Check a bundle, its page among the rest, without touching the database."""

import sys
from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from evaluation import EvaluationError, Report
from evaluation.bundle.inputs import BundleInputs
from evaluation.verification.bundle_check import verify_folder
from evaluation.verification.page import PAGE
from evaluation.verify import DIFFERS, NOT_CHECKED, summary
from labelling.bundle_page import bundle_page
from labelling.management.progress import Bars


class Command(BaseCommand):
    """Thin: parses, calls `verify_folder` with the page's renderer, prints."""

    help = "Check a bundle: checksums, protocol, events, and every file computed again, byte for byte."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("folder", type=Path, help="the folder that export_report wrote")

    def handle(self, *, folder: Path, **_options: Any) -> None:
        """Check it, and say what differs."""
        try:
            with Bars(self.stderr) as bars:
                found = verify_folder(folder, bars, _page)
        except EvaluationError as error:
            raise CommandError(str(error), returncode=NOT_CHECKED) from error
        self.stdout.write(summary(found), ending="")
        if found.faults:
            sys.exit(DIFFERS)


def _page(report: Report, inputs: BundleInputs) -> Mapping[str, bytes]:
    return {PAGE: bundle_page(report=report, inputs=inputs).encode()}
