"""One item of a study's sample: all its labels, and its places."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from evaluation.agreement import normalised_entropy
from evaluation.voting import majority_vote
from labelling.models import Annotator, Assignment, Category, Label, Place, SampleItem, Study
from labelling.selectors.annotator_record import BECAME
from labelling.selectors.tally import disagreement

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
class ItemVote:
    """What the labels that count say of one item.

    `votes` has the categories with any, by name in their order; `cant_tell` are the others. `winner` is a
    category's position, or as in `evaluation.voting`. Where there are too few votes for `disagreement` or
    `entropy`, it is None.
    """

    labels: int
    votes: dict[str, int]
    cant_tell: int
    winner: int
    disagreement: float | None
    entropy: float | None


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


def vote_on(*, labels: Sequence[ItemLabel], categories: Sequence[Category]) -> ItemVote:
    """Return the vote of those labels that count. `categories` are the dataset's, in their order."""
    votes = Counter(label.category for label in labels if label.counts)
    counts = np.array([[votes[category.pk] for category in categories]])
    differing, entropy = float(disagreement(counts)[0]), float(normalised_entropy(counts)[0])
    return ItemVote(
        labels=votes.total(),
        votes={category.name: votes[category.pk] for category in categories if votes[category.pk]},
        cant_tell=votes[None],
        winner=int(majority_vote(counts).winner[0]),
        disagreement=None if np.isnan(differing) else differing,
        entropy=None if np.isnan(entropy) else entropy,
    )


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
