"""Which version of a draft somebody looks at, and what others have changed since."""

import json
from dataclasses import dataclass
from datetime import datetime

from labelling.models import Event, Study


@dataclass(frozen=True)
class Revision:
    """One revision of a draft: which fields, by whom and when. `by` is empty for a command."""

    fields: tuple[str, ...]
    by: str
    at: datetime


def draft_version(*, study: Study) -> int:
    """Return the number of the event that last made or changed a draft's fields. One query.

    It grows with every revision, and with nothing else that may happen to a draft.
    """
    kinds = (Event.Kind.CREATED, Event.Kind.REVISED)
    last = study.events.filter(kind__in=kinds).order_by("-sequence").values_list("sequence", flat=True)
    return last.first() or 0


def revisions_since(*, study: Study, version: int) -> list[Revision]:
    """Return how a draft was revised after a version, oldest first. One query."""
    events = study.events.filter(kind=Event.Kind.REVISED, sequence__gt=version).order_by("sequence")
    revisions = []
    for payload, at in events.values_list("payload", "at"):
        told = json.loads(payload or "{}")
        revisions.append(Revision(fields=tuple(told.get("changed", ())), by=told.get("by", ""), at=at))
    return revisions
