"""An answer at its lease's last moment, while another annotator takes the item: a study full of races."""

import random
from collections import Counter
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from benchmarks.fault_harness.inside.seeded_bugs import without_place_locks
from benchmarks.fault_harness.inside.side_by_side import Crew, raised
from labelling.errors import NotRunning
from labelling.models import Annotator, Assignment, Label, Study
from labelling.services.assignment import lease_items
from tests.factories import answer, make_annotator

_EDGE = timedelta(milliseconds=1)
_PEOPLE = 6


@dataclass
class _Race:
    """`late` answers its lease around its end while `taker` asks for an image and answers that."""

    late: Annotator
    taker: Annotator
    lease: Assignment
    answered_at: datetime
    taken_at: datetime


def race(*, slug: str, seed: int, bug: bool = False) -> dict[str, Any]:
    """Race until the study's images are used up. Return `races`, `kinds` (what came of them), `violations`.

    Each moment lies within 1 ms of the lease's end, before it, on it or after it.
    """
    study = Study.objects.get(slug=slug)
    chance = random.Random(seed)
    people = [make_annotator(study=study, now=datetime.now(UTC)) for _ in range(_PEOPLE)]
    kinds: Counter[str] = Counter()
    found: list[str] = []
    races = 0
    guard: AbstractContextManager[None] = without_place_locks() if bug else nullcontext()
    with guard, Crew(size=2) as crew:
        now = datetime.now(UTC)
        while (duel := _next_race(people, chance, now)) is not None:
            races += 1
            outcomes = crew.together(
                [
                    partial(answer, assignment=duel.lease, now=duel.answered_at),
                    partial(_take_and_answer, duel),
                ]
            )
            found += [f"race {races} of {slug}: {sentence}" for sentence in raised(outcomes)]
            kinds[_kind(duel)] += 1
            found += _unkept(outcomes)
            now = duel.taken_at + timedelta(seconds=1)
    return {"races": races, "kinds": dict(kinds), "violations": found}


def _next_race(people: list[Annotator], chance: random.Random, now: datetime) -> _Race | None:
    late, taker = chance.sample(people, 2)
    try:
        leases = lease_items(annotator=late, count=1, now=now)
    except NotRunning:
        return None  # complete
    if not leases:
        return None
    end = leases[0].expires_at
    return _Race(late, taker, leases[0], _near(end, chance), _near(end, chance))


def _near(end: datetime, chance: random.Random) -> datetime:
    """Return a moment within 1 ms of the end; often the end itself or a microsecond beside it."""
    beside = chance.choice([-1, 0, 1, None, None])
    microseconds = chance.randint(-1000, 1000) if beside is None else beside
    return end + timedelta(microseconds=microseconds)


def _take_and_answer(duel: _Race) -> list[Label]:
    try:
        leases = lease_items(annotator=duel.taker, count=1, now=duel.taken_at)
    except NotRunning:
        return []
    return [answer(assignment=lease, now=duel.taken_at + _EDGE) for lease in leases]


def _kind(duel: _Race) -> str:
    """Return what became of the late answer."""
    state = Assignment.objects.get(pk=duel.lease.pk).state
    taken = duel.taker.assignments.filter(sample_item=duel.lease.sample_item_id).exists()
    return f"{state}, item {'taken' if taken else 'not taken'}"


def _unkept(outcomes: list[Any]) -> list[str]:
    """Return a sentence where an answer that was accepted is not stored."""
    accepted = [outcomes[0], *(outcomes[1] if isinstance(outcomes[1], list) else [])]
    labels = [label for label in accepted if isinstance(label, Label)]
    stored = Label.objects.filter(pk__in=[label.pk for label in labels]).count()
    return [] if stored == len(labels) else [f"{len(labels) - stored} accepted answers are not stored"]
