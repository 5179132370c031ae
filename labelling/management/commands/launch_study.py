"""Launch a draft: from then on its protocol is frozen and its link gives out images."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from labelling.errors import LabellingError
from labelling.models import Study
from labelling.selectors.studies import study_by_slug
from labelling.services.steady_clock import steady_now
from labelling.services.studies import launch_study


class Command(BaseCommand):
    """Thin: parses, calls `launch_study`, prints."""

    help = "Launch a study: draw its sample, freeze and hash its protocol, open its link."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the one argument."""
        parser.add_argument("slug")

    def handle(self, *, slug: str, **_options: object) -> None:
        """Launch the study; a study that was launched before is left as it is, and that is said."""
        try:
            study = study_by_slug(slug=slug)
            if study.state == Study.State.DRAFT:
                study = launch_study(study=study, now=steady_now())
                self.stdout.write(f"Launched {slug}.")
            else:
                self.stdout.write(f"{slug} was launched before, on {study.launched_at:%Y-%m-%d %H:%M} UTC.")
        except LabellingError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"protocol SHA-256: {study.protocol_sha256}")
        self.stdout.write(f"annotators' link: /s/{study.join_code}/")
