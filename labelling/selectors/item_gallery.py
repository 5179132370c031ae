"""The gallery of a study's sample: filtered and sorted by what the labels say, and a page of it at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from evaluation.array_types import BoolArray, FloatArray, IntArray
from evaluation.voting import NO_LABEL, TIE
from labelling.models import Item, SampleItem, Study
from labelling.selectors.tally import ItemTally, StudyTally, moment_of

#: How the votes on an item stand.
OUTCOMES = ("unanimous", "divided", "tie", "no vote")
#: Whether the majority is the ground truth; not to be asked while the accuracy is sealed.
VERDICTS = ("right", "wrong")
#: What the gallery may be sorted by.
SORTS = ("position", "index", "labels", "disagreement", "entropy", "last")
#: In the place of a category's code: no majority.
NO_MAJORITY = TIE


@dataclass(frozen=True)
class ItemQuery:
    """Which items, and in which order; None or empty where it does not matter.

    `majority` and `truth` are codes of categories; `majority` may be `NO_MAJORITY`. `disagreement` and
    `entropy` are the least that is wanted. `truth` and `verdict` tell the accuracy: whoever asks must know
    that they may.
    """

    labels: int | None = None
    outcome: str = ""
    majority: int | None = None
    truth: int | None = None
    verdict: str = ""
    disagreement: float | None = None
    entropy: float | None = None
    index: int | None = None
    sort: str = "position"
    descending: bool = False


@dataclass(frozen=True)
class GalleryItem:
    """One item of the gallery. `majority` is a code, NO_MAJORITY or NO_LABEL; `truth` a code."""

    sample_item: int
    position: int
    index: int
    labels: int
    cant_tell: int
    majority: int
    truth: int
    disagreement: float | None
    entropy: float | None
    last: datetime | None
    item: Item | None = None


def item_order(*, tally: StudyTally, query: ItemQuery) -> IntArray:
    """Return the positions of the items that are asked for, in order. No query.

    What cannot be computed stands last, whichever way the rest is sorted; equals stand by position.
    """
    items = tally.items
    shown = np.ones(len(items.keys), dtype=bool)
    equal = (
        (query.labels, items.labels),
        (query.majority, items.winner),
        (query.truth, items.truth),
        (query.index, items.index),
    )
    for wanted, values in equal:
        if wanted is not None:
            shown &= values == wanted
    for least, figures in ((query.disagreement, items.disagreement), (query.entropy, items.entropy)):
        if least is not None:
            # Shares are compared to a thousandth: who asks for 0.667 means two thirds.
            shown &= np.nan_to_num(figures, nan=-1) >= least - 0.0005
    if query.outcome:
        shown &= _outcome(items, query.outcome)
    if query.verdict:
        shown &= _verdict(items, query.verdict)
    places = np.flatnonzero(shown)
    if query.sort == "position":
        return places[::-1] if query.descending else places
    value = _sorted_by(items, query.sort)[places]
    order = np.argsort(
        np.where(np.isnan(value), np.inf, -value if query.descending else value), kind="stable"
    )
    return places[order]


def gallery_items(*, tally: StudyTally, positions: Sequence[int], images: bool = True) -> list[GalleryItem]:
    """Return the items at these positions. One query, for their images; none without."""
    items = tally.items
    keys = [int(items.keys[place]) for place in positions]
    found: dict[int, Item] = {}
    if images:
        members = SampleItem.objects.filter(pk__in=keys).select_related("item")
        found = {member.pk: member.item for member in members}
    return [
        GalleryItem(
            sample_item=key,
            position=place,
            index=int(items.index[place]),
            labels=int(items.labels[place]),
            cant_tell=int(items.cant_tell[place]),
            majority=int(items.winner[place]),
            truth=int(items.truth[place]),
            disagreement=_known(items.disagreement[place]),
            entropy=_known(items.entropy[place]),
            last=moment_of(int(items.last[place])),
            item=found.get(key),
        )
        for key, place in zip(keys, positions, strict=True)
    ]


def confusion_counts(*, tally: StudyTally) -> IntArray:
    """Count the items that have votes by ground truth and majority; the last column is without a majority.

    Shape (K, K + 1). As `evaluation.confusion.majority_confusion` does, from votes that were counted before.
    """
    k, items = tally.n_categories, tally.items
    voted = items.winner != NO_LABEL
    column = np.where(items.winner == TIE, k, items.winner)[voted]
    counts: IntArray = np.bincount(items.truth[voted] * (k + 1) + column, minlength=k * (k + 1))
    return counts.reshape(k, k + 1)


def most_labels(*, study: Study) -> int:
    """Return how many labels an item may have at most.

    The redundancy, and what ties may be given beyond it.
    """
    return study.redundancy + study.tie_extension


def _outcome(items: ItemTally, outcome: str) -> BoolArray:
    unanimous = items.entropy == 0
    return np.asarray(
        {
            "unanimous": unanimous,
            "divided": (items.winner >= 0) & ~unanimous,
            "tie": items.winner == TIE,
            "no vote": items.winner == NO_LABEL,
        }[outcome]
    )


def _verdict(items: ItemTally, verdict: str) -> BoolArray:
    right = items.winner == items.truth
    return np.asarray(right if verdict == "right" else (items.winner != NO_LABEL) & ~right)


def _sorted_by(items: ItemTally, sort: str) -> FloatArray:
    columns = {
        "index": items.index,
        "labels": items.labels,
        "disagreement": items.disagreement,
        "entropy": items.entropy,
        "last": np.where(items.last == 0, np.nan, items.last),
    }
    return np.asarray(columns[sort], dtype=np.float64)


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
