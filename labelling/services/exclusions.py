"""Exclude an annotator: at any moment, also after the study was completed."""

from datetime import datetime

from django.db import IntegrityError, transaction

from labelling.errors import ExclusionError
from labelling.models import Annotator, Assignment, Event, Exclusion, Place
from labelling.models.event import sha256
from labelling.selectors.exclusion_effect import why_not_excluded
from labelling.services.annotators import lock
from labelling.services.events import record_event
from labelling.services.studies import locked_study, reopen_study


def exclude_annotator(*, annotator: Annotator, reason: str, by: str, now: datetime) -> Exclusion:
    """Exclude an annotator by a person's decision, see `exclude`.

    Raises
    ------
    ExclusionError
        When the reason or the author is blank, the annotator is excluded already, or the study is a
        rehearsal.
    """
    if refusal := why_not_excluded(study=annotator.study):
        raise ExclusionError(refusal)
    return exclude(annotator=annotator, reason=reason, by=by, now=now)


@transaction.atomic
def exclude(*, annotator: Annotator, reason: str, by: str, now: datetime) -> Exclusion:
    """Stop counting the annotator's labels and open their places again. A completed study runs again.

    The labels stay. `by` names who decided as records do: a person of the desk by number
    (`recorded_as`), or a rule of the protocol, which rehearsals follow too.

    Raises
    ------
    ExclusionError
        When the reason or the author is blank, or the annotator is excluded already.
    """
    if not reason.strip() or not by.strip():
        raise ExclusionError("An exclusion needs a reason and an author; both are kept.")
    study = locked_study(study_id=annotator.study_id)
    lock(annotator=annotator)
    try:
        with transaction.atomic():
            exclusion = Exclusion.objects.create(
                annotator=annotator, reason=reason.strip(), excluded_by=by.strip(), excluded_at=now
            )
    except IntegrityError as error:
        raise ExclusionError(f"The annotator {annotator.pseudonym} is excluded already.") from error
    held = Place.objects.filter(assignment__annotator=annotator)
    keys = list(held.order_by("pk").select_for_update(no_key=True, of=("self",)).values_list("pk", flat=True))
    assignments = annotator.assignments
    assignments.filter(state=Assignment.State.LEASED).update(state=Assignment.State.RELEASED, place=None)
    assignments.filter(state=Assignment.State.SUBMITTED).update(state=Assignment.State.VOID, place=None)
    record_decision(
        of=annotator,
        kind=Event.Kind.EXCLUDED,
        by=exclusion.excluded_by,
        reason=exclusion.reason,
        now=now,
    )
    if Place.objects.filter(pk__in=keys).update(available_from=now):
        reopen_study(study=study, now=now)
    return exclusion


def record_decision(
    *, of: Annotator, kind: Event.Kind, by: str, reason: str, now: datetime, **more: list[int]
) -> None:
    """Write the decision into the record: author and reason as digests, for the record is published."""
    record_event(of=of, kind=kind, now=now, by_sha256=sha256(by), reason_sha256=sha256(reason), **more)
