"""IDX where torchvision, Keras and the Zalando repository have it: MNIST, KMNIST, Fashion-MNIST, EMNIST."""

import gzip
from pathlib import Path

import numpy as np
import pytest

from labelling.datasets import Search, Source, find_source
from labelling.errors import DatasetError
from tests.labelling.datasets.idx_files import idx, images, labels, write_pair

REAL = Path(__file__).resolve().parents[4] / "shared" / "fashion-mnist"


def read(folder: Path, name: str = "small", form: str = "auto") -> Source:
    return find_source(name, Search(folder=folder, form=form, network=False))


@pytest.mark.parametrize("given", ["data", "data/KMNIST", "data/KMNIST/raw"])
def test_any_folder_on_the_way_to_the_files_will_do(tmp_path: Path, given: str) -> None:
    write_pair(tmp_path / "data/KMNIST/raw", packed=False)
    assert read(tmp_path / given).size == 6


def test_it_is_told_in_which_folder_the_files_were(tmp_path: Path) -> None:
    write_pair(tmp_path / "MNIST/raw")
    assert "in its folder MNIST/raw)" in read(tmp_path).found


def test_of_several_datasets_one_must_be_chosen(tmp_path: Path) -> None:
    write_pair(tmp_path / "MNIST/raw")
    write_pair(tmp_path / "KMNIST/raw")
    with pytest.raises(DatasetError, match=r"Choose one: --path .*/KMNIST/raw or --path .*/MNIST/raw"):
        read(tmp_path)


def emnist(folder: Path, variant: str, first: int = 0) -> None:
    """Write a variant as it is published: columns where rows belong."""
    folder.mkdir(parents=True, exist_ok=True)
    stored = np.ascontiguousarray(images().transpose(0, 2, 1))
    (folder / f"emnist-{variant}-test-images-idx3-ubyte").write_bytes(idx(stored))
    (folder / f"emnist-{variant}-test-labels-idx1-ubyte").write_bytes(idx(labels() + np.uint8(first)))


def test_emnist_is_put_the_right_way_round(tmp_path: Path) -> None:
    emnist(tmp_path / "EMNIST/raw", "balanced")
    source = read(tmp_path)
    assert source.shape == (4, 3, 1)
    assert np.array_equal(np.stack([item.image for item in source.items()]), images())


@pytest.mark.parametrize(
    ("variant", "first", "count", "names"),
    [
        ("byclass", 0, 62, ["0", "1", "2"]),
        ("bymerge", 0, 47, ["0", "1", "2"]),
        ("balanced", 0, 47, ["0", "1", "2"]),
        ("letters", 1, 26, ["A", "B", "C"]),
        ("digits", 0, 10, ["0", "1", "2"]),
        ("mnist", 0, 10, ["0", "1", "2"]),
    ],
)
def test_each_variant_of_emnist_has_its_characters(
    tmp_path: Path, variant: str, first: int, count: int, names: list[str]
) -> None:
    emnist(tmp_path, variant, first)
    source = read(tmp_path)
    assert len(source.categories) == count
    assert [source.categories[item.ground_truth].name for item in source.items()][:3] == names


def test_of_several_variants_one_is_chosen_by_its_form(tmp_path: Path) -> None:
    emnist(tmp_path, "letters", 1)
    emnist(tmp_path, "digits")
    with pytest.raises(DatasetError, match=r"--format emnist-digits .*--format emnist-letters"):
        read(tmp_path)
    assert len(read(tmp_path, form="emnist-letters").categories) == 26


def test_a_label_outside_a_variant_is_refused(tmp_path: Path) -> None:
    emnist(tmp_path, "letters", 0)
    with pytest.raises(DatasetError, match=r"emnist-letters-test-labels.*label -1 at position 0"):
        read(tmp_path)


@pytest.mark.skipif(not REAL.is_dir(), reason=f"the official files are not in {REAL}")
def test_images_and_labels_are_those_of_the_zalando_reader() -> None:
    def load_mnist(path: Path, kind: str) -> tuple[np.ndarray, np.ndarray]:
        """Read as the repository's reader does: labels after 8 bytes, flat images after 16."""
        with gzip.open(path / f"{kind}-labels-idx1-ubyte.gz") as file:
            truth = np.frombuffer(file.read(), np.uint8, offset=8)
        with gzip.open(path / f"{kind}-images-idx3-ubyte.gz") as file:
            return np.frombuffer(file.read(), np.uint8, offset=16).reshape(len(truth), 784), truth

    flat, truth = load_mnist(REAL, "t10k")
    items = list(read(REAL, "fashion-mnist").items())
    stacked = np.stack([item.image for item in items])
    assert stacked.shape == (10_000, 28, 28)  # as Keras returns them
    assert stacked.dtype == np.uint8
    assert np.array_equal(stacked.reshape(-1, 784), flat)
    assert [item.ground_truth for item in items] == truth.tolist()
