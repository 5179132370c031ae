"""Write a study's bundle: the report, and everything needed to check it."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from evaluation import EvaluationError
from labelling.errors import AccuracySealed, LabellingError
from labelling.management.progress import Bars
from labelling.selectors.sealing import accuracy_visible
from labelling.selectors.studies import study_by_slug
from labelling.selectors.study_record import RESAMPLES
from labelling.services.bundle import write_bundle
from labelling.services.output_files import check_replaceable
from labelling.services.sealing import unseal_accuracy
from labelling.services.steady_clock import steady_now


class Command(BaseCommand):
    """Thin: parses, calls `write_bundle`, prints."""

    help = "Write a study's report, raw labels, sample, protocol and checksums into a folder."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("slug", help="a study that has been launched")
        parser.add_argument(
            "--output", type=Path, required=True, help="a new or empty folder, or one with an earlier bundle"
        )
        parser.add_argument(
            "--resamples", type=int, default=RESAMPLES, help=f"bootstrap resamples, 0 for none ({RESAMPLES})"
        )
        parser.add_argument(
            "--without-images",
            action="store_true",
            help="leave the dataset's images out of report and folder, where they may not be passed on",
        )

        parser.add_argument(
            "--unseal",
            metavar="REASON",
            help="unseal the accuracy of a study that has not ended; the record and the report keep it",
        )

    def handle(self, *, slug: str, output: Path, resamples: int, **options: Any) -> None:
        """Write the bundle, or say why not."""
        try:
            study = study_by_slug(slug=slug)
            if options["unseal"] is not None and not accuracy_visible(study=study):
                check_replaceable(folder=output)  # nothing is unsealed for a bundle that cannot be written
                study = unseal_accuracy(study=study, reason=options["unseal"], now=steady_now())
            with Bars(self.stderr) as bars:
                files = write_bundle(
                    study=study,
                    folder=output,
                    resamples=resamples,
                    images=not options["without_images"],
                    progress=bars,
                )
        except AccuracySealed as error:
            raise CommandError(f'{error} Here: --unseal "the reason".') from error
        except (LabellingError, EvaluationError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"Wrote {len(files)} files to {output}. Open {output / 'report.html'} in a browser.\n"
            f"Anybody can compute it all again with: python -m evaluation.verify {output}"
        )
