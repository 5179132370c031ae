"""Take in labels that were given elsewhere."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from labelling.errors import LabellingError
from labelling.selectors.studies import study_by_slug
from labelling.services.label_import import import_labels
from labelling.services.steady_clock import steady_now


class Command(BaseCommand):
    """Thin: parses, calls `import_labels`, prints."""

    help = "Store the labels of a CSV file (item,annotator,label) in a running study: all of them or none."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("slug", help="a running study")
        parser.add_argument(
            "file", type=Path, help="CSV, plain or gzipped; an item is named by its index in the dataset"
        )

    def handle(self, *, slug: str, file: Path, **_options: Any) -> None:
        """Import, and say what became of the labels."""
        try:
            done = import_labels(study=study_by_slug(slug=slug), path=file, now=steady_now())
        except LabellingError as error:
            raise CommandError(str(error)) from error
        if not (done.counted or done.surplus or done.void):
            self.stdout.write(f"Nothing to add: all {done.known} labels of {file} were there before.")
            return
        self.stdout.write(
            f"Imported from {file}: {done.counted} labels counted, {done.surplus} surplus (no free place for "
            f"their images), {done.void} set aside (their annotators are excluded), "
            f"{done.known} there before; {done.annotators} new annotators."
        )
        if done.completed:
            self.stdout.write(f"The study {slug} is complete.")
