"""HDF5: one file, or a file for each scale, read in slices."""

import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest

from labelling.datasets import Search, Source, find_source
from labelling.datasets.fashion_mnist import CATEGORIES
from labelling.errors import DatasetError
from tests.labelling.datasets.encoded_images import pictures
from tests.labelling.datasets.hdf5_files import scale_name, write_hdf5
from tests.source_files import ROOT


def read(folder: Path, **search: object) -> Source:
    return find_source("small", Search(folder=folder, **search))


def pixels(source: Source) -> np.ndarray:
    return np.stack([item.image for item in source.items()])


@pytest.mark.parametrize("kind", [np.uint8, np.int64, np.float32, np.float64])
@pytest.mark.parametrize("options", [{}, {"chunks": (4, 3, 6, 1), "compression": "gzip"}])
def test_images_and_labels_are_read_in_order(tmp_path: Path, kind: type, options: dict[str, object]) -> None:
    write_hdf5(tmp_path / "shapes.h5", pictures(side=6).astype(kind), **options)
    source = read(tmp_path)
    assert np.array_equal(pixels(source), pictures(side=6))
    assert [item.ground_truth for item in source.items()] == [0, 1, 2, 0, 1, 2]
    assert [category.name for category in source.categories] == ["0", "1", "2"]
    assert source.stratum == ""


def test_colour_is_kept(tmp_path: Path) -> None:
    images = np.arange(2 * 4 * 5 * 3, dtype=np.uint8).reshape(2, 4, 5, 3)
    write_hdf5(tmp_path / "shapes.h5", images)
    assert np.array_equal(pixels(read(tmp_path)), images)


def test_values_between_are_rounded_and_the_dataset_says_so(tmp_path: Path) -> None:
    images = np.zeros((1, 2, 3))
    images[0, 0] = [0.5, 1.5, 254.6]
    images[0, 1] = [-0.4, 255.4, 7.2]
    write_hdf5(tmp_path / "shapes.h5", images)
    source = read(tmp_path)
    assert pixels(source)[0].tolist() == [[0, 2, 255], [0, 255, 7]]
    assert "rounded to the nearest whole number, halves to the even one" in source.origin


@pytest.mark.parametrize("labels", [[[0], [1], [2]], [[0, 1, 2]], [0.0, 1.0, 2.0]])
def test_labels_may_stand_in_a_row_or_a_column_or_be_floats(tmp_path: Path, labels: list[object]) -> None:
    write_hdf5(tmp_path / "shapes.h5", pictures(3), np.array(labels))
    assert [item.ground_truth for item in read(tmp_path).items()] == [0, 1, 2]


@pytest.mark.parametrize(
    "stem",
    [
        "fashionmnist_with_scale_variations_and_translations_te10000_outsize72-72",
        "fashionmnist_with_scale_variations_te10000_outsize72-72",
    ],
)
def test_files_of_several_scales_become_one_dataset_in_the_order_of_scale(tmp_path: Path, stem: str) -> None:
    for number, scale in enumerate((2.0, 0.5, 1.189)):
        write_hdf5(tmp_path / scale_name(scale, stem), np.full((2, 8, 8), 50 + number, np.uint8), [9, number])
    source = read(tmp_path)
    assert source.stratum == "scale"
    assert [item.metadata["scale"] for item in source.items()] == [
        "0.5",
        "0.5",
        "1.189",
        "1.189",
        "2.0",
        "2.0",
    ]
    assert [item.ground_truth for item in source.items()] == [9, 1, 9, 2, 9, 0]
    assert pixels(source)[:, 0, 0].tolist() == [51, 51, 52, 52, 50, 50]
    assert source.categories == CATEGORIES
    assert "scale 0.5, 1.189, 2.0" in source.found


def test_the_file_for_training_is_left_aside_where_there_are_files_for_the_test(tmp_path: Path) -> None:
    training = tmp_path / "fashionmnist_with_scale_variations_tr50000_vl10000_te10000_scte1p000_scte1p000.h5"
    write_hdf5(training, split="train")
    write_hdf5(training)
    assert read(tmp_path).size == 6
    write_hdf5(tmp_path / scale_name(0.5))
    write_hdf5(tmp_path / scale_name(1.0))
    assert read(tmp_path).size == 12
    assert read(tmp_path, split="train").size == 6


def test_a_file_is_read_in_slices(tmp_path: Path) -> None:
    images = np.arange(600 * 72 * 72, dtype=np.float64).reshape(600, 72, 72) % 251
    write_hdf5(tmp_path / "shapes.h5", images)
    assert np.array_equal(pixels(read(tmp_path)), images.astype(np.uint8))


def test_a_large_file_is_read_in_little_memory(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "shapes.h5", "w") as file:
        images = file.create_dataset("x_test", (10_000, 72, 72, 1), np.float64, chunks=(100, 72, 72, 1))
        noise = np.random.default_rng(1).integers(2, 256, (100, 72, 72, 1)).astype(np.float64)
        for start in range(0, 10_000, 100):
            images[start : start + 100] = noise
        file["y_test"] = np.arange(10_000) % 10
    script = """if True:
        import sys, re, pathlib, django
        django.setup()
        from labelling.datasets import Search, find_source
        source = find_source("large", Search(folder=pathlib.Path(sys.argv[1])))
        assert sum(1 for _ in source.items()) == 10_000
        print(re.search(r"VmHWM:\\s+(\\d+)", pathlib.Path("/proc/self/status").read_text())[1])
    """
    environment = {"DJANGO_SETTINGS_MODULE": "config.settings.test"}
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)],
        cwd=ROOT, env=environment, capture_output=True, check=True, text=True, timeout=60,
    )  # fmt: skip
    assert (tmp_path / "shapes.h5").stat().st_size > 400e6
    assert int(done.stdout) / 1024 < 200


def test_without_h5py_the_error_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_hdf5(tmp_path / "shapes.h5")
    monkeypatch.setitem(sys.modules, "h5py", None)
    with pytest.raises(DatasetError, match=r"h5py, which is not installed.*requirements-formats\.txt"):
        read(tmp_path)


def test_hdf5_files_that_are_not_one_dataset_are_not_recognised(tmp_path: Path) -> None:
    write_hdf5(tmp_path / "weights.h5")
    write_hdf5(tmp_path / "more-weights.h5")
    with pytest.raises(DatasetError, match="holds no test split"):
        read(tmp_path)
