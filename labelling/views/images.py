"""Images, each under a name that tells nothing."""

import base64
import re
from functools import lru_cache

from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from labelling.models import Dataset, Item, Study
from labelling.models.dataset import image_path

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
        with default_storage.open(image_path(Item(token=token))) as file:
            response = HttpResponse(file.read(), content_type="image/png")
    except FileNotFoundError:
        raise Http404("There is no image under this name.") from None
    response["Cache-Control"] = "private, max-age=31536000, immutable"
    return response


def image_source(item: Item) -> str:
    """Return what an <img> takes as its source: the small image itself, or the address of a larger one."""
    return _small_image(image_path(item)) or reverse("image", args=[item.token])


@lru_cache(maxsize=REMEMBERED)
def _small_image(path: str) -> str:
    """Return a small image as a data address, and nothing for a larger one: one reading of the storage.

    What was read is remembered, at most 22 MB in a process: bytes under a name never change, and a shared
    storage is a network away.
    """
    with default_storage.open(path) as file:
        content = file.read(LARGEST_INLINE + 1)
    if len(content) > LARGEST_INLINE:
        return ""
    return f"data:image/png;base64,{base64.b64encode(content).decode()}"


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
