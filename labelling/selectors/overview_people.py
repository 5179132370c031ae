"""How many of a study's annotators are at work, on the way in, gone or through."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Subquery

from labelling.models import Annotator, Assignment, Exclusion, Label, Study


@dataclass(frozen=True)
class People:
    """The annotators of a study, everybody counted once: the parts below `joined` add up to it.

    `active` were given an image or answered one a short while ago. `waiting` joined or went a step on a
    short while ago, and have not been given an image: they consent, read, answer questions or practise.
    `gone` were not seen for longer and have not finished. `turned_away`, `excluded` and `withdrawn` are
    those, whatever they did before.
    """

    joined: int
    active: int
    waiting: int
    gone: int
    finished: int
    turned_away: int
    excluded: int
    withdrawn: int


def people_of(*, study: Study, now: datetime, active_within: timedelta) -> People:
    """Count the annotators by where they stand. One query, a row for each annotator."""
    since = now - active_within
    answered = Label.objects.filter(annotator=OuterRef("pk")).order_by("-submitted_at").values("submitted_at")
    leases = Assignment.objects.leased().filter(annotator=OuterRef("pk"))
    people = (
        Annotator.objects.filter(study=study)
        .order_by()
        .values_list(
            "withdrawn_at",
            Exists(Exclusion.objects.in_force().filter(annotator=OuterRef("pk"))),
            "turned_away_at",
            "finished_at",
            Subquery(answered[:1]),
            Subquery(leases.order_by("-leased_at").values("leased_at")[:1]),
            *("joined_at", "consented_at", "screened_at", "practised_at", "guide_read_at"),
        )
    )
    found = Counter(_standing(since, *row) for row in people.iterator())
    names = ("active", "waiting", "gone", "finished", "turned_away", "excluded", "withdrawn")
    return People(joined=found.total(), **{name: found[name] for name in names})


def _standing(
    since: datetime,
    withdrawn: datetime | None,
    excluded: bool,
    turned_away: datetime | None,
    finished: datetime | None,
    *seen: datetime | None,
) -> str:
    answered, leased, *steps = seen
    if withdrawn:
        return "withdrawn"
    if excluded:
        return "excluded"
    if turned_away:
        return "turned_away"
    if finished:
        return "finished"
    if _later(since, (answered, leased)):
        return "active"
    return "waiting" if not (answered or leased) and _later(since, steps) else "gone"


def _later(since: datetime, moments: Iterable[datetime | None]) -> bool:
    return any(moment is not None and moment > since for moment in moments)
