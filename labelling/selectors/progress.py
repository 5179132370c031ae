"""How far studies are: every figure is counted by the database when it is asked for, and none is stored.

What would need a look at every label comes from the study's tally (`labelling.selectors.tally`); all else
is asked of indexes, so that it is of this moment however large a study is.
"""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, QuerySet, Subquery, Sum

from labelling.models import Annotator, Assignment, Event, Exclusion, Label, Place, Study
from labelling.selectors.tally import OverviewTally, StudyTally
from labelling.selectors.whereabouts import People, at_work, people_of

HOUR = timedelta(hours=1)
# A pause between labels counts as work no further than this.
LONGEST_PAUSE = timedelta(minutes=10)
# Less work than this is too little to tell a pace from.
_SHORTEST_WORK = timedelta(minutes=1)


@dataclass(frozen=True)
class HourOfWork:
    """The counted labels of one clock hour: how many, and when the first and the last of them came."""

    start: datetime
    labels: int
    first: datetime
    last: datetime


@dataclass(frozen=True)
class LabelCounts:
    """How many labels a study wants in all, and how many count so far."""

    wanted: int
    counted: int

    @property
    def remaining(self) -> int:
        """Labels that are still wanted."""
        return self.wanted - self.counted


@dataclass(frozen=True)
class Progress:
    """How far one study is at the moment `at`.

    `items_by_labels[n]` is the number of sampled items with exactly n counted labels, for n from 0 to k, or
    to the most that an item has where tied ones were given out again. `hours` has an entry for each clock
    hour in which a counted label came, oldest first; `worked` is the time in which they came. These come
    from the tally, of the moment `tallied_at`, and are None, empty and zero while there is none.
    `cant_tell` answers were that one cannot tell; None where the protocol has no such answer.
    """

    at: datetime
    labels: LabelCounts
    complete_items: int | None
    items_by_labels: tuple[int, ...] | None
    surplus: int
    cant_tell: int | None
    people: People
    leases: int
    labels_last_hour: int
    hours: tuple[HourOfWork, ...]
    worked: timedelta
    tallied_at: datetime | None

    @property
    def labels_per_hour(self) -> float | None:
        """Counted labels for each hour of work; None while there is too little work to tell."""
        if self.worked < _SHORTEST_WORK:
            return None
        return sum(hour.labels for hour in self.hours) / (self.worked / HOUR)


@dataclass(frozen=True)
class StudyLine:
    """One study's line in a list of many."""

    study: Study
    wanted: int
    counted: int
    labels_last_hour: int
    at_work: int


def study_progress(*, study: Study, tally: StudyTally | None, now: datetime) -> Progress:
    """Return how far a launched study is. The number of queries does not grow with the study."""
    counts = label_counts([study])[study.pk]
    glance = tally.overview if tally else None
    states = Assignment.objects.filter(annotator__study=study).order_by()
    cant_tell = study.cant_tell != Study.CantTell.OFF and glance is not None
    return Progress(
        at=now,
        labels=counts,
        complete_items=_complete_items(study, glance, counts),
        items_by_labels=_by_labels(study, glance),
        surplus=states.filter(state=Assignment.State.SURPLUS).count(),
        cant_tell=int(glance.cant_tell[0]) if cant_tell and glance else None,
        people=people_of(study=study, now=now),
        leases=states.filter(state=Assignment.State.LEASED, expires_at__gt=now).count(),
        labels_last_hour=labels_since([study], now - HOUR)[study.pk],
        hours=_hours(glance),
        worked=_worked(glance),
        tallied_at=tally.at if tally else None,
    )


def study_lines(*, studies: Sequence[Study], now: datetime) -> list[StudyLine]:
    """Return a line for each study, in the given order, by three queries however many studies there are."""
    counts = label_counts(studies)
    last_hour = labels_since(studies, now - HOUR)
    busy = at_work(studies=studies, now=now)
    return [
        StudyLine(
            study=study,
            wanted=counts[study.pk].wanted,
            counted=counts[study.pk].counted,
            labels_last_hour=last_hour[study.pk],
            at_work=busy[study.pk],
        )
        for study in studies
    ]


def label_counts(studies: Sequence[Study]) -> dict[int, LabelCounts]:
    """Return wanted and counted labels by the studies' keys: two queries at most.

    The unfilled places are counted, by an index that has no others; every other place holds a label.
    """
    further = _further_labels(studies)
    unfilled = _by_study(Place.objects.unfilled().filter(study__in=studies), "study", Count("pk"))
    counts = {}
    for study in studies:
        wanted = study.sample_size * study.redundancy + further[study.pk]
        launched = study.state != Study.State.DRAFT
        counts[study.pk] = LabelCounts(wanted, wanted - unfilled[study.pk] if launched else 0)
    return counts


