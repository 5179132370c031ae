"""Images that occur more than once in a dataset, or in two splits of it, by the hashes of their pixels."""

from dataclasses import dataclass
from itertools import groupby

from django.db.models import Count, F, Min, QuerySet, Window
from django.db.models.functions import RowNumber

from labelling.models import Dataset, Item

SHOWN = 10
# Of one image that occurs a thousand times, so many indexes are shown.
SHOWN_EACH = 10


@dataclass(frozen=True)
class Duplicates:
    """Equal images: how many different ones occur more than once, and the first of them with their indexes.

    `items` counts the items that are like another. `contradictions` counts the images whose items have
    different ground truth. `groups` holds at most `SHOWN` images, each as its items' first indexes.
    """

    images: int
    items: int
    contradictions: int
    groups: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Overlap:
    """Images that two splits have in common: how many items of each, and the first pairs of indexes."""

    split: str
    items: int
    other_split: str
    other_items: int
    pairs: tuple[tuple[int, int], ...]


def duplicates(*, dataset: Dataset) -> Duplicates:
    """Return the images that occur more than once in the dataset, with five queries whatever their number."""
    hashes = dataset.items.order_by().values("pixel_sha256").annotate(count=Count("pk"))
    repeated = hashes.filter(count__gt=1)
    found = repeated.annotate(truths=Count("ground_truth", distinct=True))
    first = list(
        repeated.annotate(first=Min("index")).order_by("first").values_list("pixel_sha256", flat=True)[:SHOWN]
    )
    return Duplicates(
        images=repeated.count(),
        items=dataset.items.filter(pixel_sha256__in=repeated.values("pixel_sha256")).count(),
        contradictions=found.filter(truths__gt=1).count(),
        groups=_groups(dataset.items.filter(pixel_sha256__in=first)),
    )


def _groups(items: QuerySet[Item]) -> tuple[tuple[int, ...], ...]:
    """Return the items' first indexes in groups of one image, in the order of their first index."""
    ranked = items.annotate(
        rank=Window(RowNumber(), partition_by=F("pixel_sha256"), order_by=F("index").asc())
    ).filter(rank__lte=SHOWN_EACH)
    rows = ranked.order_by("pixel_sha256", "index").values_list("pixel_sha256", "index")
    return tuple(
        sorted(
            tuple(index for _hash, index in group) for _hash, group in groupby(rows, key=lambda row: row[0])
        )
    )


def overlaps(*, dataset: Dataset) -> tuple[Overlap, ...]:
    """Return what the dataset has in common with each other imported split of its name, where it has any."""
    others = Dataset.objects.filter(name=dataset.name).exclude(pk=dataset.pk).order_by("split")
    found = (_overlap(dataset, other) for other in others)
    return tuple(overlap for overlap in found if overlap.items)


def _overlap(dataset: Dataset, other: Dataset) -> Overlap:
    mine = dataset.items.filter(pixel_sha256__in=other.items.values("pixel_sha256"))
    theirs = other.items.filter(pixel_sha256__in=dataset.items.values("pixel_sha256"))
    first = list(mine.order_by("index").values_list("pixel_sha256", "index")[:SHOWN])
    twins = dict(
        other.items.filter(pixel_sha256__in=[pixels for pixels, _index in first])
        .order_by()
        .values_list("pixel_sha256")
        .annotate(first=Min("index"))
    )
    return Overlap(
        split=dataset.split,
        items=mine.count(),
        other_split=other.split,
        other_items=theirs.count(),
        pairs=tuple((index, twins[pixels]) for pixels, index in first),
    )
