"""IDX files: read as they are, and refused with the file's name when they are something else."""

import gzip
import tracemalloc
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from labelling.datasets.idx import idx_source, open_idx
from labelling.errors import DatasetError
from tests.labelling.datasets.idx_files import idx, images, labels, write_pair


def source(folder: Path, **contents: object) -> object:
    image_path, label_path = write_pair(folder, **contents)
    return idx_source(images=image_path, labels=label_path, name="small", split="test")


@pytest.mark.parametrize("packed", [True, False])
def test_images_and_labels_are_read_in_order(tmp_path: Path, packed: bool) -> None:
    items = list(source(tmp_path, packed=packed).items())
    assert [item.index for item in items] == list(range(6))
    assert [item.ground_truth for item in items] == [0, 1, 2, 0, 1, 2]
    assert np.array_equal(np.stack([item.image for item in items]), images())


@given(
    pixels=arrays(np.uint8, array_shapes(min_dims=3, max_dims=3, min_side=1, max_side=7)),
    packed=st.booleans(),
)
def test_what_is_written_is_what_is_read(pixels: np.ndarray, packed: bool) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "images"
        path.write_bytes(gzip.compress(idx(pixels)) if packed else idx(pixels))
        assert np.array_equal(np.stack(list(open_idx(path, dimensions=3).records())), pixels)


def test_a_file_unpacked_by_a_browser_under_its_old_name_is_read(tmp_path: Path) -> None:
    paths = write_pair(tmp_path, packed=True)
    for path in paths:
        path.write_bytes(gzip.decompress(path.read_bytes()))
    assert idx_source(images=paths[0], labels=paths[1], name="small", split="test").size == 6


BAD_IMAGES = {
    "empty file": (b"", "is not IDX"),
    "text": (b"label,pixel1\n3,0\n", "is not IDX"),
    "a web page": (b"<!doctype html><title>Sign in</title>", "is not IDX"),
    "a PNG": (b"\x89PNG\r\n\x1a\n" + bytes(64), "is not IDX"),
    "an npy file": (b"\x93NUMPY" + bytes(64), "is not IDX"),
    "two bytes": (b"\x00\x00", "is not IDX"),
    "floats": (idx(images(), kind=0x0D), r"type 0x0D \(float\); unsigned bytes are needed"),
    "signed bytes": (idx(images(), kind=0x09), r"type 0x09 \(signed bytes\)"),
    "a type that does not exist": (idx(images(), kind=0x42), r"type 0x42 \(an unknown type\)"),
    "labels": (idx(labels()), "it looks like a file of labels"),
    "four dimensions": (idx(images().reshape(6, 4, 3, 1)), "has 4 dimensions where images have 3"),
    "half a header": (idx(images())[:9], "ends within its header"),
    "no images": (idx(images()[:0]), "is empty: its header says 0 x 4 x 3"),
    "no width": (idx(images()[:, :, :0]), "is empty"),
    "one byte too few": (idx(images())[:-1], "is truncated: its header promises 72 bytes, 71 are there"),
    "a header alone": (idx(images())[:16], "is truncated: .* 0 are there"),
    "one byte too many": (idx(images()) + b"\0", "is too long"),
    "more images promised than there are": (idx(images(), shape=(7, 4, 3)), "is truncated"),
    "fewer images promised than there are": (idx(images(), shape=(5, 4, 3)), "is too long"),
    "images a mile wide": (idx(images(), shape=(1, 4, 70_000)), "the largest side is 8192"),
    "four thousand million images": (
        idx(images(), shape=(2**32 - 1, 28, 28)),
        "a lying header or a gzip bomb",
    ),
}


@pytest.mark.parametrize("packed", [True, False], ids=["gzip", "plain"])
@pytest.mark.parametrize(("content", "fault"), BAD_IMAGES.values(), ids=BAD_IMAGES)
def test_bad_images_are_refused_by_name(tmp_path: Path, content: bytes, fault: str, packed: bool) -> None:
    with pytest.raises(DatasetError, match=fault) as refusal:
        source(tmp_path, image_bytes=content, packed=packed)
    assert "t10k-images-idx3-ubyte" in str(refusal.value)


BAD_LABELS = {
    "images": (idx(images()), "it looks like a file of images"),
    "one label too few": (idx(labels(5)), "has 6 images, .* has 5 labels"),
    "one label too many": (idx(labels(7)), "has 6 images, .* has 7 labels"),
    "a gap in the numbers": (idx(np.array([0, 1, 3, 0, 1, 3], np.uint8)), "no item has label 2"),
}


@pytest.mark.parametrize(("content", "fault"), BAD_LABELS.values(), ids=BAD_LABELS)
def test_bad_labels_are_refused_by_name(tmp_path: Path, content: bytes, fault: str) -> None:
    with pytest.raises(DatasetError, match=fault) as refusal:
        source(tmp_path, label_bytes=content)
    assert "t10k-labels-idx1-ubyte" in str(refusal.value)


def test_a_label_outside_the_known_categories_is_refused_with_its_position(tmp_path: Path) -> None:
    from labelling.datasets.fashion_mnist import CATEGORIES

    wrong = np.array([0, 1, 10, 0, 1, 2], np.uint8)
    image_path, label_path = write_pair(tmp_path, label_bytes=idx(wrong))
    with pytest.raises(DatasetError, match="label 10 at position 2 is outside 0-9"):
        idx_source(
            images=image_path, labels=label_path, name="fashion-mnist", split="test", categories=CATEGORIES
        )


@pytest.mark.parametrize("cut", [5, 20, -4])
def test_a_damaged_gzip_file_is_refused_by_name(tmp_path: Path, cut: int) -> None:
    image_path, label_path = write_pair(tmp_path)
    image_path.write_bytes(image_path.read_bytes()[:cut])
    with pytest.raises(DatasetError, match=r"t10k-images-idx3-ubyte\.gz is (a damaged gzip file|truncated)"):
        idx_source(images=image_path, labels=label_path, name="small", split="test")


def test_a_folder_in_the_place_of_a_file_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    with pytest.raises(DatasetError, match="images cannot be read"):
        open_idx(tmp_path / "images", dimensions=3)


def test_a_gzip_bomb_is_refused_without_unpacking_it(tmp_path: Path) -> None:
    path = tmp_path / "t10k-images-idx3-ubyte.gz"
    with gzip.open(path, "wb") as file:
        file.write(idx(images(), shape=(400_000, 28, 28))[:16])
        for _ in range(300):
            file.write(bytes(1 << 20))
    tracemalloc.start()
    with pytest.raises(DatasetError, match="a lying header or a gzip bomb"):
        open_idx(path, dimensions=3)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 16 << 20
