"""Find or fetch a dataset and store its items and images."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from labelling.datasets import Search, find_source
from labelling.datasets.registry import AUTO, forms, known_names
from labelling.errors import DatasetError
from labelling.management.dataset_lines import dataset_lines
from labelling.management.progress import Bars
from labelling.services.datasets import import_source
from labelling.services.steady_clock import steady_now


class Command(BaseCommand):
    """Find or fetch a dataset and store its items and images. Doing it twice changes nothing."""

    help = "Find or fetch a dataset and store its items and images. Doing it twice changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("name", help=f"{', '.join(known_names())}, or a name for data of your own.")
        parser.add_argument("--format", default=AUTO, choices=[AUTO, *forms()], help="The form of the files.")
        parser.add_argument("--split", default="test", help="Which part of the data (default: test).")
        parser.add_argument("--path", type=Path, help="The folder that holds the files.")
        parser.add_argument(
            "--limit", type=int, help="Import the first N items only, under a name of their own."
        )
        parser.add_argument("--offline", action="store_true", help="Download nothing.")

    def handle(self, *_args: object, **options: Any) -> None:
        """Find, import, and say what was done."""
        now = steady_now()
        try:
            with Bars(self.stderr) as bars:
                search = Search(
                    split=options["split"],
                    form=options["format"],
                    folder=options["path"],
                    network=not options["offline"],
                    progress=bars,
                )
                source = find_source(options["name"], search)
                if options["limit"] is not None:
                    source = source.first(options["limit"])
                dataset = import_source(source=source, now=now, progress=bars)
        except DatasetError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(source.found)
        self.stdout.write("Imported." if dataset.imported_at == now else "This content was imported before.")
        for line in dataset_lines(dataset):
            self.stdout.write(line)
