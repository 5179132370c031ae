"""Count a study's labels for the desk's pages of annotators and items."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from labelling.errors import LabellingError
from labelling.selectors.studies import study_by_slug
from labelling.services.steady_clock import steady_now
from labelling.services.tallies import recount


class Command(BaseCommand):
    """Thin: parses, calls `recount`, prints."""

    help = (
        "Count a study's labels by image and by annotator, and keep the counts for the desk. "
        "The desk starts this by itself for large studies."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("slug", help="a study")

    def handle(self, *, slug: str, **_options: Any) -> None:
        """Count, and say how many labels there are and how long it took."""
        try:
            study = study_by_slug(slug=slug)
        except LabellingError as error:
            raise CommandError(str(error)) from error
        kept = recount(study=study, now=steady_now())
        self.stdout.write(f"{slug}: {kept.labels} labels, counted in {kept.seconds:.1f} s.")
