"""The folders of CIFAR-10 and CIFAR-100: read as published, in colour, and without running what they hold."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from labelling.datasets import Search, Source, find_source
from labelling.errors import DatasetNotFound
from tests.labelling.datasets.cifar_files import NAMES, cifar_10, cifar_100, images, python_2, rows

LABELS = [0, 1, 2, 2, 1, 0]


def read(folder: Path, split: str = "test") -> Source:
    return find_source("small", Search(folder=folder, split=split, network=False))


def pixels(source: Source) -> np.ndarray:
    return np.stack([item.image for item in source.items()])


@pytest.mark.parametrize("below", ["", "cifar-10-batches-py"], ids=["the folder", "the folder above"])
def test_cifar_10_is_read_in_colour(tmp_path: Path, below: str) -> None:
    cifar_10(tmp_path / below, pixels=images(), labels=LABELS)
    source = read(tmp_path)
    assert np.array_equal(pixels(source), images())
    assert [item.ground_truth for item in source.items()] == LABELS
    assert [category.name for category in source.categories] == NAMES
    assert "(batches.meta and test_batch, as in cifar-10-batches-py)" in source.found


def test_the_training_split_is_five_batches_in_their_order(tmp_path: Path) -> None:
    cifar_10(tmp_path, pixels=images(), labels=LABELS)
    for number in range(5):
        table: dict[str, Any] = {"labels": [number % 3], "data": rows(images(5)[number : number + 1])}
        (tmp_path / f"data_batch_{number + 1}").write_bytes(python_2(table))
    source = read(tmp_path, "train")
    assert np.array_equal(pixels(source), images(5))
    assert [item.ground_truth for item in source.items()] == [0, 1, 2, 0, 1]


@pytest.mark.parametrize("split", ["train", "test"])
def test_cifar_100_has_fine_labels_and_their_groups(tmp_path: Path, split: str) -> None:
    cifar_100(tmp_path / "cifar-100-python", pixels=images(), fine=LABELS, coarse=[0, 1, 1, 1, 1, 0])
    source = read(tmp_path, split)
    assert np.array_equal(pixels(source), images())
    assert [source.categories[item.ground_truth].name for item in source.items()][:3] == NAMES
    assert [item.metadata["group"] for item in source.items()][:2] == ["machine", "animal"]


def test_another_split_is_not_there(tmp_path: Path) -> None:
    cifar_10(tmp_path, pixels=images(), labels=LABELS)
    with pytest.raises(DatasetNotFound, match="holds no validation split"):
        read(tmp_path, "validation")
