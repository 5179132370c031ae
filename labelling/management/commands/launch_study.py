"""Launch a draft: from then on its protocol is frozen and its link gives out images."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from labelling.errors import LabellingError
from labelling.models import Study
from labelling.services.studies import launch_study


class Command(BaseCommand):
    """Thin: parses, calls `launch_study`, prints."""

    help = "Launch a study: draw its sample, freeze and hash its protocol, open its link."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the one argument."""
        parser.add_argument("slug")

    def handle(self, *, slug: str, **_options: object) -> None:
        """Launch the study; a study that was launched before is left as it is, and that is said."""
        study = find_study(slug)
        if study.state == Study.State.DRAFT:
            try:
                study = launch_study(study=study, now=timezone.now())
            except LabellingError as error:
                raise CommandError(str(error)) from error
            self.stdout.write(f"Launched {slug}.")
        else:
            self.stdout.write(f"{slug} was launched before, on {study.launched_at:%Y-%m-%d %H:%M} UTC.")
        self.stdout.write(
            f"protocol SHA-256: {study.protocol_sha256}\nannotators' link: /s/{study.join_code}/"
        )


def find_study(slug: str) -> Study:
    """Return the study, or end the command with the slugs that there are."""
    study = Study.objects.select_related("dataset").filter(slug=slug).first()
    if study is None:
        have = ", ".join(Study.objects.values_list("slug", flat=True)) or "none yet"
        raise CommandError(f"There is no study {slug!r} (there are: {have}).")
    return study
