"""Small pictures of a dataset's images, to stand inside a page that has nothing beside it."""

import base64
import io
from collections.abc import Iterable, Mapping
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


def item_images(*, dataset: Dataset, items: Iterable[str]) -> dict[str, bytes]:
    """Return images as PNG files by the items' indexes: as they are stored, or a smaller copy of a large one.

    Those whose image is not in the storage are left out. One query.
    """
    wanted = dataset.items.filter(index__in=[int(item) for item in items]).only("index", "token")
    made = ((str(item.index), _image(item)) for item in wanted.order_by("index"))
    return {item: image for item, image in made if image is not None}


def pictures_of(*, images: Mapping[str, bytes]) -> dict[str, Picture]:
    """Return PNG files as pictures, by the items' indexes."""
    return {item: _picture(content) for item, content in images.items()}


def _image(item: Item) -> bytes | None:
    try:
        with default_storage.open(image_path(item)) as file:
            content: bytes = file.read()
    except FileNotFoundError:
        return None
    if len(content) <= LARGEST_INLINE:
        return content
    with Image.open(io.BytesIO(content), formats=["PNG"]) as image:
        image.thumbnail((COPY_SIDE, COPY_SIDE))
        copy = io.BytesIO()
        image.save(copy, "PNG", optimize=True)
        return copy.getvalue()


def _picture(content: bytes) -> Picture:
    with Image.open(io.BytesIO(content), formats=["PNG"]) as image:
        source = f"data:image/png;base64,{base64.b64encode(content).decode()}"
        return Picture(source, image.width, image.height)
