"""Set pictures of every annotator page side by side, desktop and phone: the sheets of docs/annotator.md.

python -m pytest tests/browser/test_annotator_*.py tests/browser/test_panels.py --screenshots shots
python scripts/picture_sheets.py shots docs/images
"""

import argparse
from pathlib import Path

from PIL import Image, ImageDraw

# The pages of each sheet, as the browser tests name their pictures, in the order of the way through a study.
SHEETS = {
    "way-in": [
        "entry-welcome",
        "entry-question",
        "entry-turned-away",
        "entry-guide",
        "entry-practice",
        "entry-right",
        "entry-wrong",
        "entry-once-more",
        "entry-ready",
    ],
    "labelling": [
        "journey-label",
        "label-tools",
        "label-zoom",
        "label-rest",
        "label-attention",
        "label-right-to-left",
    ],
    "stopping": [
        "journey-pause",
        "journey-thanks",
        "journey-withdraw",
        "journey-withdrawn",
        "journey-wait",
        "journey-nothing-left",
    ],
    "refusals": [
        "journey-draft",
        "journey-paused",
        "journey-closed",
        "journey-complete",
        "journey-no-study",
        "journey-no-cookie",
        "journey-no-such-person",
        "journey-no-mark",
        "journey-unavailable",
    ],
    "panel-pages": [
        "panel-welcome-back",
        "panel-leave",
        "panel-thanks",
        "panel-not-wanted",
        "panel-problem",
        "panel-unknown",
        "panel-preview",
        "panel-frame",
    ],
}
COLUMNS = 3
DESKTOP, PHONE = (384, 240), (111, 240)
GAP, CAPTION = 14, 18
PAPER, INK = (226, 228, 232), (40, 44, 52)


def main() -> None:
    """Make every sheet."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pictures", type=Path)
    parser.add_argument("images", type=Path)
    asked = parser.parse_args()
    for name, pages in SHEETS.items():
        sheet(asked.pictures, pages).save(asked.images / f"annotator-{name}.png", optimize=True)


def sheet(folder: Path, pages: list[str]) -> Image.Image:
    """Return one sheet: each page as a desktop and as a phone show it, with its name."""
    wide = DESKTOP[0] + PHONE[0] + 2 * GAP
    high = DESKTOP[1] + CAPTION + GAP
    rows = -(-len(pages) // COLUMNS)
    paper = Image.new("RGB", (COLUMNS * wide + GAP, rows * high + GAP), PAPER)
    for place, page in enumerate(pages):
        left, top = GAP + place % COLUMNS * wide, GAP + place // COLUMNS * high
        name = page.partition("-")[2].replace("-", " ")
        ImageDraw.Draw(paper).text((left, top), name, fill=INK)
        paper.paste(cut(folder / f"{page}-desktop.png", DESKTOP), (left, top + CAPTION))
        paper.paste(cut(folder / f"{page}-phone.png", PHONE), (left + DESKTOP[0] + GAP // 2, top + CAPTION))
    return paper.quantize(96, dither=Image.Dither.NONE)


def cut(path: Path, size: tuple[int, int]) -> Image.Image:
    """Return the upper part of a picture, as much of it as one screen shows, in this size."""
    picture = Image.open(path).convert("RGB")
    screen = picture.crop((0, 0, picture.width, picture.width * size[1] // size[0]))
    return screen.resize(size, Image.Resampling.LANCZOS)


if __name__ == "__main__":
    main()
