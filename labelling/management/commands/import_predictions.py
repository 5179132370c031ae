"""Take in a machine's predictions for a study."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from labelling.errors import LabellingError
from labelling.selectors.studies import study_by_slug
from labelling.services.predictions import add_predictions, check_size
from labelling.services.steady_clock import steady_now


class Command(BaseCommand):
    """Thin: parses, reads the file, calls `add_predictions`, prints."""

    help = "Store what a machine predicts for a study's images, to compare people with."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("slug", help="a study that has been launched")
        parser.add_argument(
            "file",
            type=Path,
            help="CSV (item,label or item and a column a category) or npy, for the dataset or the sample",
        )
        parser.add_argument("--name", required=True, help="what to call the machine in the report")
        parser.add_argument(
            "--as-they-are",
            action="store_true",
            help="take predictions too that are right no more often than in a random order",
        )

    def handle(self, *, slug: str, file: Path, name: str, as_they_are: bool, **_options: Any) -> None:
        """Store the predictions, or say why not."""
        try:
            study = study_by_slug(slug=slug)
            check_size(size=file.stat().st_size)
            machine = add_predictions(
                study=study,
                name=name,
                file_name=str(file),
                content=file.read_bytes(),
                now=steady_now(),
                as_they_are=as_they_are,
            )
        except LabellingError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{file} cannot be read ({error.strerror or error}).") from error
        covered = "the whole dataset" if machine.whole else "the sample"
        kept = " (the likeliest category of each)" if machine.scores else ""
        self.stdout.write(
            f"Stored {machine.name}: {machine.items} predictions for {covered}{kept}.\n"
            f"file SHA-256: {machine.file_sha256}\n"
            f"Compare with: manage.py export_report {slug} --output DIR"
        )
