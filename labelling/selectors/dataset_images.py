"""Reading a dataset's images from the storage: the range of their values, and a grid of them."""

from collections.abc import Callable

from django.core.files.storage import default_storage
from PIL import Image

from labelling.contact_sheet import contact_sheet
from labelling.errors import DatasetError
from labelling.models import Dataset, Item
from labelling.selectors.datasets import image_grid

BATCH = 1000
PROGRESS_EVERY = 100


def value_range(
    *, dataset: Dataset, progress: Callable[[str, int, int], None] | None = None
) -> tuple[int, int]:
    """Return the smallest and the largest value of all pixels and channels, reading one image at a time."""
    smallest, largest = 255, 0
    for done, item in enumerate(dataset.items.order_by("index").iterator(chunk_size=BATCH), start=1):
        extrema = opened(item).getextrema()
        pairs = [extrema] if isinstance(extrema[0], int | float) else extrema
        smallest = min(smallest, *(int(low) for low, _high in pairs))
        largest = max(largest, *(int(high) for _low, high in pairs))
        if progress and done % PROGRESS_EVERY == 0:
            progress("Reading the images", done, dataset.size)
    return smallest, largest


def grid_png(*, dataset: Dataset, per_category: int) -> bytes:
    """Return a PNG with each category's first images in a row."""
    drawn = ", DRAWN DATA" if dataset.drawn else ""
    rows = [
        (row.category.name, [opened(item) for item in row.items])
        for row in image_grid(dataset=dataset, per_category=per_category)
    ]
    return contact_sheet(title=f"{dataset}{drawn}", rows=rows)


def opened(item: Item) -> Image.Image:
    """Return the item's image, read into memory."""
    try:
        with default_storage.open(str(item.image)) as file, Image.open(file, formats=["PNG"]) as image:
            image.load()
            return image.copy()
    except OSError as error:
        raise DatasetError(
            f"The stored image {item.image.name} of item {item.index} cannot be read."
        ) from error
