"""A contact sheet: images in a grid, a row for each category, as PNG."""

import io
from collections.abc import Sequence

from PIL import Image, ImageDraw

SMALLEST = 56
LARGEST = 160
GAP = 4
CAPTION_WIDTH = 150
TITLE_HEIGHT = 22
PAPER = (255, 255, 255)
INK = (30, 30, 30)


def contact_sheet(*, title: str, rows: Sequence[tuple[str, Sequence[Image.Image]]]) -> bytes:
    """Return the sheet: a row is a category's name and images, small ones enlarged by whole pixels."""
    first = next((image for _name, images in rows for image in images), None)
    width, height = _shown_size(first) if first else (SMALLEST, SMALLEST)
    columns = max((len(images) for _name, images in rows), default=0)
    sheet = Image.new(
        "RGB",
        (CAPTION_WIDTH + columns * (width + GAP) + GAP, TITLE_HEIGHT + len(rows) * (height + GAP) + GAP),
        PAPER,
    )
    pen = ImageDraw.Draw(sheet)
    pen.text((GAP, GAP), title, fill=INK)
    for row, (name, images) in enumerate(rows):
        top = TITLE_HEIGHT + row * (height + GAP)
        pen.text((GAP, top + height // 2 - 6), name[:24], fill=INK)
        for column, image in enumerate(images):
            left = CAPTION_WIDTH + column * (width + GAP)
            shown = image.convert("RGBA").resize((width, height), _filter(image, width))
            sheet.paste(shown, (left, top), shown)
    buffer = io.BytesIO()
    sheet.save(buffer, format="PNG", optimize=True)
    return buffer.getvalue()


def _shown_size(image: Image.Image) -> tuple[int, int]:
    side = max(image.size)
    scale: float = max(1, SMALLEST // side)
    if side > LARGEST:
        scale = LARGEST / side
    return max(1, round(image.width * scale)), max(1, round(image.height * scale))


def _filter(image: Image.Image, width: int) -> Image.Resampling:
    return Image.Resampling.NEAREST if width >= image.width else Image.Resampling.LANCZOS
