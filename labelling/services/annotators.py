"""An annotator's way through a study: join, consent, read the guide, finish, or be turned away."""

import secrets
from datetime import datetime
from typing import Protocol

from django.db import transaction

from labelling.errors import ConsentMissing, NotFinished, NotRunning
from labelling.models import Annotator, Event, Study
from labelling.models.annotator import secret_hash
from labelling.models.dataset import new_token
from labelling.models.study import new_join_code
from labelling.selectors.annotators import standing
from labelling.selectors.recruitment import participant_of
from labelling.services.events import record_event

# What an annotator has done so far, and what came of it.
_STAGES = [
    "consented_at",
    "consent_version",
    "screened_at",
    "guide_read_at",
    "practised_at",
    "turned_away_at",
    "turned_away_for",
    "finished_at",
    "completion_code",
    "withdrawn_at",
]


class Join(Protocol):
    """Make somebody an annotator, or find who they are already; return them with their secret."""

    def __call__(self, *, now: datetime) -> tuple[Annotator, str]:
        """Do so at this moment."""


@transaction.atomic
def join_and_consent(*, join: Join, now: datetime, of_age: bool = False) -> tuple[Annotator, str]:
    """Let in by `join` one who agrees: nobody is left who joined and whose consent was lost.

    What it returns and raises is what `join` does; for `of_age` see `record_consent`. Every person comes in
    here, but for the simulated ones of a rehearsal.

    Raises
    ------
    NotRunning
        When the study is a rehearsal, whose labels are never mixed with those of people.
    """
    annotator, secret = join(now=now)
    if annotator.study.rehearsal:
        raise NotRunning(f"The study {annotator.study.slug} is a rehearsal: its people are simulated.")
    return record_consent(annotator=annotator, now=now, of_age=of_age), secret


@transaction.atomic
def join_study(
    *, study: Study, now: datetime, pseudonym: str = "", secret: str = "", panel: str = ""
) -> tuple[Annotator, str]:
    """Make an annotator; return it with the secret that its browser keeps. The secret is stored nowhere.

    The pseudonym is random unless one is given, as for simulated people and imported labels; so is the
    secret, but for people whom a panel sends. `panel` is the name of the way by which somebody came.

    Raises
    ------
    NotRunning
        When the study gives out no images now.
    """
    if study.state != Study.State.RUNNING:
        raise NotRunning(
            f"The study {study.slug} is {study.get_state_display().lower()}; nobody can join it now."
        )
    secret = secret or secrets.token_urlsafe(32)
    annotator = Annotator.objects.create(
        study=study, pseudonym=pseudonym or new_token(), secret_sha256=secret_hash(secret), joined_at=now
    )
    record_event(of=annotator, kind=Event.Kind.JOINED, now=now, **({"panel": panel} if panel else {}))
    return annotator, secret


@transaction.atomic
def record_consent(*, annotator: Annotator, now: datetime, of_age: bool = False) -> Annotator:
    """Record that the annotator agreed to the study's consent text, with its version. Once is enough.

    `of_age` says that they confirmed the protocol's minimum age, where it has one; no age is stored.

    Raises
    ------
    ConsentMissing
        When the protocol has a minimum age and nobody confirmed it.
    """
    study = annotator.study
    if study.minimum_age is not None and not of_age:
        raise ConsentMissing(
            f"Nobody joins {study.slug} without confirming that they are {study.minimum_age}."
        )
    lock(annotator=annotator)
    if annotator.consented_at is None:
        annotator.consented_at = now
        annotator.consent_version = study.consent_version
        annotator.save(update_fields=["consented_at", "consent_version"])
        confirmed = {} if study.minimum_age is None else {"minimum_age": study.minimum_age}
        record_event(
            of=annotator,
            kind=Event.Kind.CONSENTED,
            now=now,
            consent_version=annotator.consent_version,
            **confirmed,
        )
    return annotator


@transaction.atomic
def record_guide_read(*, annotator: Annotator, now: datetime) -> Annotator:
    """Record that the annotator went on from the guide."""
    lock(annotator=annotator)
    if annotator.guide_read_at is None:
        annotator.guide_read_at = now
        annotator.save(update_fields=["guide_read_at"])
        record_event(of=annotator, kind=Event.Kind.GUIDE_READ, now=now)
    return annotator


@transaction.atomic
def turn_away(*, annotator: Annotator, reason: Annotator.TurnedAway, now: datetime) -> Annotator:
    """Record that the annotator is given no more images, and why. The first reason stays."""
    lock(annotator=annotator)
    if annotator.turned_away_at is None:
        annotator.turned_away_at, annotator.turned_away_for = now, reason
        annotator.save(update_fields=["turned_away_at", "turned_away_for"])
        record_event(of=annotator, kind=Event.Kind.TURNED_AWAY, now=now, reason=reason)
    return annotator


def finish(*, annotator: Annotator, now: datetime) -> Annotator:
    """Give the annotator a completion code, once; later calls return the same one.

    An annotator has finished when the quota is reached, when nothing is left for them, or, where the protocol
    sets no quota, when they say so after at least one label.

    Raises
    ------
    NotFinished
        When the protocol still wants labels of this annotator, or they were turned away.
    """
    if annotator.finished_at is not None:
        return annotator
    if annotator.turned_away_at is not None:
        raise NotFinished("The annotator was turned away; the page of `next_step` says why.")
    where = standing(annotator=annotator)
    if not where.may_finish:
        raise NotFinished(
            f"{where.labelled} of {where.quota or 'at least 1'} images are answered; "
            "the code comes after the last one."
        )
    with transaction.atomic():
        lock(annotator=annotator)
        # Two tabs may finish at once: the first one's code stands. A time limit may end it just now.
        if annotator.finished_at is None and annotator.turned_away_at is None:
            annotator.finished_at, annotator.completion_code = now, _completion_code(annotator)
            annotator.save(update_fields=["finished_at", "completion_code"])
            record_event(of=annotator, kind=Event.Kind.FINISHED, now=now)
    return annotator


def _completion_code(annotator: Annotator) -> str:
    """Return the panel's code for people whom it sent, and one of their own for everybody else."""
    participant = participant_of(annotator=annotator)
    return participant.recruitment.completion_code if participant else new_join_code().upper()


def lock(*, annotator: Annotator) -> None:
    """Lock the annotator's row until the transaction ends, and bring what may have changed up to date.

    The first lock of every transaction that writes for one annotator, but for the study's, where that is
    locked too. The order is: study, annotator, places, assignments.
    """
    annotator.refresh_from_db(fields=_STAGES, from_queryset=Annotator.objects.select_for_update(no_key=True))
