"""Images on the desk's pages: small ones inside the page, larger ones under an address of the desk.

The address names an item by its key in the study. So no page of the desk holds the names under which
annotators are sent the images.
"""

import io
from dataclasses import dataclass

from django.contrib.auth.decorators import permission_required
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from PIL import Image

from labelling.errors import ImagesUnavailable
from labelling.models import Item, SampleItem, Study
from labelling.models.dataset import image_path
from labelling.views.images import image_source, shown_size

#: The longest side of an image in a gallery, and on the page of its own, in pixels.
THUMBNAIL_SIDE, LARGE_SIDE = 84, 308


@dataclass(frozen=True)
class DeskPicture:
    """What an <img> takes: its source and the size at which it is shown."""

    source: str
    width: int
    height: int


def desk_picture(*, study: Study, sample_item: int, item: Item, side: int = THUMBNAIL_SIDE) -> DeskPicture:
    """Return an image of the study as a picture on the desk, no larger than `side` either way. No query."""
    size = shown_size(study=study, side=side)
    return DeskPicture(source=_source(study, sample_item, item, side), **size)


@permission_required("labelling.view_study", raise_exception=True)
def picture(request: HttpRequest, study_id: int, sample_item_id: int, side: int) -> HttpResponse:  # noqa: ARG001
    """Return an image of the study's, shrunk to `side` pixels where it is larger."""
    if side not in (THUMBNAIL_SIDE, LARGE_SIDE):
        raise Http404(f"Images are {THUMBNAIL_SIDE} or {LARGE_SIDE} pixels large.")
    member = get_object_or_404(
        SampleItem.objects.select_related("item"), pk=sample_item_id, study_id=study_id
    )
    try:
        with default_storage.open(image_path(member.item)) as file:
            content = file.read()
    except FileNotFoundError:
        raise Http404("The image is not in the storage.") from None
    response = HttpResponse(_shrunk(content, 2 * side), content_type="image/png")
    response["Cache-Control"] = "private, max-age=86400"
    return response


def _source(study: Study, sample_item: int, item: Item, side: int) -> str:
    try:
        inside = image_source(item)
    except ImagesUnavailable:
        inside = ""
    if inside.startswith("data:"):
        return inside
    return reverse("admin:labelling_study_picture", args=[study.pk, sample_item, side])


def _shrunk(content: bytes, side: int) -> bytes:
    """Return the image with at most so many pixels a side: twice what is shown, for screens that are fine."""
    with Image.open(io.BytesIO(content), formats=["PNG"]) as image:
        if max(image.size) <= side:
            return content
        image.thumbnail((side, side))
        copy = io.BytesIO()
        image.save(copy, "PNG")
        return copy.getvalue()
