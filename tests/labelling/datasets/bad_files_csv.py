"""CSV files of pixels with something wrong in them."""

import gzip
import os
from collections.abc import Callable
from pathlib import Path

from tests.labelling.datasets.bad_files import Bad

HEADER = "label,pixel1,pixel2,pixel3,pixel4\n"
GOOD = HEADER + "0,1,2,3,4\n1,5,6,7,8\n"
FILE = "small_test.csv"
PACKED = "small_test.csv.gz"


def text(content: str) -> Callable[[Path], object]:
    return lambda folder: (folder / FILE).write_bytes(content.encode("latin-1"))


def packed(content: bytes) -> Callable[[Path], object]:
    return lambda folder: (folder / PACKED).write_bytes(content)


def bomb(folder: Path) -> None:
    """80 MB of good rows in 400 kB."""
    with gzip.open(folder / PACKED, "wb", 1) as file:
        file.write(HEADER.encode())
        for _ in range(80):
            file.write(b"0,0,0,0,0\n" * 100_000)


def endless_line(folder: Path) -> None:
    with gzip.open(folder / PACKED, "wb", 1) as file:
        file.write(GOOD.encode())
        for _ in range(60):
            file.write(bytes(1 << 20))


def endless_header(folder: Path) -> None:
    with gzip.open(folder / PACKED, "wb", 1) as file:
        file.write(b"label,pixel1")
        for _ in range(60):
            file.write(b"," * (1 << 20))


def two_files(folder: Path) -> None:
    text(GOOD)(folder)
    (folder / "other_test.csv").write_text(GOOD)


NOISE = os.urandom(3000).hex().encode()
BAD = {
    "csv bomb": Bad(bomb, PACKED, "a gzip bomb"),
    "csv line without end": Bad(endless_line, PACKED, "line 4: longer than 4 pixels can be"),
    "csv header without end": Bad(endless_header, PACKED, "column 3 is ''; pixel2 is expected|gzip bomb"),
    "csv cut": Bad(packed(gzip.compress(GOOD.encode() + NOISE)[:-900]), PACKED, "line 4|damaged gzip"),
    "csv cut at its end": Bad(packed(gzip.compress(GOOD.encode())[:-4]), PACKED, "damaged gzip"),
    "csv that is not gzip inside": Bad(packed(b"\x1f\x8bno"), PACKED, "damaged gzip|cannot be read"),
    "csv without labels": Bad(
        text("pixel0,pixel1\n1,2\n"), FILE, "has no label: its first column is 'pixel0'"
    ),
    "csv without a label": Bad(text(GOOD + ",5,6,7,8\n"), FILE, "line 4: the label is missing"),
    "csv with a label in words": Bad(text(GOOD + "cat,5,6,7,8\n"), FILE, "line 4: label 'cat'; a whole"),
    "csv with a label below 0": Bad(text(GOOD + "-1,5,6,7,8\n"), FILE, "line 4: label '-1'"),
    "csv with a long label": Bad(text(GOOD + "9" * 14 + ",5,6,7\n"), FILE, "line 4: 4 fields|line 4: label"),
    "csv with a gap in the labels": Bad(text(GOOD + "3,5,6,7,8\n"), FILE, "no item has label 2"),
    "csv with a pixel too bright": Bad(text(GOOD + "0,5,256,7,8\n"), FILE, "line 4: '256' in column 3"),
    "csv with a pixel below 0": Bad(text(GOOD + "0,5,-6,7,8\n"), FILE, "line 4: '-6' in column 3"),
    "csv with half a pixel": Bad(text(GOOD + "0,5,6.5,7,8\n"), FILE, r"line 4: '6\.5' in column 3"),
    "csv with a pixel missing": Bad(text(GOOD + "0,5,,7,8\n"), FILE, "line 4: '' in column 3"),
    "csv with other digits": Bad(text(GOOD + "0,5,\xb2,7,8\n"), FILE, "line 4: '\xb2' in column 3"),
    "csv with a field too few": Bad(text(GOOD + "0,5,6,7\n"), FILE, "line 4: 4 fields, the header names 5"),
    "csv with a field too many": Bad(text(GOOD + "0,5,6,7,8,9\n"), FILE, "line 4: 6 fields"),
    "csv with an empty line": Bad(text(GOOD + "\n0,5,6,7,8\n"), FILE, "line 5 follows an empty line"),
    "csv of 0 images": Bad(text(HEADER), FILE, "holds 0 images"),
    "csv that is no square": Bad(text("label,pixel1,pixel2\n0,1,2\n"), FILE, "2 pixels an image"),
    "csv with columns in disorder": Bad(
        text("label,pixel1,pixel3,pixel2,pixel4\n0,1,2,3,4\n"),
        FILE,
        "column 3 is 'pixel3'; pixel2 is expected",
    ),
    "csv twice": Bad(two_files, "", "holds other_test.csv and small_test.csv. Leave one"),
}
