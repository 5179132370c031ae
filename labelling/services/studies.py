"""A study's life: created as a draft, launched, paused, resumed, and at its end complete or closed early."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from labelling.errors import ProtocolError, StudyStateError
from labelling.models import Assignment, Dataset, Event, Place, Study
from labelling.selectors.event_record import sample_sha256
from labelling.services.default_texts import CONSENT_TEXT, GUIDE_TEXT
from labelling.services.events import record_event, seal_chains
from labelling.services.protocol import protocol_hash, protocol_text
from labelling.services.protocol_check import check_protocol
from labelling.services.role_draws import draw_roles

# Who acts is recorded with each step as `by`: "researcher 3" for the account of that number in the admin
# site, never a name, since the record is published; empty for a command.


def create_study(
    *,
    dataset: Dataset,
    slug: str,
    title: str,
    seed: int,
    now: datetime,
    by: str = "",
    origin: str = "",
    **protocol: Any,
) -> Study:
    """Create a draft. `protocol` sets any of `Study.PROTOCOL_FIELDS`; the rest keep their defaults.

    `origin` says in the record where the protocol comes from, such as another study; empty for one that was
    filled in.

    Raises
    ------
    ProtocolError
        When a value is out of range, the sample is larger than the dataset, or the slug is taken.
    """
    unknown = set(protocol) - set(Study.PROTOCOL_FIELDS) - {"rehearsal", "rehearsal_of", "rehearsal_crowd"}
    if unknown:
        raise ProtocolError(
            f"A protocol has no {', '.join(sorted(unknown))}; it has {', '.join(Study.PROTOCOL_FIELDS)}."
        )
    protocol.setdefault("consent_text", CONSENT_TEXT)
    protocol.setdefault("guide_text", GUIDE_TEXT)
    study = Study(dataset=dataset, slug=slug, title=title, seed=seed, created_at=now, **protocol)
    check_protocol(study=study)
    try:
        with transaction.atomic():
            study.save(force_insert=True)
            told = {"origin": origin} if origin else {}
            record_event(of=study, kind=Event.Kind.CREATED, now=now, by=by, **told)
    except IntegrityError as error:
        raise ProtocolError(f"The study {slug!r} cannot be stored: {error}.") from error
    return study


@transaction.atomic
def launch_study(*, study: Study, now: datetime, by: str = "") -> Study:
    """Draw the sample and the guide's examples, make k places for each sampled item, freeze the protocol.

    Raises
    ------
    StudyStateError
        When the study is not a draft any more.
    ProtocolError
        When the protocol cannot be carried out.
    """
    study = locked_study(study_id=study.pk)
    _require(study, "launch", Study.State.DRAFT)
    check_protocol(study=study)
    drawn = draw_roles(study=study, now=now)
    study.protocol = protocol_text(study=study, drawn=drawn)
    study.protocol_sha256 = protocol_hash(study.protocol)
    study.state = Study.State.RUNNING
    study.launched_at = now
    study.save(update_fields=["protocol", "protocol_sha256", "state", "launched_at"])
    record_event(
        of=study,
        kind=Event.Kind.LAUNCHED,
        now=now,
        by=by,
        protocol_sha256=study.protocol_sha256,
        sample_sha256=sample_sha256(study=study),
    )
    return study


@transaction.atomic
def pause_study(*, study: Study, now: datetime, by: str = "") -> Study:
    """Stop giving out images. Answers to images already given out are still taken."""
    study = locked_study(study_id=study.pk)
    _require(study, "pause", Study.State.RUNNING)
    study.state = Study.State.PAUSED
    study.save(update_fields=["state"])
    record_event(of=study, kind=Event.Kind.PAUSED, now=now, by=by)
    return study


@transaction.atomic
def resume_study(*, study: Study, now: datetime, by: str = "") -> Study:
    """Give out images again."""
    study = locked_study(study_id=study.pk)
    _require(study, "resume", Study.State.PAUSED)
    study.state = Study.State.RUNNING
    study.save(update_fields=["state"])
    record_event(of=study, kind=Event.Kind.RESUMED, now=now, by=by)
    return study


@transaction.atomic
def close_study(*, study: Study, reason: str, now: datetime, by: str = "") -> Study:
    """Close a study before every item has its labels. The reason is kept and printed in the report.

    Raises
    ------
    StudyStateError
        When the reason is blank, or the study is neither running nor paused.
    """
    if not reason.strip():
        raise StudyStateError("Closing early needs a reason; the report prints it.")
    study = locked_study(study_id=study.pk)
    _require(study, "close", Study.State.RUNNING, Study.State.PAUSED)
    _call_in_leases(study)
    study.state = Study.State.CLOSED
    study.closed_at = now
    study.close_reason = reason.strip()
    study.save(update_fields=["state", "closed_at", "close_reason"])
    record_event(of=study, kind=Event.Kind.CLOSED, now=now, by=by, reason=study.close_reason)
    seal_chains(study=study, now=now)
    return study


def _call_in_leases(study: Study) -> None:
    """End every lease: an answer that comes after this finds no place of its own, and is kept as surplus."""
    unfilled = Place.objects.filter(study=study).unfilled().order_by("pk")
    # Locked first, so that nobody is answering or giving out one of them meanwhile.
    list(unfilled.select_for_update(no_key=True).values_list("pk"))
    leased = Assignment.objects.filter(annotator__study=study).leased()
    leased.update(state=Assignment.State.RELEASED, place=None)


def reopen_study(*, study: Study, now: datetime) -> None:
    """Note that places which were filled are free again; a complete study runs again.

    Call it with a study from `locked_study`, inside the transaction that freed the places. Everybody looks
    for places from the beginning once more (see `picking`).
    """
    study.reopenings += 1
    study.save(update_fields=["reopenings"])
    if study.state != Study.State.COMPLETE:
        return
    study.state = Study.State.RUNNING
    study.completed_at = None
    study.save(update_fields=["state", "completed_at"])
    record_event(of=study, kind=Event.Kind.REOPENED, now=now)


def locked_study(*, study_id: int) -> Study:
    """Return the study, locked until the transaction ends (on SQLite the whole database is).

    Whoever locks an annotator or places too locks the study before them. Rows that only refer to the study
    may be written meanwhile: somebody may join.
    """
    return Study.objects.select_for_update(no_key=True).select_related(None).get(pk=study_id)


def _require(study: Study, verb: str, *states: Study.State) -> None:
    if study.state not in states:
        wanted = " or ".join(state.label.lower() for state in states)
        now = study.get_state_display().lower()
        raise StudyStateError(f"Cannot {verb} the study {study.slug}: it is {now}, not {wanted}.")
