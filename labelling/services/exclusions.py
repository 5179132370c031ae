"""Exclude an annotator and lift the exclusion: at any moment, also after the study was completed."""

from datetime import datetime

from django.db import IntegrityError, transaction

from labelling.errors import ExclusionError
from labelling.models import Annotator, Assignment, Event, Exclusion, Place
from labelling.models.event import sha256
from labelling.services.annotators import lock
from labelling.services.events import record_event
from labelling.services.studies import complete_if_full, locked_study, reopen_study


@transaction.atomic
def exclude_annotator(*, annotator: Annotator, reason: str, by: str, now: datetime) -> Exclusion:
    """Stop counting the annotator's labels and open their places again. A completed study runs again.

    The labels stay. `by` names who decided: a sign-in name, or a rule of the protocol.

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
    _record(annotator, Event.Kind.EXCLUDED, exclusion.excluded_by, exclusion.reason, now)
    if Place.objects.filter(pk__in=keys).update(available_from=now):
        reopen_study(study=study, now=now)
    return exclusion


def reinstate_annotator(*, annotator: Annotator, reason: str, by: str, now: datetime) -> Exclusion:
    """Lift the exclusion. Each label counts again where a place of its item is free, else it is surplus.

    Raises
    ------
    ExclusionError
        When the reason or the author is blank, or the annotator is not excluded.
    """
    if not reason.strip() or not by.strip():
        raise ExclusionError("Lifting an exclusion needs a reason and an author; both are kept.")
    with transaction.atomic():
        lock(annotator=annotator)
        exclusion = annotator.exclusions.in_force().first()
        if exclusion is None:
            raise ExclusionError(f"The annotator {annotator.pseudonym} is not excluded.")
        exclusion.lifted_at, exclusion.lift_reason, exclusion.lifted_by = now, reason.strip(), by.strip()
        exclusion.save(update_fields=["lifted_at", "lift_reason", "lifted_by"])
        _count_again(annotator, now)
        _record(annotator, Event.Kind.REINSTATED, exclusion.lifted_by, exclusion.lift_reason, now)
    complete_if_full(study_id=annotator.study_id, now=now)
    return exclusion


def _record(annotator: Annotator, kind: Event.Kind, by: str, reason: str, now: datetime) -> None:
    """Write the step into the record: author and reason as digests, for the record is published."""
    record_event(of=annotator, kind=kind, now=now, by_sha256=sha256(by), reason_sha256=sha256(reason))


def _count_again(annotator: Annotator, now: datetime) -> None:
    """Give each void label a free place of its item, the lowest slot first; those without one are surplus."""
    void = annotator.assignments.filter(state=Assignment.State.VOID)
    places = Place.objects.filter(sample_item__in=void.values("sample_item")).order_by("pk")
    free: dict[int, Place] = {}
    for place in places.select_for_update(no_key=True):
        if place.available_from is not None and place.available_from <= now:
            free.setdefault(place.sample_item_id, place)
    # A lease that has run out may still hold one of these places.
    Assignment.objects.filter(place__in=free.values()).update(state=Assignment.State.EXPIRED, place=None)
    counted = list(void.filter(sample_item__in=free))
    for assignment in counted:
        assignment.state, assignment.place = Assignment.State.SUBMITTED, free[assignment.sample_item_id]
    Place.objects.filter(pk__in=[place.pk for place in free.values()]).update(available_from=None)
    Assignment.objects.bulk_update(counted, ["state", "place"], batch_size=500)
    annotator.assignments.filter(state=Assignment.State.VOID).update(state=Assignment.State.SURPLUS)
