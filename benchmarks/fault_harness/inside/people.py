"""Annotators for a harness: they join by the services, all in one commit."""

from datetime import UTC, datetime

from django.db import transaction

from labelling.errors import NotRunning
from labelling.models import Annotator, Assignment, Study
from labelling.services.assignment import lease_items
from tests.factories import answer, make_annotator


def clock() -> datetime:
    return datetime.now(UTC)


def people(*, study: Study, count: int) -> list[Annotator]:
    """Return so many new annotators who have consented and read the guide."""
    with transaction.atomic():
        return [make_annotator(study=study, now=clock()) for _ in range(count)]


def lease_or_nothing(annotator: Annotator, *, count: int) -> list[Assignment]:
    """Lease; a study that is complete gives nothing."""
    try:
        return lease_items(annotator=annotator, count=count, now=clock())
    except NotRunning:
        return []


def label_all(annotator: Annotator, *, most: int = 10_000) -> int:
    """Answer everything that this person is given, at most so many; return how many answers that were."""
    given = 0
    while given < most and (assignments := lease_or_nothing(annotator, count=min(3, most - given))):
        for lease in assignments:
            answer(assignment=lease, now=clock())
            given += 1
    return given
