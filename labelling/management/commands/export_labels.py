"""Write a study's raw labels as CSV."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from labelling.errors import LabellingError
from labelling.selectors.studies import study_by_slug
from labelling.services.label_export import labels_csv
from labelling.services.output_files import write_file


class Command(BaseCommand):
    """Thin: parses, calls `labels_csv`, prints or writes."""

    help = "Write a study's counted labels as CSV, to standard output or to a file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("slug", help="a study that has been launched")
        parser.add_argument("--output", type=Path, help="a file, replaced in one step; default: print")
        parser.add_argument(
            "--all",
            action="store_true",
            help="add labels that are surplus or set aside (void), and a column that tells which count",
        )

    def handle(self, *, slug: str, output: Path | None, **options: Any) -> None:
        """Print or write the labels, or say why not."""
        try:
            text = labels_csv(study=study_by_slug(slug=slug), every=options["all"])
            if output is None:
                self.stdout.write(text, ending="")
            else:
                write_file(path=output, text=text)
                self.stdout.write(f"Wrote {text.count(chr(10)) - 1} labels to {output}.")
        except LabellingError as error:
            raise CommandError(str(error)) from error
