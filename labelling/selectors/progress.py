"""How far studies are: every figure is counted by the database when it is asked for, and none is stored."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Max, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, TruncHour

from labelling.models import Annotator, Assignment, Exclusion, Label, Place, SampleItem, Study

HOUR = timedelta(hours=1)
ACTIVE_WITHIN = timedelta(minutes=10)
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
class Annotators:
    """How many annotators joined, and how many of them came how far."""

    joined: int
    consented: int
    active: int
    finished: int
    excluded: int


@dataclass(frozen=True)
class Progress:
    """How far one study is at the moment `at`.

    `cant_tell` answers were that one cannot tell; None where the protocol has no such answer.
    `items_by_labels[n]` is the number of sampled items with exactly n counted labels, for n from 0 to k, or
    to the most that an item wants where tied ones were given out again. `extended` then has the labels wanted
    in all, and the items that have theirs.
    `hours` has an entry for each clock hour in which a counted label came, oldest first.
    """

    at: datetime
    items_by_labels: tuple[int, ...]
    surplus: int
    annotators: Annotators
    leases: int
    labels_last_hour: int
    hours: tuple[HourOfWork, ...]
    started_at: datetime | None
    finished_at: datetime | None
    cant_tell: int | None = None
    extended: tuple[int, int] | None = None

    @property
    def redundancy(self) -> int:
        """Labels wanted for each item, or for those that want most."""
        return len(self.items_by_labels) - 1

    @property
    def items(self) -> int:
        """Items in the sample; 0 before launch."""
        return sum(self.items_by_labels)

    @property
    def complete_items(self) -> int:
        """Items that have all their labels."""
        return self.items_by_labels[-1] if self.extended is None else self.extended[1]

    @property
    def wanted(self) -> int:
        """Labels that the whole study needs."""
        return self.items * self.redundancy if self.extended is None else self.extended[0]

    @property
    def counted(self) -> int:
        """Labels that count so far."""
        return sum(labels * items for labels, items in enumerate(self.items_by_labels))

    @property
    def worked(self) -> timedelta:
        """Time in which labels came. See `time_worked`."""
        return time_worked(self.hours)

    @property
    def labels_per_hour(self) -> float | None:
        """Counted labels for each hour of work; None while there is too little work to tell."""
        if self.worked < _SHORTEST_WORK:
            return None
        return sum(hour.labels for hour in self.hours) / (self.worked / HOUR)


@dataclass(frozen=True)
class StudyOverview:
    """One study's line in a list of many."""

    study: Study
    wanted: int
    counted: int
    labels_last_hour: int
    active_annotators: int


def study_progress(*, study: Study, now: datetime) -> Progress:
    """Return how far a study is. The number of queries does not grow with the study."""
    leases_and_surplus = Assignment.objects.filter(annotator__study=study).aggregate(
        surplus=Count("pk", filter=Q(state=Assignment.State.SURPLUS)),
        leases=Count("pk", filter=Q(state=Assignment.State.LEASED, expires_at__gt=now)),
    )
    labels = _counted_labels().filter(annotator__study=study)
    return Progress(
        at=now,
        items_by_labels=_items_by_labels(study),
        surplus=leases_and_surplus["surplus"],
        cant_tell=_cant_tell(study),
        annotators=_annotators(study, now),
        leases=leases_and_surplus["leases"],
        labels_last_hour=labels.filter(submitted_at__gt=now - HOUR).count(),
        hours=_hours(labels),
        started_at=study.launched_at,
        finished_at=study.completed_at or study.closed_at,
        extended=_extended(study),
    )


def studies_overview(*, studies: Sequence[Study], now: datetime) -> list[StudyOverview]:
    """Return a line for each study, in the given order, by four queries however many studies there are."""
    extensible = [study for study in studies if study.tie_extension]
    further = _by_study(
        Place.objects.filter(study__in=extensible, slot__gte=F("study__redundancy")), "study", Count("pk")
    )
    counted = _by_study(_filled_places().filter(study__in=studies), "study", Count("pk"))
    last_hour = _by_study(
        _counted_labels().filter(annotator__study__in=studies, submitted_at__gt=now - HOUR),
        "annotator__study",
        Count("pk"),
    )
    active = _by_study(
        _active(now).filter(annotator__study__in=studies),
        "annotator__study",
        Count("annotator", distinct=True),
    )
    return [
        StudyOverview(
            study=study,
            wanted=study.sample_size * study.redundancy + further[study.pk],
            counted=counted[study.pk],
            labels_last_hour=last_hour[study.pk],
            active_annotators=active[study.pk],
        )
        for study in studies
    ]


