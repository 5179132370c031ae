"""The real test set has one dataset checksum, whichever of these forms it comes in."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from labelling.datasets import Search, find_source
from labelling.datasets.fashion_mnist import CATEGORIES, CHECKSUMS, OFFICIAL_MD5
from tests.labelling.datasets.encoded_images import png
from tests.labelling.datasets.hdf5_files import write_hdf5
from tests.labelling.datasets.idx_files import idx
from tests.labelling.datasets.parquet_files import write_parquet
from tests.labelling.datasets.tfds_files import write_tfds

BESIDE_THE_CHECKOUT = Path(__file__).resolve().parents[4] / "shared" / "fashion-mnist"
NAMES = [category.name for category in CATEGORIES]

Content = tuple[np.ndarray, np.ndarray]


@pytest.fixture(scope="module")
def content() -> Content:
    """The images and labels of the official test files."""
    folder = Path(os.environ.get("FASHION_MNIST_DIR") or BESIDE_THE_CHECKOUT)
    if not all((folder / name).is_file() for name in OFFICIAL_MD5):
        pytest.skip(f"The official files are not in {folder}; FASHION_MNIST_DIR may name their folder.")
    items = list(find_source("fashion-mnist", Search(folder=folder)).items())
    return np.stack([item.image for item in items]), np.array([item.ground_truth for item in items])


@pytest.fixture(scope="module")
def encoded(content: Content) -> list[bytes]:
    return [png(image) for image in content[0]]


def tfds(folder: Path, content: Content, encoded: list[bytes]) -> None:
    write_tfds(folder, images=encoded, labels=content[1], names=NAMES)


def tfds_shuffled(folder: Path, content: Content, encoded: list[bytes]) -> None:
    """Store the images as TensorFlow Datasets does: by the MD5 sum of the split's name and their number."""
    order = sorted(range(len(encoded)), key=lambda key: hashlib.md5(f"test{key}".encode()).hexdigest())
    images = [encoded[place] for place in order]
    write_tfds(folder, images=images, labels=content[1][order], names=NAMES, shards=3)


def huggingface(folder: Path, content: Content, encoded: list[bytes]) -> None:
    names = ["T - shirt / top", *NAMES[1:]]  # as the hub writes it
    write_parquet(folder, images=encoded, labels=content[1].tolist(), names=names, shards=2)


def hdf5(folder: Path, content: Content, encoded: list[bytes]) -> None:
    write_hdf5(folder / "fashionmnist.h5", content[0].astype(np.float32), content[1])


def npz(folder: Path, content: Content, encoded: list[bytes]) -> None:
    np.savez_compressed(folder / "fashion_mnist.npz", x_test=content[0], y_test=content[1])


def kaggle_csv(folder: Path, content: Content, encoded: list[bytes]) -> None:
    header = ",".join(["label", *(f"pixel{number}" for number in range(1, 785))])
    rows = np.column_stack([content[1], content[0].reshape(len(content[1]), -1)])
    np.savetxt(folder / "fashion-mnist_test.csv", rows, fmt="%d", delimiter=",", header=header, comments="")


def folders(folder: Path, content: Content, encoded: list[bytes]) -> None:
    for index, (image, label) in enumerate(zip(encoded, content[1], strict=True)):
        path = folder / "test" / str(label) / f"{index:05}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(image)


def manifest(folder: Path, content: Content, encoded: list[bytes]) -> None:
    lines = ["file,label"]
    for index, (image, label) in enumerate(zip(encoded, content[1], strict=True)):
        (folder / f"{index:05}.png").write_bytes(image)
        lines.append(f"{index:05}.png,{NAMES[label]}")
    (folder / "labels.csv").write_text("\n".join(lines) + "\n")


def idx_unpacked(folder: Path, content: Content, encoded: list[bytes]) -> None:
    (folder / "t10k-images-idx3-ubyte").write_bytes(idx(content[0]))
    (folder / "t10k-labels-idx1-ubyte").write_bytes(idx(content[1].astype(np.uint8)))


ALL_FORMS = [tfds, tfds_shuffled, huggingface, hdf5, npz, kaggle_csv, folders, manifest, idx_unpacked]


def test_the_folder_of_tensorflow_datasets_is_found(
    tmp_path: Path, content: Content, encoded: list[bytes], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    settings.FASHION_MNIST_DIR, settings.DATA_DIR, settings.BASE_DIR = "", tmp_path, tmp_path
    tfds(tmp_path / "tensorflow_datasets" / "fashion_mnist" / "3.0.1", content, encoded)
    source = find_source("fashion-mnist", Search(network=False))
    assert "Read from the folder of TensorFlow Datasets" in source.found
    assert source.checksum() == CHECKSUMS["test"]


@pytest.mark.parametrize("write", ALL_FORMS)
def test_the_official_content_is_recognised_in_each_form(
    tmp_path: Path, content: Content, encoded: list[bytes], write: Callable[..., None]
) -> None:
    write(tmp_path, content, encoded)
    source = find_source("fashion-mnist", Search(folder=tmp_path))
    assert source.checksum() == CHECKSUMS["test"]
    assert "Images and labels are those of the official files." in source.found
