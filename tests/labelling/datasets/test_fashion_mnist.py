"""Fashion-MNIST: where it is looked for, what is checked, and the real files."""

import gzip
import hashlib
import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from labelling.datasets import Search, find_source
from labelling.datasets.fashion_mnist import CHECKSUMS, OFFICIAL_FILES, OFFICIAL_MD5
from labelling.errors import DatasetError, DatasetNotFound
from tests.labelling.datasets.idx_files import write_pair
from tests.postgres_cluster import free_port

BESIDE_THE_CHECKOUT = Path(__file__).resolve().parents[4] / "shared" / "fashion-mnist"


@pytest.fixture
def real() -> Path:
    """The folder of the four official files."""
    folder = Path(os.environ.get("FASHION_MNIST_DIR") or BESIDE_THE_CHECKOUT)
    if not all((folder / name).is_file() for name in OFFICIAL_MD5):
        pytest.skip(f"The official files are not in {folder}; FASHION_MNIST_DIR may name their folder.")
    return folder


@pytest.fixture(autouse=True)
def empty_home(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with nothing on it: no caches, no data folder, and nobody at the official address."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.chdir(home)
    settings.BASE_DIR = home / "product"
    settings.DATA_DIR = home / "product" / "data"
    settings.FASHION_MNIST_DIR = ""
    settings.FASHION_MNIST_URL = f"http://127.0.0.1:{free_port()}/"
    return home


def copy(real: Path, folder: Path, split: str = "test") -> Path:
    folder.mkdir(parents=True)
    for file in OFFICIAL_FILES[split]:
        shutil.copy(real / file.name, folder)
    return folder


def test_the_real_files_have_the_sums_that_the_readme_prints(real: Path) -> None:
    sums = {name: hashlib.md5((real / name).read_bytes()).hexdigest() for name in OFFICIAL_MD5}
    assert sums == OFFICIAL_MD5


def test_the_real_files_have_the_lengths_that_are_fetched(real: Path) -> None:
    for file in [*OFFICIAL_FILES["test"], *OFFICIAL_FILES["train"]]:
        assert (real / file.name).stat().st_size == file.size


@pytest.mark.parametrize(("split", "size"), [("test", 10_000), ("train", 60_000)])
def test_the_real_set_has_every_category_equally_often(real: Path, split: str, size: int) -> None:
    source = find_source("fashion-mnist", Search(folder=real, split=split))
    truth = [item.ground_truth for item in source.items()]
    assert np.bincount(truth).tolist() == [size // 10] * 10


def test_the_real_test_set_has_the_checksum_that_is_written_down(real: Path) -> None:
    assert find_source("fashion-mnist", Search(folder=real)).checksum() == CHECKSUMS["test"]


@pytest.mark.parametrize(
    ("place", "called"),
    [
        ("product/data/fashion-mnist", "the product's own data folder"),
        (".keras/datasets/fashion-mnist", "the Keras cache"),
        ("data/FashionMNIST/raw", "the torchvision folder"),
    ],
)
def test_the_folders_that_people_have_are_found(
    real: Path, empty_home: Path, place: str, called: str
) -> None:
    copy(real, empty_home / place)
    source = find_source("fashion-mnist", Search(network=False))
    assert called in source.found
    assert "The MD5 sums are the official ones." in source.found


def test_the_folder_of_the_setting_comes_first(real: Path, empty_home: Path, settings: Any) -> None:
    copy(real, empty_home / ".keras/datasets/fashion-mnist")
    settings.FASHION_MNIST_DIR = str(real)
    assert "FASHION_MNIST_DIR" in find_source("fashion-mnist", Search(network=False)).found


def test_unpacked_files_are_checked_by_their_content(real: Path, empty_home: Path) -> None:
    folder = copy(real, empty_home / "data/FashionMNIST/raw")
    for path in list(folder.iterdir()):
        path.with_suffix("").write_bytes(gzip.decompress(path.read_bytes()))
        path.unlink()
    found = find_source("fashion-mnist", Search(network=False)).found
    assert "Images and labels are those of the official files." in found


def test_files_with_other_sums_are_refused_in_a_folder_that_was_chosen(tmp_path: Path, settings: Any) -> None:
    write_pair(tmp_path / "other")
    settings.FASHION_MNIST_DIR = str(tmp_path / "other")
    with pytest.raises(DatasetError, match="is not the official file: its MD5 sum is"):
        find_source("fashion-mnist", Search(network=False))


def test_files_with_other_sums_are_passed_over_elsewhere(real: Path, empty_home: Path) -> None:
    write_pair(empty_home / ".keras/datasets/fashion-mnist")
    copy(real, empty_home / "data/FashionMNIST/raw")
    found = find_source("fashion-mnist", Search(network=False)).found
    assert "the torchvision folder" in found
    assert "Passed over:" in found


def test_a_chosen_folder_without_the_files_is_an_error(tmp_path: Path, settings: Any) -> None:
    settings.FASHION_MNIST_DIR = str(tmp_path)
    with pytest.raises(DatasetError, match=r"\(FASHION_MNIST_DIR names this folder\.\)"):
        find_source("fashion-mnist", Search(network=False))


def test_nowhere_is_told_with_every_place_that_was_looked_at(empty_home: Path) -> None:
    with pytest.raises(DatasetNotFound) as refusal:
        find_source("fashion-mnist", Search(network=False))
    assert str(empty_home / ".keras" / "datasets" / "fashion-mnist") in str(refusal.value)
    assert "could not be fetched" not in str(refusal.value)


def test_without_files_the_official_address_is_asked() -> None:
    with pytest.raises(DatasetNotFound, match=r"t10k-images-idx3-ubyte\.gz could not be fetched: .*refused"):
        find_source("fashion-mnist", Search())


def test_fetched_files_are_read_and_kept_for_the_next_time(
    real: Path, empty_home: Path, settings: Any
) -> None:
    import functools
    import threading
    from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_words: object) -> None:
            """Print nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(real))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        settings.FASHION_MNIST_URL = f"http://127.0.0.1:{server.server_port}/"
        found = find_source("fashion-mnist", Search()).found
        server.shutdown()
        thread.join()
    assert found.startswith("Fetched t10k-images-idx3-ubyte.gz and t10k-labels-idx1-ubyte.gz from http://")
    assert "the product's own data folder" in find_source("fashion-mnist", Search(network=False)).found


def test_an_unknown_split_is_refused() -> None:
    with pytest.raises(DatasetError, match=r"no split 'validation'\. Choose test or train"):
        find_source("fashion-mnist", Search(split="validation"))
