"""Where annotators are: at work, on the way in, gone or through.

There is one rule, and every page that says where people are asks here, so that no two differ.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    DateTimeField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)

from labelling.models import Annotator, Assignment, Exclusion, Label, Study

AT_WORK, WAITING, GONE = "at work", "waiting", "gone"
FINISHED, TURNED_AWAY, EXCLUDED, WITHDRAWN = "finished", "turned away", "excluded", "withdrawn"
#: Where an annotator may be, in words. Everybody is in one of these places.
PLACES = (AT_WORK, WAITING, GONE, FINISHED, TURNED_AWAY, EXCLUDED, WITHDRAWN)

_SHORT_WHILE = timedelta(minutes=10)
_UNDER_WAY = (Study.State.RUNNING, Study.State.PAUSED)
_STEPS = ("joined_at", "consented_at", "screened_at", "practised_at", "guide_read_at")


@dataclass(frozen=True)
class People:
    """The annotators of a study, everybody counted once: the parts below `joined` add up to it.

    `at_work` were given an image or answered one a short while ago (`short_while`). `waiting` joined or went
    a step on within that time, and have not been given an image: they consent, read, answer questions or
    practise. `gone` were not seen for longer and have not finished; in a study that has ended nobody is at
    work or waiting. `turned_away`, `excluded` and `withdrawn` are those, whatever they did before.
    """

    joined: int
    at_work: int
    waiting: int
    gone: int
    finished: int
    turned_away: int
    excluded: int
    withdrawn: int


def short_while(*, study: Study) -> timedelta:
    """Return after which time without an answer somebody is taken to have gone.

    Ten minutes, or the lease where that is longer: nothing is held for them then.
    """
    return max(_SHORT_WHILE, timedelta(seconds=study.lease_seconds))


def people_of(*, study: Study, now: datetime) -> People:
    """Count the annotators by where they are. One query, a row for each annotator."""
    found = Counter(_placed([study], now).order_by().values_list("place", flat=True).iterator())
    return People(joined=found.total(), **{place.replace(" ", "_"): found[place] for place in PLACES})


def whereabouts(*, study: Study, now: datetime, among: Sequence[int] | None = None) -> dict[int, str]:
    """Return where each annotator is, in words of `PLACES`, by their keys. One query.

    `among` are the keys of those who are asked for; None is everybody.
    """
    people = _placed([study], now).order_by()
    if among is not None:
        people = people.filter(pk__in=among)
    return dict(people.values_list("pk", "place"))


def at_work(*, studies: Sequence[Study], now: datetime) -> Counter[int]:
    """Count the annotators who are at work, by the studies' keys. One query."""
    people = _placed([study for study in studies if study.state in _UNDER_WAY], now).filter(place=AT_WORK)
    return Counter(dict(people.order_by().values_list("study").annotate(count=Count("pk"))))


def _placed(studies: Sequence[Study], now: datetime) -> QuerySet[Any]:
    """Return the annotators of these studies with the place of each."""
    moments = [
        When(study=study.pk, then=Value(now - short_while(study=study)))
        for study in studies
        if study.state in _UNDER_WAY
    ]
    labels = Label.objects.filter(annotator=OuterRef("pk")).order_by()
    leases = Assignment.objects.leased().filter(annotator=OuterRef("pk")).order_by()
    of_late = {"submitted_at__gt": OuterRef("since")}, {"leased_at__gt": OuterRef("since")}
    busy = Q(Exists(labels.filter(**of_late[0]))) | Q(Exists(leases.filter(**of_late[1])))
    stepped = Q()
    for step in _STEPS:
        stepped |= Q(**{f"{step}__gt": F("since")})
    place = Case(
        When(withdrawn_at__isnull=False, then=Value(WITHDRAWN)),
        When(Exists(Exclusion.objects.in_force().filter(annotator=OuterRef("pk"))), then=Value(EXCLUDED)),
        When(turned_away_at__isnull=False, then=Value(TURNED_AWAY)),
        When(finished_at__isnull=False, then=Value(FINISHED)),
        When(busy, then=Value(AT_WORK)),
        When(stepped & ~Q(Exists(labels)) & ~Q(Exists(leases)), then=Value(WAITING)),
        default=Value(GONE),
        output_field=CharField(),
    )
    # Without a moment, as in a study that has ended, nothing is later than it: nobody is at work.
    since = Case(*moments, default=Value(None), output_field=DateTimeField())
    return Annotator.objects.filter(study__in=studies).annotate(since=since).annotate(place=place)
