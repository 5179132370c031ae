"""Rehearse a draft: a simulated crowd labels a copy, so that the report is seen before the first person."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from labelling.errors import LabellingError
from labelling.models import Study
from labelling.selectors.studies import study_by_slug
from labelling.services.crowd import Crowd, read_answer_counts, read_confusion
from labelling.services.rehearsal import rehearse_study
from labelling.services.steady_clock import steady_now


class Command(BaseCommand):
    """Thin: parses, reads the crowd's rates, calls `rehearse_study`, prints."""

    help = "Fill a rehearsal copy of a draft with a simulated crowd. Refused on a launched real study."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the crowd."""
        parser.add_argument("slug", help="a draft; the copy is called SLUG-rehearsal-SEED")
        parser.add_argument("--annotators", type=int, default=40, help="how many simulated people (40)")
        parser.add_argument("--seed", type=int, default=1, help="seed of the crowd (1)")
        source = parser.add_mutually_exclusive_group()
        source.add_argument("--confusion", type=Path, help="K x K table of rates with the categories' names")
        source.add_argument("--answers", type=Path, help="answer counts: one row a dataset item, K columns")

    def handle(self, *, slug: str, annotators: int, seed: int, **options: Any) -> None:
        """Rehearse, or say why not."""
        try:
            study = study_by_slug(slug=slug)
            crowd = _crowd(study, options["confusion"], options["answers"])
            with tqdm(total=study.sample_size * study.redundancy, unit="label", disable=None) as bar:
                copy = rehearse_study(
                    study=study,
                    crowd=crowd,
                    annotators=annotators,
                    seed=seed,
                    now=steady_now(),
                    progress=lambda done, _wanted: bar.update(done - bar.n),
                )
        except LabellingError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"REHEARSAL {copy.slug}: {copy.get_state_display().lower()}, {copy.rehearsal_crowd}.\n"
            f"Look at its report with: manage.py export_report {copy.slug} --output {copy.slug}"
        )


def _crowd(study: Study, confusion: Path | None, answers: Path | None) -> Crowd:
    names = list(study.dataset.categories.values_list("name", flat=True))
    if answers is not None:
        return read_answer_counts(answers, categories=names, size=study.dataset.size)
    return read_confusion(confusion or settings.HUMAN_CONFUSION, categories=names)
