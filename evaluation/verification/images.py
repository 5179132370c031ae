"""Checks the images that a report shows: those of the sample, and those of the page."""

from __future__ import annotations

import base64
import hashlib
import io
import re
from collections.abc import Iterator

from evaluation.bundle.inputs import BundleInputs
from evaluation.bundle.source_files import IMAGES
from evaluation.verification.faults import Fault
from evaluation.verification.page import PAGE

_INLINE = re.compile(rb"data:image/png;base64,([A-Za-z0-9+/=]*)")


def check_images(inputs: BundleInputs, page: bytes | None) -> Iterator[Fault]:
    """Compare the images' pixels with the sample's digests, and the images with those in the page.

    Parameters
    ----------
    inputs : BundleInputs
        The bundle's raw data.
    page : bytes or None
        The content of `report.html`.

    Yields
    ------
    Fault
        An image with other pixels than `sample.csv` says. An image that is smaller than the dataset's, made
        to fit into the page, is compared with the page alone.
    """
    digests = {str(row.item): row.pixel_sha256 for row in inputs.sample}
    shown = {} if page is None else {match[1].decode(): match.start() for match in _INLINE.finditer(page)}
    for item, content in inputs.images.items():
        name = f"{IMAGES}/{item}.png"
        pixels = _pixels(content, inputs.record.height, inputs.record.width)
        if pixels is None:
            yield Fault(name, "it is no PNG image.")
        elif pixels and hashlib.sha256(pixels).hexdigest() != digests[item]:
            found = hashlib.sha256(pixels).hexdigest()
            yield Fault(name, "its pixels are not those of sample.csv.", "", digests[item], found)
        if shown.pop(base64.b64encode(content).decode(), None) is None:
            yield Fault(name, f"{PAGE} does not show this image.")
    for place in shown.values():
        line = (page or b"").count(b"\n", 0, place) + 1
        yield Fault(PAGE, f"the image is none of those in {IMAGES}/.", f"line {line}")


def _pixels(content: bytes, height: int, width: int) -> bytes | None:
    """Return the raw pixels, row by row; empty for an image of another size, None where it is none."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(content), formats=["PNG"]) as image:
            return image.tobytes() if image.size == (width, height) else b""
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        return None
