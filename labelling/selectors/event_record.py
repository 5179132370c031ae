"""A study's record of events, as rows and as the text that is published."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from labelling.models import Event, SampleItem, Study
from labelling.models.event import STUDY_CHAIN, canonical, moment, sha256


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
    """Return all events: the study's own chain, then the annotators' by name, each in its order. Two queries.

    A study from before the record was kept may have none.
    """
    columns = ("sequence", "kind", "at", "payload", "payload_sha256", "sha256")
    own = Event.objects.filter(study=study).order_by("sequence").values_list(*columns)
    others = Event.objects.filter(annotator__study=study).order_by()
    rows = [
        EventRow(*row)
        for row in others.values_list("annotator__pseudonym", *columns).iterator(chunk_size=5000)
    ]
    # Sorted here and not by the database, whose order of text depends on its locale.
    rows.sort(key=lambda row: (row.chain, row.sequence))
    return [EventRow(STUDY_CHAIN, *row) for row in own] + rows


def event_text(*, rows: Sequence[EventRow]) -> str:
    """Return the events as JSON, one a line, with all that is needed to check their chains."""
    return "".join(
        canonical(
            {
                "at": moment(row.at),
                "chain": row.chain,
                "kind": row.kind,
                "payload": None if row.payload is None else json.loads(row.payload),
                "payload_sha256": row.payload_sha256,
                "sequence": row.sequence,
                "sha256": row.sha256,
            }
        )
        + "\n"
        for row in rows
    )


def sample_sha256(*, study: Study) -> str:
    """Return the digest of a study's items: the lines `role index ground-truth pixels` in drawn order.

    It is recorded at launch, so that a ground truth that was changed afterwards shows.
    """
    items = SampleItem.objects.filter(study=study).order_by("role", "position")
    lines = items.values_list("role", "item__index", "item__ground_truth__name", "item__pixel_sha256")
    return sha256("".join(f"{' '.join(map(str, line))}\n" for line in lines))
