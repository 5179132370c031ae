"""The record of a study for people to read: who did what, and when, newest first.

What the study's own chain has, and the exclusions, are listed from the first; the annotators' own steps when
they are asked for. Single labels are not listed: the page of their annotator shows them in order.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from labelling.models import Annotator, Event, Exclusion, Study
from labelling.selectors.people import names_at_desk
from labelling.selectors.record_sentences import author, sentence

Kind = Event.Kind

#: Steps of annotators, by the field that keeps when each happened.
_OWN_STEPS = {
    Kind.JOINED: "joined_at",
    Kind.FINISHED: "finished_at",
    Kind.TURNED_AWAY: "turned_away_at",
    Kind.WITHDRAWN: "withdrawn_at",
}


@dataclass(frozen=True)
class RecordRow:
    """One event in words. `who` is empty where nobody decided it; `annotator` is whom it is about, by key."""

    at: datetime
    kind: str
    title: str
    words: str
    who: str
    annotator: int | None = None
    pseudonym: str = ""


@dataclass(frozen=True)
class KindCount:
    """A kind of event to filter by, and how many there are."""

    kind: str
    title: str
    count: int


@dataclass(frozen=True)
class RecordPage:
    """A page of the record. `total` counts what the filter lets through."""

    rows: tuple[RecordRow, ...]
    total: int
    kinds: tuple[KindCount, ...]


@dataclass(frozen=True)
class _Entry:
    """Where to find an event: in the study's chain by its key, or about an annotator."""

    at: datetime
    kind: str
    key: int
    words: str = ""
    who: str = ""
    pseudonym: str = ""


def record_page(*, study: Study, kind: str = "", first: int = 0, size: int = 50) -> RecordPage:
    """Return `size` events from the `first` on, newest first. Six queries at most, however large the study.

    `kind` lets one kind through; without it, everything but the annotators' own steps is there. Beyond the
    end comes the last page.
    """
    decided = [*_of_study(study), *_of_exclusions(study)]
    steps = _steps_counted(study)
    kinds = Counter(entry.kind for entry in decided) + Counter(steps)
    if kind in _OWN_STEPS:
        entries = list(_of_annotators(study, kind))
    else:
        entries = [entry for entry in decided if kind in ("", entry.kind)]
    entries.sort(key=lambda entry: (entry.at, entry.key), reverse=True)
    first = max(min(first, (len(entries) - 1) // size * size), 0)
    return RecordPage(
        rows=tuple(_rows(entries[first : first + size])),
        total=len(entries),
        kinds=tuple(KindCount(known.value, str(known.label), kinds[known]) for known in Kind if kinds[known]),
    )


def _of_study(study: Study) -> Iterator[_Entry]:
    """Yield the events of the study's own chain, without what they say. One query."""
    for at, kind, key in study.events.values_list("at", "kind", "pk"):
        yield _Entry(at, kind, key)


def _of_exclusions(study: Study) -> Iterator[_Entry]:
    """Yield exclusions and reinstatements with their authors. One query."""
    for record in Exclusion.objects.filter(annotator__study=study).select_related("annotator"):
        about = (record.annotator_id, f"The reason given: {record.reason}", record.excluded_by)
        yield _Entry(record.excluded_at, Kind.EXCLUDED, *about, record.annotator.pseudonym)
        if record.lifted_at is not None:
            about = (record.annotator_id, f"The reason given: {record.lift_reason}", record.lifted_by)
            yield _Entry(record.lifted_at, Kind.REINSTATED, *about, record.annotator.pseudonym)


def _of_annotators(study: Study, kind: str) -> Iterator[_Entry]:
    """Yield one kind of the annotators' own steps. One query."""
    field = _OWN_STEPS[Kind(kind)]
    there = Annotator.objects.filter(study=study, **{f"{field}__isnull": False})
    for at, key, pseudonym in there.order_by().values_list(field, "pk", "pseudonym"):
        yield _Entry(at, kind, key, pseudonym=pseudonym, who="the annotator")


def _steps_counted(study: Study) -> dict[str, int]:
    """Count the annotators' own steps by kind. One query."""
    counted = {kind.value: Count(field) for kind, field in _OWN_STEPS.items()}
    return dict(Annotator.objects.filter(study=study).aggregate(**counted))


def _rows(entries: Sequence[_Entry]) -> Iterator[RecordRow]:
    """Put the events of one page into words. Two queries at most."""
    own = {entry.key: entry.kind for entry in entries if not entry.pseudonym}
    payloads = dict(Event.objects.filter(pk__in=own).values_list("pk", "payload"))
    authors = {key: author(kind, payloads.get(key)) for key, kind in own.items()}
    names = names_at_desk(authors=[*authors.values(), *(entry.who for entry in entries)])
    for entry in entries:
        title = str(Kind(entry.kind).label) if entry.kind in Kind.values else entry.kind
        if entry.pseudonym:
            yield RecordRow(
                *(entry.at, entry.kind, title, entry.words, names[entry.who]),
                annotator=entry.key,
                pseudonym=entry.pseudonym,
            )
        else:
            words, by = sentence(entry.kind, payloads.get(entry.key)), authors[entry.key]
            yield RecordRow(entry.at, entry.kind, title, words, names[by] if by else "")
