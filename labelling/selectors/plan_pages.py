"""What the pages of the plan show beside the study: the datasets, each with pictures."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count

from labelling.models import Dataset, Item

PICTURES = 24


@dataclass(frozen=True)
class DatasetChoice:
    """A dataset with its number of categories and its first images."""

    dataset: Dataset
    categories: int
    pictures: tuple[Item, ...]


def dataset_choices() -> list[DatasetChoice]:
    """Return all datasets, the latest first, each with its first images by index. Two queries."""
    datasets = list(Dataset.objects.annotate(count=Count("categories")).order_by("-imported_at", "-pk"))
    pictures: dict[int, list[Item]] = defaultdict(list)
    for item in Item.objects.filter(dataset__in=datasets, index__lt=PICTURES).order_by("index"):
        pictures[item.dataset_id].append(item)
    return [DatasetChoice(dataset, dataset.count, tuple(pictures[dataset.pk])) for dataset in datasets]
