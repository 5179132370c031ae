"""Parquet as on the Hugging Face hub: shards in order, names from the metadata."""

import sys
from pathlib import Path

import numpy as np
import pytest

from labelling.datasets import Search, Source, find_source
from labelling.errors import DatasetError
from tests.labelling.datasets.encoded_images import pictures
from tests.labelling.datasets.parquet_files import NAMES, write_parquet


def read(folder: Path, **search: object) -> Source:
    return find_source("small", Search(folder=folder, **search))


@pytest.mark.parametrize(
    ("shards", "options"),
    [(1, {}), (4, {}), (1, {"row_group_size": 2}), (1, {"compression": "zstd"}), (1, {"version": "1.0"})],
)
def test_images_and_labels_are_read_in_the_order_of_the_shards(
    tmp_path: Path, shards: int, options: dict[str, object]
) -> None:
    write_parquet(tmp_path, shards=shards, **options)
    source = read(tmp_path)
    items = list(source.items())
    assert [item.ground_truth for item in items] == [0, 1, 2, 0, 1, 2]
    assert np.array_equal(np.stack([item.image for item in items]), pictures())
    assert [category.name for category in source.categories] == list(NAMES)


def test_a_folder_as_the_hub_gives_it_is_read(tmp_path: Path) -> None:
    write_parquet(tmp_path / "fashion_mnist")
    source = read(tmp_path)
    assert source.size == 6
    assert "Hugging Face, 1 parquet shard from test-00000-of-00001.parquet" in source.found


def test_an_older_name_with_a_sum_in_it_is_read(tmp_path: Path) -> None:
    (path,) = write_parquet(tmp_path / "data")
    path.rename(path.with_name("test-00000-of-00001-0a1b2c3d4e5f6789.parquet"))
    assert read(tmp_path).size == 6


def test_each_split_has_its_own_shards(tmp_path: Path) -> None:
    write_parquet(tmp_path, split="train")
    assert read(tmp_path, split="train").size == 6
    with pytest.raises(DatasetError, match="holds no test split"):
        read(tmp_path)


@pytest.mark.parametrize("package", ["pyarrow", "pyarrow.parquet"])
def test_without_pyarrow_the_error_says_what_to_install(
    tmp_path: Path, package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_parquet(tmp_path)
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(DatasetError, match=r"pyarrow, which is not installed.*requirements-formats\.txt"):
        read(tmp_path)
