"""Plain makers of rows for tests. Every argument can be overridden; nothing is random unless asked."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import numpy as np

from labelling.datasets import Source, SourceCategory, SourceItem
from labelling.models import Annotator, Assignment, Category, Dataset, Item, Label, Study
from labelling.services.annotators import join_study, record_consent, record_guide_read
from labelling.services.answer import Answer
from labelling.services.assignment import lease_items, submit_label
from labelling.services.datasets import import_source
from labelling.services.studies import create_study, launch_study

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
_serial = count(1)


def at(seconds: float) -> datetime:
    """Return the moment so many seconds after `NOW`."""
    return NOW + timedelta(seconds=seconds)


def make_dataset(*, name: str = "", size: int = 12, categories: int = 3, **fields: Any) -> Dataset:
    """Make a dataset whose item i has the category i modulo `categories`. Its images are not stored."""
    dataset = Dataset.objects.create(
        **{
            "name": name or f"dataset-{next(_serial)}",
            "title": "Shapes",
            "source": "Made by the tests.",
            "checksum": "0" * 64,
            "height": 28,
            "width": 28,
            "size": size,
            "imported_at": NOW,
            **fields,
        }
    )
    made = [
        Category.objects.create(dataset=dataset, position=position, name=f"Category {position}")
        for position in range(categories)
    ]
    Item.objects.bulk_create(
        Item(dataset=dataset, index=index, ground_truth=made[index % categories], pixel_sha256="0" * 64)
        for index in range(size)
    )
    return dataset


def make_draft(*, dataset: Dataset | None = None, now: datetime = NOW, **fields: Any) -> Study:
    """Make a draft of a small study: 6 of 12 items, 3 labels each, no limit for one annotator."""
    protocol = {
        "slug": f"study-{next(_serial)}",
        "title": "A study",
        "seed": 1,
        "sample_size": 6,
        "labels_per_annotator": None,
        "guide_examples": 1,
        **fields,
    }
    return create_study(dataset=dataset or make_dataset(), now=now, **protocol)


def make_study(*, now: datetime = NOW, **fields: Any) -> Study:
    """Make a running study; the arguments are those of `make_draft`."""
    return launch_study(study=make_draft(now=now, **fields), now=now)


def make_open_study(**fields: Any) -> Study:
    """Make a running study whose accuracy may be seen at once; the arguments are those of `make_draft`."""
    return make_study(accuracy_sealed=False, **fields)


def make_annotator(*, study: Study, now: datetime = NOW) -> Annotator:
    """Make an annotator who has consented and read the guide."""
    annotator, _ = join_study(study=study, now=now)
    record_consent(annotator=annotator, now=now)
    return record_guide_read(annotator=annotator, now=now)


def make_lease(*, annotator: Annotator, now: datetime = NOW) -> Assignment:
    """Lease one more item than the annotator holds, and return its assignment."""
    held = annotator.assignments.leased().count()
    return lease_items(annotator=annotator, count=held + 1, now=now)[-1]


def answer(
    *,
    assignment: Assignment,
    category: int | None = 0,
    key: str = "",
    response_ms: int | None = 1500,
    now: datetime = NOW,
    **more: Any,
) -> Label:
    """Submit an answer to the assignment in its annotator's name. A category of None: one cannot tell."""
    given = Answer(
        token=assignment.token,
        category_position=category,
        submission_key=key or f"answer-{assignment.token}",
        response_ms=response_ms,
        **more,
    )
    return submit_label(annotator=assignment.annotator, answer=given, now=now)


def label_everything(*, study: Study, annotators: int = 3, now: datetime = NOW, category: int = 0) -> None:
    """Let so many new annotators answer all that they are given, until nothing is left for them."""
    for _ in range(annotators):
        annotator = make_annotator(study=study, now=now)
        while study.places.unfilled().exists():
            assignments = lease_items(annotator=annotator, count=10, now=now)
            if not assignments:
                break
            for assignment in assignments:
                answer(assignment=assignment, category=category, now=now)


NAMES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)


def picture_source(
    *, size: int = 60, names: tuple[str, ...] = NAMES, side: int = 28, **fields: Any
) -> Source:
    """Return a source of small pictures: noise, with the category in the first pixel for a test to read."""

    def read() -> Iterator[SourceItem]:
        rng = np.random.default_rng(1)
        for index in range(size):
            pixels = rng.integers(0, 256, size=(side, side), dtype=np.uint8)
            pixels[0, 0] = index % len(names)
            yield SourceItem(index=index, image=pixels, ground_truth=index % len(names))

    given = {
        "name": f"pictures-{next(_serial)}",
        "split": "test",
        "title": "Pictures",
        "categories": tuple(SourceCategory(name=name, description=f"About {name}.") for name in names),
        "shape": (side, side, 1),
        "size": size,
        "origin": "Made by the tests.",
        "read": read,
        **fields,
    }
    return Source(**given)


def make_pictured_study(*, source: Source | None = None, now: datetime = NOW, **fields: Any) -> Study:
    """Make a running study whose images can be served: 20 of 60 items in ten categories."""
    dataset = import_source(source=source or picture_source(), now=now)
    return make_study(**{"dataset": dataset, "now": now, "sample_size": 20, **fields})
