"""A study's record of events, as rows and as the text that is published."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from labelling.models import Annotator, Event, SampleItem, Study
from labelling.models.event import STUDY_CHAIN, moment, sha256

_ANNOTATORS = 100  # whose events are held at once
_WITHHELD = frozenset({Event.Kind.EXCLUDED, Event.Kind.REINSTATED})


class EventRow(NamedTuple):
    """An event by its chain's name: `study` or an annotator's pseudonym. `payload` is None once erased."""

    chain: str
    sequence: int
    kind: str
    at: datetime
    payload: str | None
    payload_sha256: str
    sha256: str


def event_rows(*, study: Study) -> list[EventRow]:
    """Return all events: the study's own chain, then the annotators' by name, each in its order.

    A study from before the record was kept may have none.
    """
    return [row for rows in _batches(study) for row in rows]


def event_text(*, study: Study) -> bytes:
    """Return the events as JSON in UTF-8, one a line, with all that is needed to check their chains.

    Of an exclusion the digest alone is published: its reason is written about a person, by a person.
    Written batch by batch: the rows of a large study take several times the memory of their text.
    """
    return b"".join(event_batches(study=study))


def event_batches(*, study: Study) -> Iterator[bytes]:
    """Yield the text of `event_text` piece by piece, of a moment of its own each, so that none is large."""
    return ("".join(map(_line, rows)).encode() for rows in _batches(study))


def _batches(study: Study) -> Iterator[list[EventRow]]:
    """Yield the chains in their order, those of some annotators at a time. A query each."""
    columns = ("sequence", "kind", "at", "payload", "payload_sha256", "sha256")
    own = Event.objects.filter(study=study).order_by("sequence").values_list(*columns)
    yield [EventRow(STUDY_CHAIN, *row) for row in own]
    # Sorted here and not by the database, whose order of text depends on its locale.
    people = sorted(Annotator.objects.filter(study=study).values_list("pseudonym", "pk"))
    for first in range(0, len(people), _ANNOTATORS):
        keys = [key for _, key in people[first : first + _ANNOTATORS]]
        events = Event.objects.filter(annotator__in=keys).order_by()
        rows = [EventRow(*row) for row in events.values_list("annotator__pseudonym", *columns)]
        rows.sort(key=lambda row: (row.chain, row.sequence))
        yield rows


def _line(row: EventRow) -> str:
    """Write an event as canonical JSON. Its payload is that already, and its other texts need no escapes."""
    payload = None if row.kind in _WITHHELD else row.payload
    return (
        f'{{"at":"{moment(row.at)}","chain":{json.dumps(row.chain, ensure_ascii=False)},"kind":"{row.kind}",'
        f'"payload":{"null" if payload is None else payload},'
        f'"payload_sha256":"{row.payload_sha256}","sequence":{row.sequence},"sha256":"{row.sha256}"}}\n'
    )


def sample_sha256(*, study: Study) -> str:
    """Return the digest of a study's items: the lines `role index ground-truth pixels` in drawn order.

    It is recorded at launch, so that a ground truth that was changed afterwards shows.
    """
    items = SampleItem.objects.filter(study=study).order_by("role", "position")
    lines = items.values_list("role", "item__index", "item__ground_truth__name", "item__pixel_sha256")
    return sha256("".join(f"{' '.join(map(str, line))}\n" for line in lines))
