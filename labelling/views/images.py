"""Images, each under a name that tells nothing."""

import base64
import logging
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from labelling.errors import ImageMissing, ImagesUnavailable
from labelling.models import Dataset, Item, Study
from labelling.models.dataset import image_path
from labelling.views import errors

logger = logging.getLogger(__name__)

TOKEN = re.compile(r"[0-9a-f]{32}", re.ASCII)

# Up to here an image travels inside the page or reply that names it, and costs no request of its own.
LARGEST_INLINE = 8000
REMEMBERED = 2000

# The picture's size on the page. 308 is 11 times 28: every pixel is the same whole number of pixels wide.
LARGEST_SIDE = 308
EXAMPLE_SIDE = 84


@require_safe
def image(request: HttpRequest, token: str) -> HttpResponse:  # noqa: ARG001 - every view takes it
    """Return one image. No database query: the token is where it is stored.

    Bytes under a token never change, so browsers keep them. No header tells when the file was written: the
    order of writing is the dataset's own.
    """
    if not TOKEN.fullmatch(token):
        raise Http404("An image's name has 32 hexadecimal digits.")
    try:
        with _opened(image_path(Item(token=token))) as file:
            response = HttpResponse(file.read(), content_type="image/png")
    except ImageMissing:
        raise Http404("There is no image under this name.") from None
    except ImagesUnavailable as error:
        return errors.image_unavailable(error)
    response["Cache-Control"] = "private, max-age=31536000, immutable"
    return response


def image_source(item: Item) -> str:
    """Return what an <img> takes as its source: the small image itself, or the address of a larger one.

    Raises
    ------
    ImageMissing
        When the storage has no such image.
    ImagesUnavailable
        When the storage does not answer.
    """
    return _small_image(image_path(item)) or reverse("image", args=[item.token])


def sources_there(items: Sequence[Item]) -> list[str]:
    """Return the sources of those images that the storage has; one that is lost is logged and left out."""
    sources = []
    for item in items:
        try:
            sources.append(image_source(item))
        except ImageMissing as loss:
            logger.error("%s Put it back from a backup.", loss)
    return sources


@lru_cache(maxsize=REMEMBERED)
def _small_image(path: str) -> str:
    """Return a small image as a data address, and nothing for a larger one: one reading of the storage.

    What was read is remembered, at most 22 MB in a process: bytes under a name never change, and a shared
    storage is a network away.
    """
    with _opened(path) as file:
        content = file.read(LARGEST_INLINE + 1)
    if len(content) > LARGEST_INLINE:
        return ""
    return f"data:image/png;base64,{base64.b64encode(content).decode()}"


@contextmanager
def _opened(path: str) -> Iterator["File[bytes]"]:
    """Open an image, and tell one that is lost from a storage that is out of order."""
    try:
        with default_storage.open(path) as file:
            yield file
    except FileNotFoundError as error:
        raise ImageMissing(f"The image {path} is not in the image storage.") from error
    except OSError as error:
        raise ImagesUnavailable(f"The image {path} cannot be read ({error.strerror or error}).") from error


def shown_size(*, study: Study, side: int) -> dict[str, int]:
    """Return width and height at which an image is shown so that it fits a square of `side` pixels.

    A pixelated image grows by a whole factor, so that all its pixels look alike; one that is too large for
    that shrinks to fit.
    """
    dataset: Dataset = study.dataset
    factor = side / max(dataset.width, dataset.height)
    if study.scaling == Study.Scaling.PIXELATED and factor >= 1:
        factor = int(factor)
    return {
        "width": max(round(dataset.width * factor), 1),
        "height": max(round(dataset.height * factor), 1),
    }
