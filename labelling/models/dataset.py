"""A dataset as imported: its categories, and its items with their ground truth."""

import secrets

from django.db import models
from django.db.models import Q


def new_token() -> str:
    """Return a name that tells nothing: 128 random bits from the operating system."""
    return secrets.token_hex(16)


def image_path(item: "Item", _filename: str = "") -> str:
    """Return where an item's image is stored: a random name, spread over 256 folders."""
    return f"{item.token[:2]}/{item.token}.png"


class Dataset(models.Model):
    """One split of an image classification benchmark."""

    name = models.SlugField(max_length=100)
    split = models.SlugField(max_length=20, default="test")
    title = models.CharField(max_length=200)
    source = models.TextField(help_text="Where the data came from, in words.")
    drawn = models.BooleanField(
        default=False, help_text="Drawn garments, not real data: every page and report says so."
    )
    checksum = models.CharField(max_length=64, help_text="SHA-256 over categories, pixels and ground truth.")
    height = models.PositiveIntegerField()
    width = models.PositiveIntegerField()
    channels = models.PositiveSmallIntegerField(default=1)
    size = models.PositiveIntegerField(help_text="Number of items.")
    stratum_name = models.CharField(
        max_length=60, blank=True, help_text="What the data divide the items by, for instance scale."
    )
    imported_at = models.DateTimeField()

    class Meta:
        ordering = ["name", "split"]
        constraints = [
            models.UniqueConstraint(fields=["name", "split"], name="dataset_name_split_unique"),
            models.CheckConstraint(condition=Q(size__gte=1), name="dataset_not_empty"),
            models.CheckConstraint(condition=Q(channels__in=[1, 3, 4]), name="dataset_grey_or_colour"),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.split})"


class Category(models.Model):
    """A class of the dataset. Annotators see its name and description."""

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="categories")
    position = models.PositiveSmallIntegerField(help_text="The dataset's own number for it, from 0.")
    name = models.CharField(max_length=100)
    description = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["position"]
        verbose_name_plural = "categories"
        constraints = [
            models.UniqueConstraint(fields=["dataset", "position"], name="category_position_unique"),
            models.UniqueConstraint(fields=["dataset", "name"], name="category_name_unique"),
        ]

    def __str__(self) -> str:
        return self.name


class Item(models.Model):
    """One image of the dataset with its ground truth. Its token and file name say nothing about either."""

    # Without an index of its own: a unique one below begins with it.
    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="items", db_index=False)
    index = models.PositiveIntegerField(help_text="Its place in the dataset's own order, from 0.")
    ground_truth = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="items")
    token = models.CharField(max_length=32, unique=True, default=new_token, editable=False)
    image = models.FileField(upload_to=image_path)
    stratum = models.CharField(
        max_length=60, blank=True, help_text="Its part of the dataset, where the data divide it."
    )
    pixel_sha256 = models.CharField(max_length=64, help_text="SHA-256 of the raw pixels, row by row.")

    class Meta:
        ordering = ["dataset", "index"]
        constraints = [models.UniqueConstraint(fields=["dataset", "index"], name="item_index_unique")]

    def __str__(self) -> str:
        return f"{self.dataset_id}:{self.index}"
