"""An annotator withdraws: the answers are erased, or kept without a way back to the person."""

import secrets
from datetime import datetime

from django.db import transaction

from labelling.models import Annotator, Assignment, Event, Label, PanelParticipant, Place, Study
from labelling.models.annotator import secret_hash
from labelling.selectors.annotators import ANSWERED
from labelling.services.annotators import lock
from labelling.services.events import record_event
from labelling.services.studies import locked_study, reopen_study


@transaction.atomic
def withdraw_annotator(*, annotator: Annotator, now: datetime) -> Annotator:
    """End an annotator's part for good, as the protocol's consent text promised. A second call does nothing.

    Where the protocol erases, the labels are deleted, what the record of events says of them is erased, and
    their images go back to others; a complete study runs again. Where it keeps, the labels stay and count,
    and the secret of the personal link is replaced, so that nobody can be shown to have given them. Either
    way a panel's id of the person is deleted, what was promised is released and nothing more is taken.
    """
    study = locked_study(study_id=annotator.study_id)
    lock(annotator=annotator)
    if annotator.withdrawn_at is not None:
        return annotator
    release_promises(annotator=annotator, now=now)
    annotator.withdrawn_at = now
    annotator.save(update_fields=["withdrawn_at"])
    PanelParticipant.objects.filter(annotator=annotator).delete()
    labels = annotator.labels.count()
    erase = study.withdrawal == Study.Withdrawal.ERASE
    if erase:
        freed = _erase_labels(annotator, now)
    else:
        freed = 0
        annotator.secret_sha256 = secret_hash(secrets.token_urlsafe(32))
        annotator.save(update_fields=["secret_sha256"])
    record_event(of=annotator, kind=Event.Kind.WITHDRAWN, now=now, labels=labels, erased=erase)
    if freed:
        reopen_study(study=study, now=now)
    return annotator


def release_promises(*, annotator: Annotator, now: datetime) -> None:
    """Give back what was promised to the annotator and not answered. Called while the annotator is locked."""
    held = Place.objects.filter(assignment__annotator=annotator)
    keys = list(held.order_by("pk").select_for_update(no_key=True, of=("self",)).values_list("pk", flat=True))
    Place.objects.filter(pk__in=keys).unfilled().update(available_from=now)
    annotator.assignments.leased().update(state=Assignment.State.RELEASED, place=None)


def _erase_labels(annotator: Annotator, now: datetime) -> int:
    """Delete all answers with all that says what they were; return how many places are free again."""
    filled = list(annotator.assignments.counted().values_list("place_id", flat=True))
    Label.objects.filter(annotator=annotator).delete()
    annotator.assignments.filter(state__in=ANSWERED).update(state=Assignment.State.RELEASED, place=None)
    annotator.practice_answers.all().delete()
    annotator.checks.update(
        category=None, cant_tell=False, submission_key="", response_ms=None, answered_at=None
    )
    annotator.events.filter(kind__in=Event.ERASED_KINDS).update(payload=None)
    return Place.objects.filter(pk__in=filled).update(available_from=now)
