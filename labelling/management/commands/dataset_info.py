"""Print the card of an imported dataset, and draw its images in a grid."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from labelling.errors import DatasetError
from labelling.management.dataset_lines import dataset_lines
from labelling.management.progress import Bars
from labelling.models import Dataset
from labelling.selectors.dataset_images import grid_png, value_range

PER_CATEGORY = 10


class Command(BaseCommand):
    """Print the card of an imported dataset, and draw its images in a grid. Changes nothing."""

    help = "Print the card of an imported dataset; --grid writes its first images as one PNG."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("name", help="The name of an imported dataset.")
        parser.add_argument("--split", default="test", help="Which part of the data (default: test).")
        parser.add_argument("--grid", type=Path, metavar="FILE.png", help="Write a grid of images here.")

    def handle(self, *_args: object, **options: Any) -> None:
        """Look it up, print, and write the grid."""
        name, split, grid = options["name"], options["split"], options["grid"]
        dataset = Dataset.objects.filter(name=name, split=split).first()
        if dataset is None:
            there = ", ".join(f"{one.name} ({one.split})" for one in Dataset.objects.all()) or "none"
            raise CommandError(f"No dataset {name} ({split}) is imported. Imported: {there}.")
        for line in dataset_lines(dataset):
            self.stdout.write(line)
        try:
            with Bars(self.stderr) as bars:
                smallest, largest = value_range(dataset=dataset, progress=bars)
            self.stdout.write(f"{'Values':<12}{smallest} to {largest}")
            if grid:
                grid.write_bytes(grid_png(dataset=dataset, per_category=PER_CATEGORY))
                self.stdout.write(f"{'Grid':<12}{grid}")
        except DatasetError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{grid} cannot be written: {error.strerror}.") from error