def labels_since(studies: Sequence[Study], since: datetime) -> Counter[int]:
    """Count the labels that came later than this, by study, but for those of excluded annotators. One query.

    They are counted annotator by annotator, which an index serves; asked for by time alone, a database
    would rather read every label.
    """
    theirs = Label.objects.filter(annotator=OuterRef("pk"), submitted_at__gt=since).order_by()
    counted = _counting(studies).annotate(
        came=Subquery(theirs.values("annotator").annotate(labels=Count("pk")).values("labels"))
    )
    return _by_study(counted.filter(came__gt=0), "study", Sum("came"))


def last_label_at(*, study: Study) -> datetime | None:
    """Return when the last answer came, whatever became of it; None without any. One query.

    It looks at one label of each annotator.
    """
    people = _last_label(Annotator.objects.filter(study=study)).order_by()
    last: datetime | None = people.aggregate(last=Max("last_label"))["last"]
    return last


def recent_labels(study: Study, since: datetime) -> QuerySet[Label]:
    """Return the labels that came later than this, but for those of excluded annotators. One query here."""
    people = _last_label(_counting([study])).filter(last_label__gt=since)
    keys = list(people.order_by().values_list("pk", flat=True))
    return Label.objects.filter(annotator__in=keys, submitted_at__gt=since).order_by()


def _counting(studies: Sequence[Study]) -> QuerySet[Annotator]:
    """Return the annotators of these studies whose exclusion is not in force."""
    excluded = Exclusion.objects.in_force().filter(annotator=OuterRef("pk"))
    return Annotator.objects.filter(~Exists(excluded), study__in=studies)


def _last_label(people: QuerySet[Annotator]) -> QuerySet[Any]:
    newest = Label.objects.filter(annotator=OuterRef("pk")).order_by("-submitted_at")
    return people.annotate(last_label=Subquery(newest.values("submitted_at")[:1]))


def time_worked(stretches: Iterable[tuple[float, float]]) -> timedelta:
    """Return the time in which labels came, leaving out the pauses between blocks of work.

    A stretch is the first label and the last of a short time, in seconds. A gap between two stretches
    counts only as far as `LONGEST_PAUSE`, so a night or a paused study does not make the pace look slow.
    """
    worked, before = 0.0, None
    for first, last in stretches:
        worked += last - first
        if before is not None:
            worked += min(first - before, LONGEST_PAUSE.total_seconds())
        before = last
    return timedelta(seconds=worked)


def _worked(glance: OverviewTally | None) -> timedelta:
    if glance is None:
        return timedelta()
    return time_worked(zip(glance.first.tolist(), glance.last.tolist(), strict=True))


def _by_labels(study: Study, glance: OverviewTally | None) -> tuple[int, ...] | None:
    if glance is None:
        return None
    items = glance.by_labels.tolist()
    return (*items, *[0] * (study.redundancy + 1 - len(items)))


def _complete_items(study: Study, glance: OverviewTally | None, counts: LabelCounts) -> int | None:
    """Count the items that have all their labels: k, or more where tied ones were given out again."""
    if glance is None:
        return None
    if counts.wanted > study.sample_size * study.redundancy:
        open_places = Place.objects.filter(study=study).unfilled().order_by()
        return study.sample_size - open_places.values("sample_item").distinct().count()
    return int(glance.by_labels[study.redundancy :].sum())


def _hours(glance: OverviewTally | None) -> tuple[HourOfWork, ...]:
    """Put the ten minutes of each clock hour together."""
    if glance is None:
        return ()
    hours: dict[int, HourOfWork] = {}
    columns = (glance.start, glance.came, glance.first, glance.last)
    for start, labels, first, last in zip(*(column.tolist() for column in columns), strict=True):
        before = hours.get(start // 3600)
        hours[start // 3600] = HourOfWork(
            start=_moment(start // 3600 * 3600),
            labels=labels + (before.labels if before else 0),
            first=before.first if before else _moment(first),
            last=_moment(last),
        )
    return tuple(hours.values())


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, tz=UTC)


def _further_labels(studies: Sequence[Study]) -> Counter[int]:
    """Return how many labels the tied items of each study were given room for, beyond k for each item."""
    extensible = [study for study in studies if study.tie_extension]
    extensions = Event.objects.filter(study__in=extensible, kind=Event.Kind.EXTENDED)
    # Payloads of a study's own chain are never erased.
    rows = extensions.values_list("study", "payload")
    return Counter({study: json.loads(payload or "{}")["labels"] for study, payload in rows})


def _by_study(rows: QuerySet[Any], study: str, count: Count | Sum) -> Counter[int]:
    """Count rows for each study's key; a study without any counts 0."""
    return Counter(dict(rows.order_by().values(study).annotate(count=count).values_list(study, "count")))
