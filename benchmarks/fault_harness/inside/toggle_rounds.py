"""Exclusions and their lifting while a crowd labels, and at the moment of a study's last label."""

import random
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime, timedelta
from functools import partial
from threading import Event as Flag
from typing import Any

from benchmarks.fault_harness.inside.people import clock, label_all, lease_or_nothing, people
from benchmarks.fault_harness.inside.seeded_bugs import completing_without_looking_again
from benchmarks.fault_harness.inside.side_by_side import Crew, raised
from labelling.models import Annotator, Study
from labelling.services.exclusions import exclude_annotator
from labelling.services.reinstatement import reinstate_annotator
from tests.factories import answer

_TOGGLERS = 2
_LABELLERS = 3


def in_the_crowd(*, slug: str, seed: int, toggles: int) -> dict[str, Any]:
    """Toggle two annotators while they and others label; then let new people finish the study.

    Return `toggles` (an exclusion or its lifting is one each) and `errors`, a sentence each.
    """
    study = Study.objects.get(slug=slug)
    chance = random.Random(seed)
    doubtful = people(study=study, count=_TOGGLERS)
    over = Flag()
    each = toggles // (2 * _TOGGLERS)
    with Crew(size=2 * _TOGGLERS + _LABELLERS) as crew:
        outcomes = crew.together(
            [
                *[
                    partial(_toggle, person, each, random.Random(chance.random()), over)
                    for person in doubtful
                ],
                *[partial(label_all, person) for person in doubtful],
                *[partial(_label_until, over, study) for _ in range(_LABELLERS)],
            ]
        )
    _finish(study)
    return {"toggles": each * 2 * _TOGGLERS, "errors": raised(outcomes)}


def at_the_end(*, slug: str, bug: bool = False) -> dict[str, Any]:
    """Toggle an annotator at the last label of a study of two images with one label each.

    First the exclusion meets the last label, then the lifting meets an answer that comes when its lease has
    run out. Return `toggles` and `errors`, a sentence each.
    """
    study = Study.objects.get(slug=slug)
    doubtful, other, third = people(study=study, count=3)
    guard: AbstractContextManager[None] = completing_without_looking_again() if bug else nullcontext()
    label_all(doubtful, most=1)
    [last] = lease_or_nothing(other, count=1)
    with guard, Crew(size=2) as crew:
        outcomes = crew.together([partial(answer, assignment=last, now=clock()), partial(_exclude, doubtful)])
        errors = raised(outcomes) + _wrongly_complete(study)
        _reinstate(doubtful, clock())
        errors += _wrongly_complete(study)
        _exclude(doubtful)
        [again] = lease_or_nothing(third, count=1)
        late = again.expires_at + timedelta(milliseconds=1)
        outcomes = crew.together(
            [partial(answer, assignment=again, now=late), partial(_reinstate, doubtful, late)]
        )
        errors += raised(outcomes) + _wrongly_complete(study)
    return {"toggles": 4, "errors": errors}


def _exclude(annotator: Annotator) -> None:
    exclude_annotator(annotator=annotator, reason="Too fast.", by="ada", now=clock())


def _reinstate(annotator: Annotator, now: datetime) -> None:
    reinstate_annotator(annotator=annotator, reason="Looked again.", by="ada", now=now)


def _wrongly_complete(study: Study) -> list[str]:
    """Return a sentence where the study says complete while places are open."""
    study.refresh_from_db(fields=["state"])
    wanting = study.places.unfilled().count()
    if study.state == Study.State.COMPLETE and wanting:
        return [f"{study.slug} is complete with {wanting} places open"]
    return []


def _toggle(annotator: Annotator, times: int, chance: random.Random, over: Flag) -> None:
    try:
        for _ in range(times):
            _exclude(annotator)
            over.wait(chance.random() / 50)
            _reinstate(annotator, clock())
            over.wait(chance.random() / 50)
    finally:
        over.set()


def _label_until(over: Flag, study: Study) -> None:
    """Label as one person after another until the toggling is over."""
    while not over.is_set():
        study = Study.objects.get(pk=study.pk)
        if study.state != Study.State.RUNNING:
            over.wait(0.005)
            continue
        label_all(people(study=study, count=1)[0])


def _finish(study: Study) -> None:
    """Let new people take what is left."""
    for _ in range(4 * study.redundancy):
        study.refresh_from_db(fields=["state"])
        if study.state != Study.State.RUNNING:
            return
        label_all(people(study=study, count=1)[0])
