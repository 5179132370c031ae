"""Lift an annotator's exclusion: at any moment, also after the study was completed."""

import json
from datetime import datetime

from django.db import transaction

from labelling.errors import ExclusionError
from labelling.models import Annotator, Assignment, Event, Exclusion, Place
from labelling.services.annotators import lock
from labelling.services.completion import complete_if_full
from labelling.services.exclusions import record_decision


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
        counted = _labels_recorded(annotator, _count_again(annotator, now))
        record_decision(
            of=annotator,
            kind=Event.Kind.REINSTATED,
            by=exclusion.lifted_by,
            reason=exclusion.lift_reason,
            now=now,
            counted=counted,
        )
    complete_if_full(study=annotator.study, now=now)
    return exclusion


def _labels_recorded(annotator: Annotator, items: set[int]) -> list[int]:
    """Return where in the annotator's chain the labels of these items were recorded.

    So a reinstatement names labels and no images: it says nothing of them once a withdrawal has erased them.
    """
    labelled = annotator.events.filter(kind=Event.Kind.LABELLED).order_by("sequence")
    rows = labelled.values_list("sequence", "payload")
    return [sequence for sequence, payload in rows if json.loads(payload or "{}").get("item") in items]


def _count_again(annotator: Annotator, now: datetime) -> set[int]:
    """Give each void label a free place of its item, the lowest slot first; those without one are surplus.

    Return the items, by their numbers in the dataset, whose labels count again.
    """
    void = annotator.assignments.filter(state=Assignment.State.VOID)
    places = Place.objects.filter(sample_item__in=void.values("sample_item")).order_by("pk")
    free: dict[int, Place] = {}
    for place in places.select_for_update(no_key=True):
        if place.available_from is not None and place.available_from <= now:
            free.setdefault(place.sample_item_id, place)
    # A lease that has run out may still hold one of these places.
    Assignment.objects.filter(place__in=free.values()).update(state=Assignment.State.EXPIRED, place=None)
    counted = list(void.filter(sample_item__in=free).select_related("sample_item__item"))
    for assignment in counted:
        assignment.state, assignment.place = Assignment.State.SUBMITTED, free[assignment.sample_item_id]
    Place.objects.filter(pk__in=[place.pk for place in free.values()]).update(available_from=None)
    Assignment.objects.bulk_update(counted, ["state", "place"], batch_size=500)
    annotator.assignments.filter(state=Assignment.State.VOID).update(state=Assignment.State.SURPLUS)
    return {assignment.sample_item.item.index for assignment in counted}
