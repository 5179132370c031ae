"""Write a backup while the server runs."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from labelling.errors import LabellingError
from labelling.management.progress import Bars
from labelling.services.backup import write_backup
from labelling.services.steady_clock import steady_now


class Command(BaseCommand):
    """Thin: parses, calls `write_backup`, prints."""

    help = "Back up database and images, also while annotators label. Keeps one moment of both."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the argument."""
        parser.add_argument(
            "path",
            type=Path,
            help="a folder, made where it is missing, for a name with the time; or a new file ...tar.gz",
        )

    def handle(self, *, path: Path, **_options: object) -> None:
        """Write the backup, or say why not."""
        try:
            with Bars(self.stderr) as bars:
                backup = write_backup(path=path, now=steady_now(), progress=bars)
        except LabellingError as error:
            raise CommandError(str(error)) from error
        rows = backup.manifest.rows
        self.stdout.write(
            f"Wrote {backup.path}: {rows['labelling_study']} studies, {rows['labelling_label']} labels, "
            f"{backup.manifest.images} images."
        )
        if missing := backup.manifest.missing_images:
            self.stderr.write(f"{len(missing)} images are not in the image storage, among them {missing[0]}.")
