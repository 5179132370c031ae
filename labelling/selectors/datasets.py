"""Reading datasets: what the dataset's page and the import command show."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, F, Window
from django.db.models.functions import RowNumber

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
    """Return each category in order with its first items by index, with two queries."""
    ranked = dataset.items.annotate(
        rank=Window(RowNumber(), partition_by=F("ground_truth_id"), order_by=F("index").asc())
    )
    examples: dict[int, list[Item]] = {}
    for item in ranked.filter(rank__lte=per_category).order_by("index"):
        examples.setdefault(item.ground_truth_id, []).append(item)
    return [
        GridRow(category=category, items=tuple(examples.get(category.pk, ())))
        for category in dataset.categories.order_by("position")
    ]
