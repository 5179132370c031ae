"""Folders of images, and manifests, with something wrong in them."""

import io
import os
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from tests.labelling.datasets.bad_files import Bad


def encoded(
    *, size: tuple[int, int] = (4, 4), mode: str = "L", kind: str = "PNG", **options: object
) -> bytes:
    buffer = io.BytesIO()
    Image.new(mode, size).save(buffer, format=kind, **options)
    return buffer.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">L", len(data)) + kind + data + struct.pack(">L", zlib.crc32(kind + data))


def png(width: int, height: int, content: bytes, *, depth: int = 8) -> bytes:
    """Return a PNG whose header may claim what its content does not hold."""
    header = struct.pack(">LLBBBBB", width, height, depth, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", content) + chunk(b"IEND", b"")


GOOD = encoded()
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
ANIMATED = encoded(
    save_all=True, append_images=[Image.fromarray(np.full((4, 4), shade, np.uint8)) for shade in (90, 200)]
)


def write(folder: Path, **files: bytes) -> None:
    """Write cat/1.png and dog/2.png, and whatever else; None leaves one out."""
    for name, content in {"cat/1.png": GOOD, "dog/2.png": GOOD, **files}.items():
        if content is not None:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)


def holding(**files: bytes) -> Callable[[Path], object]:
    return lambda folder: write(folder, **files)


def second(content: bytes, file: str = "dog/2.png") -> Callable[[Path], object]:
    return holding(**{"dog/2.png": None, file: content})


def listed(manifest: str, **files: bytes | None) -> Callable[[Path], object]:
    """Return a writer of a flat folder with a.png, b.png and this manifest."""
    nothing = {"cat/1.png": None, "dog/2.png": None}
    content = manifest.encode("latin-1")
    return holding(**{**nothing, "a.png": GOOD, "b.png": GOOD, "labels.csv": content, **files})


def link_out(folder: Path) -> None:
    write(folder, **{"dog/2.png": None})
    (folder / "dog").mkdir()
    (folder / "dog" / "2.png").symlink_to(Path(__file__))


def linked_folder(folder: Path) -> None:
    write(folder, **{"dog/2.png": None})
    outside = folder.parent / f"{folder.name}, outside"
    outside.mkdir(exist_ok=True)
    (outside / "2.png").write_bytes(GOOD)
    (folder / "dog").symlink_to(outside)


def ring(folder: Path) -> None:
    write(folder, **{"dog/2.png": None})
    (folder / "dog").mkdir()
    (folder / "dog" / "2.png").symlink_to("2.png")


def pipe(folder: Path) -> None:
    write(folder, **{"dog/2.png": None})
    (folder / "dog").mkdir()
    os.mkfifo(folder / "dog" / "2.png")


def empty_category(folder: Path) -> None:
    write(folder)
    (folder / "fox").mkdir()


