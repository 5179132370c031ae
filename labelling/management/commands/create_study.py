"""Create a study as a draft, so that its protocol can be read, rehearsed and changed before launch."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from labelling.errors import LabellingError
from labelling.models import Dataset, Study
from labelling.services.drafts import new_seed
from labelling.services.steady_clock import steady_now
from labelling.services.studies import create_study


class Command(BaseCommand):
    """Thin: parses, calls `create_study`, prints."""

    help = "Create a study of an imported dataset as a draft. Nothing is shown to annotators before launch."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the protocol's options; what is left out keeps its default."""
        parser.add_argument("slug", help="short name for addresses and commands, for instance pilot-1")
        parser.add_argument("--dataset", default="fashion-mnist", help="an imported dataset's name")
        parser.add_argument("--split", default="test")
        parser.add_argument("--title", help="what annotators read; default: made from the slug")
        parser.add_argument("--seed", type=int, help="seed of the sample; default: drawn now and printed")
        parser.add_argument("--sample-size", type=int, help="images to draw (1000)")
        parser.add_argument("--strategy", choices=Study.Strategy.values, help="how to draw them (simple)")
        parser.add_argument("--redundancy", type=int, help="labels wanted for each image (3)")
        parser.add_argument("--order", choices=Study.Order.values, help="which place comes next (breadth)")
        parser.add_argument("--lease-seconds", type=int, help="how long an image stays promised (600)")
        parser.add_argument("--tie-rule", choices=Study.TieRule.values, help="the headline's rule (random)")
        parser.add_argument("--tie-extension", type=int, help="further labels for tied images, once (0)")
        parser.add_argument(
            "--open-accuracy",
            action="store_const",
            const=False,
            dest="accuracy_sealed",
            help="let the accuracy be seen before the end (it is sealed)",
        )
        parser.add_argument("--labels-per-annotator", type=int, help="images a person (100); 0: no limit")
        parser.add_argument("--scaling", choices=Study.Scaling.values, help="enlarged how (pixelated)")

    def handle(self, *, slug: str, dataset: str, split: str, **options: Any) -> None:
        """Create the draft, or say why not."""
        found = Dataset.objects.filter(name=dataset, split=split).first()
        if found is None:
            have = ", ".join(f"{d.name} ({d.split})" for d in Dataset.objects.all()) or "none yet"
            raise CommandError(
                f"No dataset {dataset} ({split}) is imported (imported: {have}). "
                f"Import it first: manage.py import_dataset {dataset}"
            )
        protocol = {
            field: options[field]
            for field in Study.PROTOCOL_FIELDS
            if field not in ("title", "seed") and options.get(field) is not None
        }
        if protocol.get("labels_per_annotator") == 0:
            protocol["labels_per_annotator"] = None
        seed = new_seed() if options["seed"] is None else options["seed"]
        title = options["title"] or slug.replace("-", " ").capitalize()
        try:
            study = create_study(
                dataset=found, slug=slug, title=title, seed=seed, now=steady_now(), **protocol
            )
        except LabellingError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"Created the draft {study.slug}: {study.sample_size} of {found.size} images of {found}, "
            f"{study.redundancy} labels each, {study.strategy} sample, seed {study.seed}.\n"
            f"Launch it with: manage.py launch_study {study.slug}"
        )
