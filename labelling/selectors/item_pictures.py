"""Small pictures of a dataset's images, to stand inside a page that has nothing beside it."""

import base64
import io
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.files.storage import default_storage
from PIL import Image

from labelling.models import Dataset, Item
from labelling.models.dataset import image_path

#: A stored image of so many bytes goes into the page as it is; of a larger one, a smaller copy does.
LARGEST_INLINE = 8000
#: Longest side of such a copy, in pixels.
COPY_SIDE = 96


@dataclass(frozen=True)
class Picture:
    """What an <img> takes: the image itself as a data address, and its size in pixels."""

    source: str
    width: int
    height: int


def item_pictures(*, dataset: Dataset, items: Iterable[str]) -> dict[str, Picture]:
    """Return pictures by the items' indexes, without those whose image is not in the storage. One query."""
    wanted = dataset.items.filter(index__in=[int(item) for item in items]).only("index", "token")
    made = ((str(item.index), _picture(item)) for item in wanted.order_by("index"))
    return {item: picture for item, picture in made if picture is not None}


def _picture(item: Item) -> Picture | None:
    try:
        with default_storage.open(image_path(item)) as file:
            content = file.read()
    except FileNotFoundError:
        return None
    with Image.open(io.BytesIO(content), formats=["PNG"]) as image:
        if len(content) > LARGEST_INLINE:
            image.thumbnail((COPY_SIDE, COPY_SIDE))
            copy = io.BytesIO()
            image.save(copy, "PNG", optimize=True)
            content = copy.getvalue()
        source = f"data:image/png;base64,{base64.b64encode(content).decode()}"
        return Picture(source, image.width, image.height)
