"""Put a backup back."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from labelling.errors import LabellingError
from labelling.management.progress import Bars
from labelling.services.backup import restore_backup


class Command(BaseCommand):
    """Thin: parses, calls `restore_backup`, prints."""

    help = "Put a backup back into an empty database. Stop the servers first."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("path", type=Path, help="a file that the command backup wrote")
        parser.add_argument(
            "--replace",
            action="store_true",
            help="put it in the place of what the database holds, which is lost",
        )

    def handle(self, *, path: Path, replace: bool, **_options: object) -> None:
        """Restore, or say why not."""
        try:
            with Bars(self.stderr) as bars:
                backup = restore_backup(path=path, replace=replace, progress=bars)
        except LabellingError as error:
            raise CommandError(str(error)) from error
        rows = backup.manifest.rows
        self.stdout.write(
            f"Restored the state of {backup.manifest.made_at}: {rows['labelling_study']} studies, "
            f"{rows['labelling_label']} labels, {backup.manifest.images} images."
        )
        if missing := backup.manifest.missing_images:
            self.stderr.write(f"The backup lacks {len(missing)} images, among them {missing[0]}.")
