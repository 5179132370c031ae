"""Reading datasets: what the dataset's page and the import command show."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, OuterRef, Subquery

from labelling.models import Category, Dataset, Item


@dataclass(frozen=True)
class CategoryCount:
    """A category and how many items have it as their ground truth."""

    position: int
    name: str
    description: str
    items: int


@dataclass(frozen=True)
class DatasetCard:
    """What one should know of a dataset before a study. `shape` is (height, width, channels)."""

    name: str
    split: str
    title: str
    categories: tuple[CategoryCount, ...]
    checksum: str
    size: int
    shape: tuple[int, int, int]
    source: str
    drawn: bool


@dataclass(frozen=True)
class GridRow:
    """One category with example items."""

    category: Category
    items: tuple[Item, ...]


def dataset_card(*, dataset: Dataset) -> DatasetCard:
    """Return the dataset's card, with one query."""
    counted = dataset.categories.annotate(count=Count("items")).order_by("position")
    return DatasetCard(
        name=dataset.name,
        split=dataset.split,
        title=dataset.title,
        categories=tuple(
            CategoryCount(
                position=category.position,
                name=category.name,
                description=category.description,
                items=category.count,
            )
            for category in counted
        ),
        checksum=dataset.checksum,
        size=dataset.size,
        shape=(dataset.height, dataset.width, dataset.channels),
        source=dataset.source,
        drawn=dataset.drawn,
    )


def image_grid(*, dataset: Dataset, per_category: int) -> Sequence[GridRow]:
    """Return each category in order with its first items, as they were imported, with two queries.

    Each category's few are found by an index: ranking all items would read the whole dataset.
    """
    of_category = Item.objects.filter(ground_truth=OuterRef("pk")).order_by("pk").values("pk")
    places = [f"example_{place}" for place in range(per_category)]
    found = {name: Subquery(of_category[place : place + 1]) for place, name in enumerate(places)}
    categories = list(dataset.categories.annotate(**found).order_by("position"))
    keys = {category.pk: [getattr(category, name) for name in places] for category in categories}
    items = Item.objects.in_bulk([key for of in keys.values() for key in of if key is not None])
    return [
        GridRow(category, tuple(items[key] for key in keys[category.pk] if key is not None))
        for category in categories
    ]
