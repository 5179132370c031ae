"""One item of a study's sample: all its labels, and its places."""

from dataclasses import dataclass
from datetime import datetime

from labelling.models import Annotator, Assignment, Label, Place, SampleItem, Study
from labelling.selectors.annotator_record import BECAME

State = Assignment.State


@dataclass(frozen=True)
class ItemLabel:
    """A label of the item; `answer` is empty where the annotator could not tell."""

    annotator: Annotator
    answer: str
    category: int | None
    changed_from: str
    response_ms: int | None
    at: datetime
    became: str
    counts: bool


@dataclass(frozen=True)
class ItemPlace:
    """A place of the item.

    `filled`, `leased` or `free`; who holds it, and until when where it is a promise.
    """

    slot: int
    state: str
    annotator: Annotator | None = None
    until: datetime | None = None


def sample_item_at(*, study: Study, position: int) -> SampleItem | None:
    """Return the sampled item at this position of the draw, with its image and ground truth, or None."""
    found = SampleItem.objects.select_related("item__ground_truth")
    return found.filter(study=study, role=SampleItem.Role.SAMPLED, position=position).first()


def labels_of(*, sample_item: SampleItem) -> list[ItemLabel]:
    """Return all labels of the item, also those that do not count, oldest first. One query."""
    labels = Label.objects.filter(assignment__sample_item=sample_item).select_related(
        "annotator", "category", "changed_from", "assignment"
    )
    return [
        ItemLabel(
            annotator=label.annotator,
            answer=label.category.name if label.category else "",
            category=label.category_id,
            changed_from=label.changed_from.name if label.changed_from else "",
            response_ms=label.response_ms,
            at=label.submitted_at,
            became=BECAME.get(State(label.assignment.state), label.assignment.state),
            counts=label.assignment.state == State.SUBMITTED,
        )
        for label in labels.order_by("submitted_at", "pk")
    ]


def places_at(*, sample_item: SampleItem, now: datetime) -> list[ItemPlace]:
    """Return the item's places by slot. One query. A lease that has run out holds nothing."""
    places = Place.objects.filter(sample_item=sample_item).select_related("assignment__annotator")
    return [_place(place, now) for place in places.order_by("slot")]


def _place(place: Place, now: datetime) -> ItemPlace:
    held: Assignment | None = getattr(place, "assignment", None)
    if place.available_from is None:
        return ItemPlace(place.slot + 1, "filled", held.annotator if held else None)
    if held is not None and held.expires_at > now:
        return ItemPlace(place.slot + 1, "leased", held.annotator, held.expires_at)
    return ItemPlace(place.slot + 1, "free")
