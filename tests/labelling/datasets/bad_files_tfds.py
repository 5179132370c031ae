"""TensorFlow Datasets with something wrong in them."""

import struct
from collections.abc import Callable
from pathlib import Path

import crc32c
import numpy as np

from tests.labelling.datasets.bad_files import Bad
from tests.labelling.datasets.encoded_images import HTML, SVG, bomb, pictures, png, text_bomb
from tests.labelling.datasets.tfds_files import write_beside, write_tfds

SHARD = "fashion_mnist-test.tfrecord-00000-of-00001"
PNG = png(pictures(1)[0])


def holding(**contents: object) -> Callable[[Path], object]:
    return lambda folder: write_tfds(folder, **contents)


def one_image(image: bytes) -> Callable[[Path], object]:
    return holding(images=[PNG, image])


def changed(change: Callable[[bytes], bytes]) -> Callable[[Path], object]:
    """Return a writer of a good shard whose bytes are then changed."""

    def write(folder: Path) -> None:
        (path,) = write_tfds(folder)
        path.write_bytes(change(path.read_bytes()))

    return write


def without(name: str) -> Callable[[Path], object]:
    def write(folder: Path) -> None:
        write_tfds(folder, shards=2)
        (folder / name).unlink()

    return write


def replaced(name: str, text: str) -> Callable[[Path], object]:
    def write(folder: Path) -> None:
        write_tfds(folder)
        (folder / name).write_text(text)

    return write


def framed(record: bytes, *, claimed: int | None = None) -> Callable[[Path], object]:
    """Return a writer of a single record with right checksums, whatever is in it and however long it says."""

    def write(folder: Path) -> None:
        length = struct.pack("<Q", len(record) if claimed is None else claimed)
        (folder / SHARD).write_bytes(length + summed(length) + record + summed(record))
        write_beside(folder, names=("a", "b"), lengths=[1])

    return write


def summed(data: bytes) -> bytes:
    crc = crc32c.crc32c(data)
    return struct.pack("<I", (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF)


def mixed(folder: Path) -> None:
    write_tfds(folder)
    write_tfds(folder / "more", shards=2)[0].rename(folder / "fashion_mnist-test.tfrecord-00000-of-00002")


def flipped(place: int) -> Callable[[bytes], bytes]:
    return lambda data: data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


BAD = {
    "tfds, a shard cut within a record": Bad(
        changed(lambda data: data[:-20]), SHARD, r"is truncated: the record at offset \d+ claims"
    ),
    "tfds, a shard cut within a header": Bad(
        changed(lambda data: data + data[:7]),
        SHARD,
        r"is truncated: it ends within the header of the record at",
    ),
    "tfds, a record lost": Bad(
        changed(lambda data: data[: 16 + int.from_bytes(data[:8], "little")]),
        SHARD,
        "has 1 records, .* says 6",
    ),
    "tfds, a bit of an image turned": Bad(changed(flipped(60)), SHARD, "at offset 0 has the wrong checksum"),
    "tfds, a bit of a length turned": Bad(changed(flipped(1)), SHARD, "offset 0 does not fit its checksum"),
    "tfds, a length beyond the file": Bad(
        framed(b"abc", claimed=1 << 60), SHARD, "claims 1152921504606846976"
    ),
    "tfds, an empty shard": Bad(holding(images=[]), SHARD, "there are 0 images"),
    "tfds, a web page as a shard": Bad(changed(lambda _: HTML), SHARD, "does not fit its checksum"),
    "tfds, a missing shard": Bad(
        without("fashion_mnist-test.tfrecord-00001-of-00002"),
        "fashion_mnist-test.tfrecord-00001-of-00002",
        "is missing: 1 of 2 shards",
    ),
    "tfds, shards of two kinds": Bad(mixed, "", "mixes fashion_mnist in 1 shards and .* in 2 shards"),
    "tfds, no features.json": Bad(without("features.json"), "features.json", "is missing"),
    "tfds, no dataset_info.json": Bad(without("dataset_info.json"), "dataset_info.json", "is missing"),
    "tfds, no names of labels": Bad(without("label.labels.txt"), "label.labels.txt", "is missing"),
    "tfds, features that are no JSON": Bad(
        replaced("features.json", "[" * 100_000), "features.json", "is not JSON"
    ),
    "tfds, features of something else": Bad(
        replaced("features.json", "[1]"), "features.json", "does not describe a dictionary"
    ),
    "tfds, features without an image": Bad(
        replaced("features.json", '{"featuresDict": {"features": {}}}'), "features.json", "describes 0 images"
    ),
    "tfds, a name twice": Bad(
        replaced("label.labels.txt", "a\nb\na\n"), "label.labels.txt", "two categories are called 'a'"
    ),
    "tfds, a blank name": Bad(
        replaced("label.labels.txt", "a\n\nb\n"), "label.labels.txt", "the name '' of category 1"
    ),
    "tfds, a record that is no Example": Bad(framed(b"\xff" * 12), SHARD, "is no tf.train.Example"),
    "tfds, an Example that lies of its length": Bad(
        framed(b"\x0a\xff\xff\xff\xff\x0f" + b"x" * 8),
        SHARD,
        "a field claims 4294967295 bytes where 8 are left",
    ),
    "tfds, a number without an end": Bad(framed(b"\x0a" + b"\x80" * 11), SHARD, "does not end"),
    "tfds, a label outside the names": Bad(
        holding(images=[PNG], labels=[3]), SHARD, "label 3 is outside 0-2"
    ),
    "tfds, a hidden label": Bad(holding(images=[PNG], labels=[-1]), SHARD, "label -1 is outside 0-2"),
    "tfds, no label": Bad(holding(examples=[{"image": (PNG, "byte")}]), SHARD, "has no label"),
    "tfds, no image": Bad(holding(examples=[{"label": (1, "int")}]), SHARD, "has no image"),
    "tfds, two labels": Bad(
        holding(examples=[{"image": (PNG, "byte"), "label": ([1, 2], "int")}]),
        SHARD,
        "label is not one number",
    ),
    "tfds, SVG as PNG": Bad(one_image(SVG), SHARD, "it looks like an SVG drawing"),
    "tfds, a web page as PNG": Bad(one_image(HTML), SHARD, "it looks like a web page"),
    "tfds, half a PNG": Bad(one_image(PNG[:-30]), SHARD, "is a damaged PNG"),
    "tfds, a pixel bomb": Bad(one_image(bomb()), SHARD, "an image bomb"),
    "tfds, a bomb in a remark": Bad(one_image(text_bomb()), SHARD, "is a damaged PNG"),
    "tfds, 16 bits a channel": Bad(
        one_image(png(np.zeros((5, 5), np.uint16))), SHARD, "8 bits a channel are needed"
    ),
    "tfds, images of two sizes": Bad(
        one_image(png(pictures(1, side=6)[0])), SHARD, r"has the shape \(6, 6\), the first image \(5, 5\)"
    ),
}