TWO = "dog/2.png"
ROWS = "file,label\na.png,cat\nb.png,dog\n"
FOLDERS = {
    "SVG as PNG": Bad(second(SVG), TWO, "is not PNG or JPEG: it looks like an SVG"),
    "web page as PNG": Bad(second(b"<!DOCTYPE html><p>Sign in"), TWO, "it looks like a web page"),
    "web page as JPEG": Bad(second(b"<html>", "dog/2.jpg"), "dog/2.jpg", "it looks like a web page"),
    "GIF as PNG": Bad(second(encoded(kind="GIF")), TWO, "is not PNG or JPEG"),
    "empty PNG": Bad(second(b""), TWO, "it is empty"),
    "cut PNG": Bad(second(encoded(size=(64, 64), compress_level=0)[:900]), TWO, "damaged"),
    "cut JPEG": Bad(second(encoded(kind="JPEG", size=(64, 64))[:-40], "dog/2.jpg"), "dog/2.jpg", "damaged"),
    "PNG with a wrong sum": Bad(second(GOOD[:20] + b"\x09" + GOOD[21:]), TWO, "is not PNG|damaged"),
    "pixel bomb": Bad(second(png(60_000, 60_000, zlib.compress(bytes(1 << 20)))), TWO, "image bomb"),
    "smaller pixel bomb": Bad(second(png(9000, 9000, zlib.compress(bytes(1 << 20)))), TWO, "image bomb"),
    "PNG that unpacks to more": Bad(
        second(png(9, 9, zlib.compress(bytes(200 << 20)))), TWO, r"9 x 9 and grey, but .*cat/1\.png is 4 x 4"
    ),
    "PNG of 16 bits": Bad(second(png(4, 4, zlib.compress(bytes(36)), depth=16)), TWO, "8 bits a channel"),
    "animated PNG": Bad(second(ANIMATED), TWO, "is animated"),
    "mixed sizes": Bad(second(encoded(size=(4, 5))), TWO, r"5 x 4 and grey, but .*cat/1\.png is 4 x 4"),
    "grey and coloured": Bad(second(encoded(mode="RGB")), TWO, r"4 x 4 and coloured, but .*cat/1\.png"),
    "link out of the folder": Bad(link_out, TWO, "leads out of the folder"),
    "folder that is a link out": Bad(linked_folder, TWO, "leads out of the folder"),
    "link to itself": Bad(ring, TWO, "cannot be read"),
    "pipe as PNG": Bad(pipe, TWO, "is not a file"),
    "category without images": Bad(empty_category, "fox", "holds 0 images"),
    "image outside the categories": Bad(holding(**{"3.png": GOOD}), "3.png", "so it has no label"),
    "text among the images": Bad(holding(**{"dog/2.txt": b""}), "dog/2.txt", "no PNG or JPEG by its name"),
    "folder that is no category": Bad(
        holding(**{"categories.txt": b"cat\nfox\n"}), "dog", r"'dog' is none of the categories \(cat, fox\)"
    ),
    "category without a folder": Bad(
        holding(**{"categories.txt": b"cat\ndog\nfox\n"}), "", "no folder for the category 'fox'"
    ),
    "categories that are no text": Bad(
        holding(**{"categories.txt": b"\xff\xfe"}), "categories.txt", "is not text in UTF-8"
    ),
}
MANIFESTS = {
    "manifest missing": Bad(listed("", **{"labels.csv": None}), "labels.csv", "is missing"),
    "manifest without a label": Bad(listed(ROWS + "c.png,\n"), "labels.csv", "line 4: c.png has no label"),
    "manifest that climbs": Bad(
        listed(ROWS + "../x.png,cat\n"), "labels.csv", r"line 4: '\.\./x\.png' is not the name"
    ),
    "manifest with an absolute name": Bad(listed(ROWS + "/etc/passwd,cat\n"), "labels.csv", "line 4: '/etc"),
    "manifest of what is not there": Bad(listed(ROWS + "c.png,cat\n"), "labels.csv", "line 4: there is no"),
    "manifest with a row twice": Bad(
        listed(ROWS + "a.png,dog\n"), "labels.csv", "a.png is in line 2 already"
    ),
    "manifest that forgets one": Bad(
        listed("file,label\na.png,cat\n"), "labels.csv", "says no label for b.png"
    ),
    "manifest of 0 images": Bad(
        listed("file,label\n", **{"a.png": None, "b.png": None}), "labels.csv", "lists 0 images"
    ),
    "manifest with three fields": Bad(listed(ROWS + "a,b,c\n"), "labels.csv", "line 4: 3 fields"),
    "manifest in another encoding": Bad(
        listed(ROWS + "\xe9.png,cat\n"), "labels.csv", "not a CSV file in UTF"
    ),
    "manifest with an open quote": Bad(listed(ROWS + '"c.png,cat\n'), "labels.csv", "not a CSV file"),
    "manifest with an unknown label": Bad(
        listed(ROWS, **{"categories.txt": b"cat\nfox\n"}), "labels.csv", "line 3: 'dog' is none"
    ),
}
BAD = {**FOLDERS, **MANIFESTS}
