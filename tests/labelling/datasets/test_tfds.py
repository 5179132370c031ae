"""TensorFlow Datasets: read without TensorFlow, in the order of the shards."""

import random
from contextlib import suppress
from pathlib import Path

import crc32c as independent
import numpy as np
import pytest

from labelling.datasets import Search, Source, find_source
from labelling.datasets.crc32c import crc32c, crc32c_of_each
from labelling.datasets.tf_example import BadExample, read_example
from labelling.datasets.tfds import unshuffled
from labelling.errors import DatasetError
from tests.labelling.datasets.encoded_images import encoded, pictures, png
from tests.labelling.datasets.tfds_files import NAMES, write_tfds


def read(folder: Path, **search: object) -> Source:
    return find_source("small", Search(folder=folder, **search))


@pytest.mark.parametrize("shards", [1, 4])
def test_images_and_labels_are_read_in_the_order_of_the_shards(tmp_path: Path, shards: int) -> None:
    write_tfds(tmp_path, shards=shards)
    source = read(tmp_path)
    items = list(source.items())
    assert [item.ground_truth for item in items] == [0, 1, 2, 0, 1, 2]
    assert np.array_equal(np.stack([item.image for item in items]), pictures())
    assert [category.name for category in source.categories] == list(NAMES)


def test_the_only_version_below_the_folder_is_read(tmp_path: Path) -> None:
    write_tfds(tmp_path / "fashion_mnist" / "3.0.1")
    source = read(tmp_path / "fashion_mnist")
    assert source.size == 6
    assert "TensorFlow Datasets, 1 TFRecord shard" in source.found


def test_of_two_versions_one_must_be_named(tmp_path: Path) -> None:
    for version in ("3.0.0", "3.0.1"):
        write_tfds(tmp_path / version)
    with pytest.raises(DatasetError, match=r"in several folders \(3.0.0, 3.0.1\)"):
        read(tmp_path)


def test_each_split_has_its_own_shards(tmp_path: Path) -> None:
    write_tfds(tmp_path, split="train")
    assert read(tmp_path, split="train").size == 6
    with pytest.raises(DatasetError, match="holds no test split"):
        read(tmp_path)


def test_colour_is_kept_and_other_features_are_passed_over(tmp_path: Path) -> None:
    pixels = np.arange(75, dtype=np.uint8).reshape(5, 5, 3)
    example = {
        "id": (b"\xff\x00", "byte"),
        "weights": ([0.5, 1.5], "float"),
        "image": (png(pixels), "byte"),
        "label": (2, "int"),
    }
    write_tfds(tmp_path, examples=[example])
    source = read(tmp_path)
    (item,) = source.items()
    assert source.shape == (5, 5, 3)
    assert np.array_equal(item.image, pixels)


def test_jpeg_is_read_too(tmp_path: Path) -> None:
    write_tfds(tmp_path, images=[encoded(np.full((8, 8, 3), 200, np.uint8), "JPEG")])
    assert read(tmp_path).shape == (8, 8, 3)


def test_known_categories_keep_their_descriptions(tmp_path: Path) -> None:
    write_tfds(tmp_path)
    with pytest.raises(DatasetError, match=r"label.labels.txt names 3 categories; the dataset has 10"):
        find_source("fashion-mnist", Search(folder=tmp_path))


def test_shuffled_records_go_back_to_the_places_of_their_keys() -> None:
    # The MD5 sums of test0 to test4 begin with f6, 5a, ad, 8a and 86.
    stored = [(Path("shard"), key) for key in (1, 4, 3, 2, 0)]
    assert [key for _, key in unshuffled(stored, "test")] == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("longest", [100, 3000, 200_000])
def test_checksums_are_those_of_an_independent_package(longest: int) -> None:
    rng = random.Random(longest)
    records = [rng.randbytes(rng.randrange(longest)) for _ in range(40)]
    records += [rng.randbytes(length) for length in range(9)]
    assert crc32c_of_each(records).tolist() == [independent.crc32c(record) for record in records]


def test_a_single_checksum_is_that_of_an_independent_package() -> None:
    data = random.Random(1).randbytes(300)
    assert crc32c(data) == independent.crc32c(data)


@pytest.mark.parametrize("seed", range(20))
def test_any_bytes_are_an_example_or_refused(seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(50):
        with suppress(BadExample):
            read_example(rng.randbytes(rng.randrange(60)))
