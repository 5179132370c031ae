"""npz files: which arrays are taken, the shapes that they may have, and that they are read in slices."""

import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from labelling.datasets import Search, Source, find_source
from labelling.errors import DatasetError, DatasetNotFound

X = np.arange(6 * 4 * 4, dtype=np.uint8).reshape(6, 4, 4)
Y = np.arange(6) % 3


def read(folder: Path, split: str = "test", **search: Any) -> Source:
    return find_source("small", Search(folder=folder, split=split, network=False, **search))


def pixels(source: Source) -> np.ndarray:
    return np.stack([item.image for item in source.items()])


def test_x_and_y_are_images_and_labels(tmp_path: Path) -> None:
    np.savez(tmp_path / "mine.npz", x=X, y=Y)
    source = read(tmp_path)
    assert np.array_equal(pixels(source), X)
    assert [item.ground_truth for item in source.items()] == Y.tolist()
    assert "(mine.npz, the only npz file for every split)" in source.found


@pytest.mark.parametrize(
    ("images", "labels"), [("x_{}", "y_{}"), ("{}_images", "{}_labels"), ("X_{}", "Y_{}")]
)
def test_both_splits_of_one_file_are_read(tmp_path: Path, images: str, labels: str) -> None:
    arrays = {
        images.format("train"): X,
        labels.format("train"): Y,
        images.format("test"): X[:3],
        labels.format("test"): Y[:3],
    }
    np.savez_compressed(tmp_path / "mnist.npz", **arrays)
    assert np.array_equal(pixels(read(tmp_path)), X[:3])
    assert np.array_equal(pixels(read(tmp_path, "train")), X)


def test_a_file_of_another_split_is_not_taken(tmp_path: Path) -> None:
    np.savez(tmp_path / "small-train.npz", x=X, y=Y)
    assert read(tmp_path, "train").size == 6
    with pytest.raises(DatasetNotFound, match="holds no test split"):
        read(tmp_path)


@pytest.mark.parametrize(
    ("shape", "expected"),
    [((6, 16), (4, 4, 1)), ((6, 2, 8), (2, 8, 1)), ((6, 4, 4, 1), (4, 4, 1)), ((2, 4, 4, 3), (4, 4, 3))],
)
def test_images_are_flat_grey_or_coloured(
    tmp_path: Path, shape: tuple[int, ...], expected: tuple[int, ...]
) -> None:
    x = np.arange(np.prod(shape), dtype=np.uint8).reshape(shape)
    np.savez(tmp_path / "mine.npz", x=x, y=Y[: shape[0]])
    source = read(tmp_path)
    assert source.shape == expected
    assert np.array_equal(pixels(source).ravel(), x.ravel())


@pytest.mark.parametrize("labels", [Y.astype(np.uint8), Y.astype(">i4"), Y.reshape(6, 1)])
def test_labels_are_whole_numbers_of_any_kind(tmp_path: Path, labels: np.ndarray) -> None:
    np.savez(tmp_path / "mine.npz", x=X, y=labels)
    assert [item.ground_truth for item in read(tmp_path).items()] == Y.tolist()


@pytest.mark.parametrize("key", ["names", "categories"])
def test_names_name_the_categories(tmp_path: Path, key: str) -> None:
    np.savez(tmp_path / "mine.npz", x=X, y=Y, **{key: np.array(["cat", "dög", "cow"])})
    assert [category.name for category in read(tmp_path).categories] == ["cat", "dög", "cow"]


def test_a_large_file_is_read_in_slices(tmp_path: Path) -> None:
    count = 40_000
    x = np.random.default_rng(1).integers(0, 256, (count, 28, 28), dtype=np.uint8)
    np.savez(tmp_path / "mine.npz", x=x, y=np.arange(count) % 10)
    tracemalloc.start()
    for _ in read(tmp_path).items():
        pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 << 20 < x.nbytes


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "mine.npz", x=X, y=Y)
    source = read(tmp_path)
    np.savez(tmp_path / "mine.npz", x=X[:2], y=Y[:2])
    with pytest.raises(DatasetError, match=r"mine\.npz.*(ends before its 6 entries|damaged)"):
        list(source.items())
