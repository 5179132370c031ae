"""An image in its encoded form, PNG or JPEG, as pixels. It is measured before it is unpacked."""

import io
import warnings

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from labelling.errors import DatasetError

LARGEST_PIXELS = 1 << 24
# Modes that are pixels as they stand, and what the others become without losing anything.
_PLAIN = frozenset({"L", "RGB", "RGBA"})
_LOSSLESS = {"1": "L", "LA": "RGBA", "PA": "RGBA", "CMYK": "RGB", "YCbCr": "RGB"}
# How what is not an image often begins; the first that fits names it.
_DISGUISES = (
    (b"<svg", "an SVG drawing"),
    (b"<?xml", "XML, perhaps an SVG drawing"),
    (b"<!doctype html", "a web page"),
    (b"<html", "a web page"),
    (b"gif8", "a GIF"),
    (b"%pdf", "a PDF"),
    (b"bm", "a BMP"),
    (b"riff", "a WebP or another RIFF file"),
)


def decode(data: bytes, *, where: str, formats: tuple[str, ...] = ("PNG", "JPEG")) -> NDArray[np.uint8]:
    """Return the image's pixels: (height, width) when grey, (height, width, 3 or 4) when coloured.

    `where` names the image in errors, with its file. Raises DatasetError for anything but one image of the
    formats, of 8 bits a channel and at most `LARGEST_PIXELS` pixels.
    """
    kinds = " or ".join(formats)
    try:
        with warnings.catch_warnings():
            # Pillow only warns of a large image; here it is measured below, before a pixel is unpacked.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(data), formats=formats)
        with image:
            return _pixels(image, where)
    except Image.DecompressionBombError as error:
        raise DatasetError(f"{where} claims too many pixels: an image bomb ({error}).") from error
    except UnidentifiedImageError as error:
        raise DatasetError(f"{where} is not {kinds}: {_disguise(data)}.") from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise DatasetError(f"{where} is a damaged {kinds} ({error}).") from error


def require_shape(image: NDArray[np.uint8], shape: tuple[int, ...], *, where: str) -> None:
    """Refuse an image that differs from the first one in size or in channels."""
    if image.shape != shape:
        raise DatasetError(
            f"{where} has the shape {image.shape}, the first image {shape}. "
            "All must have one size, and all be grey or all coloured."
        )


def _pixels(image: Image.Image, where: str) -> NDArray[np.uint8]:
    width, height = image.size
    if width * height > LARGEST_PIXELS:
        raise DatasetError(
            f"{where} claims {height} x {width} pixels, more than {LARGEST_PIXELS}: an image bomb, "
            "or too large to be shown."
        )
    if getattr(image, "n_frames", 1) > 1:
        raise DatasetError(f"{where} is animated; one picture is needed.")
    image = ImageOps.exif_transpose(image)  # cameras say in the file which side is up
    if image.mode == "P":
        image = image.convert("RGBA" if "transparency" in image.info else "RGB")
    elif image.mode in _LOSSLESS:
        image = image.convert(_LOSSLESS[image.mode])
    elif image.mode not in _PLAIN:
        raise DatasetError(f"{where} has pixels of the kind {image.mode}; 8 bits a channel are needed.")
    return np.asarray(image, dtype=np.uint8)


def _disguise(data: bytes) -> str:
    if not data:
        return "it is empty"
    start = data[:64].removeprefix(b"\xef\xbb\xbf").lstrip()
    for beginning, name in _DISGUISES:
        if start.lower().startswith(beginning):
            return f"it looks like {name}"
    return f"it starts with {data[:8]!r}"
