"""What the overseer does: it makes a stage's data, and reads its tables past the services."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management import call_command

from benchmarks.fault_harness.inside.event_chains import broken_chains
from labelling.models import Assignment, Dataset, Label, Study
from labelling.services.datasets import import_source
from labelling.services.studies import create_study, launch_study
from tests.concurrency.invariants import violations as broken_rules
from tests.factories import picture_source

REAL_IMAGES = 10_000
_REAL_DATA = Path(__file__).resolve().parents[4] / "shared" / "fashion-mnist"


def prepare(*, images: int, collect: bool) -> str:
    """Migrate the database, import one dataset and return its name."""
    call_command("migrate", verbosity=0, interactive=False)
    if collect:
        call_command("collectstatic", verbosity=0, interactive=False)
    if images != REAL_IMAGES:
        import_source(source=picture_source(size=images), now=datetime.now(UTC))
    elif _REAL_DATA.is_dir():
        call_command("import_dataset", "fashion-mnist", path=_REAL_DATA, offline=True)
    else:
        call_command("import_dataset", "drawn-garments")
    return Dataset.objects.get().name


def launch(*, slug: str, **protocol: Any) -> dict[str, Any]:
    """Launch a study without a limit for one annotator; return its slug, link and number of places.

    Its accuracy is not sealed: it is exported while it is labelled.
    """
    given = {"seed": 1, "labels_per_annotator": None, "guide_examples": 0, "accuracy_sealed": False}
    given |= protocol
    now = datetime.now(UTC)
    study = create_study(dataset=Dataset.objects.get(), slug=slug, title="A study", now=now, **given)
    study = launch_study(study=study, now=now)
    return {"slug": slug, "link": f"/s/{study.join_code}/", "places": study.places.count()}


def violations(*, slug: str, complete: bool) -> list[str]:
    """Return a sentence for each broken rule; with `complete` also where labels are wanting."""
    study = Study.objects.get(slug=slug)
    found = broken_rules(study) + broken_chains(study)
    wanting = study.places.unfilled().count()
    if complete and wanting:
        found.append(f"{wanting} of {study.places.count()} labels are wanting")
    if complete and study.state != Study.State.COMPLETE:
        found.append(f"the study is {study.state}, not complete")
    return found


def labels(*, slug: str) -> list[dict[str, Any]]:
    """Return every stored label of the study, whatever became of its assignment, in the order of storage."""
    columns = (
        "submission_key",
        "assignment__token",
        "category__position",
        "response_ms",
        "assignment__state",
    )
    rows = Label.objects.filter(annotator__study__slug=slug).order_by("pk").values_list(*columns)
    return [
        {
            "submission_key": key,
            "assignment": token,
            "category": category,
            "response_ms": response_ms,
            "counted": state == Assignment.State.SUBMITTED,
        }
        for key, token, category, response_ms, state in rows.iterator()
    ]


def standing(*, slug: str) -> dict[str, Any]:
    """Return how far the study is."""
    study = Study.objects.get(slug=slug)
    assignments = Assignment.objects.filter(annotator__study=study)
    return {
        "state": study.state,
        "labels": Label.objects.filter(annotator__study=study).count(),
        "counted": assignments.counted().count(),
        "surplus": assignments.filter(state=Assignment.State.SURPLUS).count(),
        "open_places": study.places.unfilled().count(),
        "annotators": study.annotators.count(),
    }
