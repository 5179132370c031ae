"""Parquet with something wrong in it."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tests.labelling.datasets.bad_files import Bad
from tests.labelling.datasets.encoded_images import HTML, SVG, bomb, pictures, png
from tests.labelling.datasets.parquet_files import described, write_parquet

SHARD = "test-00000-of-00001.parquet"
PNG = png(pictures(1)[0])


def holding(**contents: object) -> Callable[[Path], object]:
    return lambda folder: write_parquet(folder, **contents)


def changed(change: Callable[[bytes], bytes]) -> Callable[[Path], object]:
    """Return a writer of a good file whose bytes are then changed."""

    def write(folder: Path) -> None:
        plain = {"compression": "none", "use_dictionary": False, "write_statistics": False}
        (path,) = write_parquet(folder, write_page_checksum=True, **plain)
        path.write_bytes(change(path.read_bytes()))

    return write


def table(**columns: pa.Array) -> Callable[[Path], object]:
    """Return a writer of these columns, with the metadata of a good file."""

    def write(folder: Path) -> None:
        made = pa.table(columns).replace_schema_metadata({"huggingface": described(["a", "b"])})
        pq.write_table(made, folder / SHARD)

    return write


def missing(folder: Path) -> None:
    write_parquet(folder, shards=3)[1].unlink()


def differing(folder: Path) -> None:
    write_parquet(folder, shards=2)
    (other,) = write_parquet(folder / "other", names=["c", "b", "a"])
    other.rename(folder / "test-00001-of-00002.parquet")


def twice(folder: Path) -> None:
    (path,) = write_parquet(folder)
    (folder / "test-00000-of-00001-0a1b.parquet").write_bytes(path.read_bytes())


IMAGES = pa.array([{"bytes": PNG}])

BAD = {
    "parquet without a footer": Bad(
        changed(lambda data: data[:-40]), SHARD, "is no parquet file, or a damaged"
    ),
    "parquet with a broken footer": Bad(
        changed(lambda data: data[:-60] + b"\xff" * 40 + data[-20:]),
        SHARD,
        "is no parquet file, or a damaged",
    ),
    "parquet with a lying footer": Bad(
        changed(lambda data: data[:-8] + b"\xff\xff\xff\x7f" + data[-4:]), SHARD, "is no parquet file"
    ),
    "parquet with a flipped byte": Bad(
        changed(lambda data: data.replace(b"IHDR", b"IHDX", 1)), SHARD, "damaged one"
    ),
    "parquet that is a web page": Bad(changed(lambda _: HTML), SHARD, "is no parquet file"),
    "parquet that is empty": Bad(changed(lambda _: b""), SHARD, "is no parquet file"),
    "parquet, a missing shard": Bad(missing, "test-00001-of-00003.parquet", "is missing: 2 of 3 shards"),
    "parquet, a shard twice": Bad(twice, SHARD, "is one too many"),
    "parquet, shards that differ": Bad(
        differing, "test-00001-of-00002.parquet", "other columns or label names"
    ),
    "parquet without label names": Bad(holding(metadata=None), SHARD, "has no label names"),
    "parquet with metadata that are no JSON": Bad(holding(metadata="{"), SHARD, "do not describe features"),
    "parquet with metadata without depth": Bad(holding(metadata="[" * 9999), SHARD, "do not describe"),
    "parquet with metadata of something else": Bad(holding(metadata="[]"), SHARD, "do not describe features"),
    "parquet without a class label": Bad(
        holding(metadata='{"info": {"features": {"image": {"_type": "Image"}}}}'),
        SHARD,
        "1 image and 0 class",
    ),
    "parquet with a name that is a number": Bad(holding(names=["a", 7, "b"]), SHARD, "category name 7 is no"),
    "parquet of 0 images": Bad(holding(images=[]), SHARD, "there are 0 images"),
    "parquet without a label": Bad(holding(images=[PNG, PNG], labels=[0, None]), SHARD, "row 1 has no label"),
    "parquet with a label outside": Bad(
        holding(images=[PNG], labels=[3]), SHARD, "row 0: label 3 is outside"
    ),
    "parquet with a hidden label": Bad(holding(images=[PNG], labels=[-1]), SHARD, "label -1 is outside 0-2"),
    "parquet with a path alone": Bad(holding(images=[PNG, None]), SHARD, "row 1 has no image bytes"),
    "parquet with SVG": Bad(holding(images=[PNG, SVG]), SHARD, "row 1: the image .*like an SVG"),
    "parquet with a web page as image": Bad(holding(images=[HTML]), SHARD, "it looks like a web page"),
    "parquet with a pixel bomb": Bad(holding(images=[PNG, bomb()]), SHARD, "an image bomb"),
    "parquet with two sizes": Bad(
        holding(images=[PNG, png(pictures(1, 6)[0])]), SHARD, r"has the shape \(6, 6\)"
    ),
    "parquet bomb": Bad(
        holding(images=[bytes(60 << 20)], compression="zstd", use_dictionary=False), SHARD, "bytes: a bomb"
    ),
    "parquet without the label's column": Bad(table(image=IMAGES), SHARD, "has no column 'label'"),
    "parquet with images of text": Bad(
        table(image=pa.array(["a"]), label=pa.array([0])), SHARD, "image holds string; image bytes are needed"
    ),
    "parquet with labels of text": Bad(
        table(image=IMAGES, label=pa.array(["a"])), SHARD, "label holds string; whole numbers are needed"
    ),
    "parquet with pixels in a list": Bad(
        table(image=pa.array([np.zeros(4, np.uint8).tolist()]), label=pa.array([0])), SHARD, "image bytes are"
    ),
}