def time_worked(hours: Iterable[HourOfWork]) -> timedelta:
    """Return the time in which labels came, leaving out the pauses between blocks of work.

    Within a clock hour it runs from the first label to the last. Between two hours a gap counts only as far
    as `ACTIVE_WITHIN`, so a night or a paused study does not make the pace look slow.
    """
    worked = timedelta()
    before: HourOfWork | None = None
    for hour in hours:
        worked += hour.last - hour.first
        if before is not None:
            worked += min(hour.first - before.last, ACTIVE_WITHIN)
        before = hour
    return worked


def _items_by_labels(study: Study) -> tuple[int, ...]:
    """Count the sampled items by their number of filled places: one query, one row for each number."""
    filled = (
        _filled_places()
        .filter(sample_item=OuterRef("pk"))
        .values("sample_item")
        .annotate(count=Count("pk"))
        .values("count")
    )
    rows = (
        SampleItem.objects.filter(study=study, role=SampleItem.Role.SAMPLED)
        .annotate(labels=Coalesce(Subquery(filled), 0))
        .values("labels")
        .annotate(items=Count("pk"))
        .order_by("labels")
        .values_list("labels", "items")
    )
    items = dict(rows)
    most = max([study.redundancy, *items])
    return tuple(items.get(labels, 0) for labels in range(most + 1))


def _extended(study: Study) -> tuple[int, int] | None:
    """Return the labels wanted and the items complete in a study that was extended; None in any other."""
    if not study.tie_extension:
        return None
    places = Place.objects.filter(study=study)
    if not places.filter(slot__gte=study.redundancy).exists():
        return None
    open_items = places.unfilled().order_by().values("sample_item").distinct().count()
    return places.count(), study.sample_size - open_items


def _cant_tell(study: Study) -> int | None:
    if study.cant_tell == Study.CantTell.OFF:
        return None
    return Label.objects.filter(annotator__study=study, category=None).count()


def _filled_places() -> QuerySet[Place]:
    """Return the places that hold a counted label. What closing early removes was never filled."""
    return Place.objects.filter(available_from__isnull=True)


def _annotators(study: Study, now: datetime) -> Annotators:
    counts = Annotator.objects.filter(study=study).aggregate(
        joined=Count("pk"),
        consented=Count("pk", filter=Q(consented_at__isnull=False)),
        finished=Count("pk", filter=Q(finished_at__isnull=False)),
    )
    active = _active(now).filter(annotator__study=study).values("annotator").distinct().count()
    excluded = Exclusion.objects.in_force().filter(annotator__study=study).count()
    return Annotators(**counts, active=active, excluded=excluded)


def _active(now: datetime) -> QuerySet[Assignment]:
    """Return the assignments given out or answered a short while ago."""
    since = now - ACTIVE_WITHIN
    return Assignment.objects.filter(Q(leased_at__gt=since) | Q(label__submitted_at__gt=since))


def _counted_labels() -> QuerySet[Label]:
    return Label.objects.filter(assignment__state=Assignment.State.SUBMITTED)


def _hours(labels: QuerySet[Label]) -> tuple[HourOfWork, ...]:
    rows = (
        labels.order_by()
        .annotate(start=TruncHour("submitted_at"))
        .values("start")
        .annotate(labels=Count("pk"), first=Min("submitted_at"), last=Max("submitted_at"))
        .order_by("start")
    )
    return tuple(HourOfWork(**row) for row in rows)


def _by_study(rows: QuerySet[Any], study: str, count: Count) -> Counter[int]:
    """Count rows for each study's key; a study without any counts 0."""
    return Counter(dict(rows.order_by().values(study).annotate(count=count).values_list(study, "count")))
