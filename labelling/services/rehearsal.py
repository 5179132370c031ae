"""Fill a rehearsal copy of a draft with a simulated crowd that goes through the same services as people."""

import heapq
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import cast

import numpy as np
from django.db import transaction
from numpy.typing import NDArray

from labelling.errors import ProtocolError, StudyStateError
from labelling.models import (
    Annotator,
    Assignment,
    Check,
    Event,
    Exclusion,
    Item,
    Label,
    Place,
    PracticeAnswer,
    SampleItem,
    Study,
)
from labelling.selectors.annotators import standing
from labelling.selectors.checks import Shown, item_of
from labelling.selectors.practice import practice_round
from labelling.services.annotators import join_study, record_consent, record_guide_read
from labelling.services.answer import Answer
from labelling.services.crowd import Crowd, Person, Rates, image_rates, make_person
from labelling.services.events import record_event
from labelling.services.finishing import finish_annotator
from labelling.services.practice import answer_practice
from labelling.services.screening import record_screening
from labelling.services.stream import lease_shown, submit_answer
from labelling.services.studies import create_study, launch_study, locked_study
from labelling.services.write_queue import short_transaction

_PREFETCH = 5
# Turns in one transaction: real annotators on SQLite wait for no more than this.
_TURNS_AT_ONCE = 50
# After each of them whoever stands in line goes first; at once again, this would be the first in line itself.
_GIVE_WAY_SECONDS = 0.005
# People arrive a few seconds apart.
_ARRIVAL_SECONDS = 5
# Whoever finds all the images that are left with other people looks again after this.
_WAIT_SECONDS = 15


class _Outcome(Enum):
    LABELLED = auto()
    CHECKED = auto()
    WAITING = auto()
    GONE = auto()


@dataclass(order=True)
class _Turn:
    """A simulated person's next moment before the screen. Ordered by time, then by number."""

    when: datetime
    number: int
    annotator: Annotator = field(compare=False)
    person: Person = field(compare=False)
    waiting: list[Shown] = field(compare=False, default_factory=list)


def rehearse_study(
    *,
    study: Study,
    crowd: Crowd,
    annotators: int,
    seed: int,
    now: datetime,
    by: str = "",
    progress: Callable[[int, int], object] | None = None,
) -> Study:
    """Make the rehearsal copy of a draft for this seed, let the crowd label it, and return it complete.

    The same study, crowd and seed give the same labels; an earlier copy of the same seed is replaced.
    `progress` is called with the labels so far and the labels wanted.

    Raises
    ------
    StudyStateError
        When the study has been launched, or is a rehearsal itself.
    ProtocolError
        When so many annotators cannot complete the study under its protocol.
    """
    if study.rehearsal or study.state != Study.State.DRAFT:
        what = "a rehearsal itself" if study.rehearsal else "launched already"
        raise StudyStateError(
            f"The study {study.slug} is {what}; only a draft is rehearsed. "
            "Create a draft with the same options first: manage.py create_study"
        )
    check_crowd(study=study, annotators=annotators)
    copy = _copy(study, f"{annotators} simulated people, seed {seed}, {crowd.source}", seed, now, by)
    _label(copy, crowd, annotators, seed, now, progress)
    copy.refresh_from_db()
    return copy


def check_crowd(*, study: Study, annotators: int) -> None:
    """Refuse so few annotators that they cannot complete the study under its protocol.

    Raises
    ------
    ProtocolError
        With the least number that could.
    """
    wanted = study.sample_size * study.redundancy
    each = min(study.labels_per_annotator or study.sample_size, study.sample_size)
    if annotators < study.redundancy or annotators * each < wanted:
        least = max(study.redundancy, -(-wanted // each))
        raise ProtocolError(
            f"{annotators} annotators cannot give {wanted} labels, {each} each at most; "
            f"rehearse with {least} or more."
        )


def _copy(study: Study, crowd: str, seed: int, now: datetime, by: str) -> Study:
    slug = f"{study.slug}-rehearsal-{seed}"
    protocol = {name: getattr(study, name) for name in Study.PROTOCOL_FIELDS}
    with transaction.atomic():
        earlier = Study.objects.filter(slug=slug).first()
        if earlier is not None:
            _remove(earlier)
        copy = create_study(
            dataset=study.dataset,
            slug=slug,
            now=now,
            by=by,
            rehearsal=True,
            rehearsal_of=study,
            rehearsal_crowd=crowd,
            **protocol,
        )
        draft = locked_study(study_id=study.pk)
        record_event(of=draft, kind=Event.Kind.REHEARSED, now=now, by=by, copy=slug, crowd=crowd)
        return launch_study(study=copy, now=now, by=by)


def _remove(rehearsal: Study) -> None:
    """Take an earlier rehearsal away with all its simulated labels."""
    if not rehearsal.rehearsal:
        raise StudyStateError(
            f"{rehearsal.slug} is the name of a real study; rename it or choose another seed."
        )
    Label.objects.filter(annotator__study=rehearsal).delete()
    PracticeAnswer.objects.filter(annotator__study=rehearsal).delete()
    Check.objects.filter(annotator__study=rehearsal).delete()
    Assignment.objects.filter(annotator__study=rehearsal).delete()
    Place.objects.filter(study=rehearsal).delete()
    SampleItem.objects.filter(study=rehearsal).delete()
    rehearsal.delete()


def _label(
    study: Study,
    crowd: Crowd,
    annotators: int,
    seed: int,
    now: datetime,
    progress: Callable[[int, int], object] | None,
) -> None:
    """Let the people take turns, each at its own pace, until nobody is given anything more."""
    items = study.dataset.items.order_by("index").values_list("ground_truth__position", flat=True)
    truth = np.fromiter(items, dtype=np.int64)
    rates = image_rates(crowd=crowd, ground_truth=truth, seed=seed)
    turns = [_arrive(study, seed, number, now) for number in range(annotators)]
    heapq.heapify(turns)
    done, wanted, idle = 0, study.sample_size * study.redundancy, 0
    while turns:
        with short_transaction():
            for _ in range(min(_TURNS_AT_ONCE, len(turns))):
                turn = heapq.heappop(turns)
                outcome = _take_turn(turn, truth, rates)
                done += outcome is _Outcome.LABELLED
                idle = idle + 1 if outcome is _Outcome.WAITING else 0
                if outcome is not _Outcome.GONE:
                    heapq.heappush(turns, turn)
        if progress is not None:
            progress(done, wanted)
        time.sleep(_GIVE_WAY_SECONDS)
        if idle > len(turns):
            raise ProtocolError(
                f"The crowd got stuck at {done} of {wanted} labels: what is left was answered by everybody "
                "who may still answer. Rehearse with more annotators."
            )
    open_places = study.places.unfilled().count()
    if open_places:
        excluded = Exclusion.objects.in_force().filter(annotator__study=study).count()
        raise ProtocolError(
            f"The crowd has gone, and {open_places} labels are missing: rules of the protocol excluded "
            f"{excluded} of {annotators} annotators. Rehearse with more, or with rules that only flag."
        )


def _arrive(study: Study, seed: int, number: int, now: datetime) -> _Turn:
    when = now + timedelta(seconds=number * _ARRIVAL_SECONDS)
    annotator, _ = join_study(study=study, now=when, pseudonym=f"simulated-{number + 1:03d}")
    _enter(annotator, when)
    return _Turn(when, number, annotator, make_person(seed=seed, number=number))


def _enter(annotator: Annotator, when: datetime) -> None:
    """Let the person be admitted: a simulated crowd is asked for as it is, and nobody is turned away."""
    study = annotator.study
    record_consent(annotator=annotator, now=when, of_age=True)
    if study.screening:
        answers = [question["admits"][0] for question in study.screening]
        record_screening(annotator=annotator, answers=answers, now=when)
    record_guide_read(annotator=annotator, now=when)
    if study.practice_items:
        for place, member in enumerate(practice_round(annotator=annotator).images[1], start=1):
            truth = member.item.ground_truth.position
            answer_practice(annotator=annotator, attempt=1, place=place, category_position=truth, now=when)


def _take_turn(turn: _Turn, truth: NDArray[np.int64], rates: Rates) -> _Outcome:
    """Let the person answer one image, wait for the others, or go when nothing is left."""
    if not turn.waiting:
        turn.annotator.study.refresh_from_db(fields=["state"])
        if turn.annotator.study.state == Study.State.RUNNING:
            turn.waiting = lease_shown(annotator=turn.annotator, count=_PREFETCH, now=turn.when)
    if not turn.waiting:
        return _leave_or_wait(turn)
    shown = turn.waiting.pop(0)
    response_ms = turn.person.response_ms()
    turn.when += timedelta(milliseconds=response_ms)
    answer = Answer(
        token=shown.token,
        category_position=_choice(turn.person, shown, truth, rates),
        submission_key=shown.token,
        response_ms=response_ms,
    )
    submit_answer(annotator=turn.annotator, answer=answer, now=turn.when)
    return _Outcome.CHECKED if isinstance(shown, Check) else _Outcome.LABELLED


def _choice(person: Person, shown: Shown, truth: NDArray[np.int64], rates: Rates) -> int:
    """Return what the person answers: to an image by its rates, to an instruction what it says."""
    if isinstance(shown, Check) and shown.instructed is not None:
        return shown.instructed.position
    index = cast("Item", item_of(shown)).index
    return person.choose(rates=rates[index], ground_truth=truth[index])


def _leave_or_wait(turn: _Turn) -> _Outcome:
    where = standing(annotator=turn.annotator)
    if where.may_finish:
        finish_annotator(annotator=turn.annotator, now=turn.when)
        return _Outcome.GONE
    if where.left == 0:
        return _Outcome.GONE
    turn.when += timedelta(seconds=_WAIT_SECONDS)
    return _Outcome.WAITING
