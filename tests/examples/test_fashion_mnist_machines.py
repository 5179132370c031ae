"""The worked example on a small dataset in the official files' form, in its quick form."""

import gzip
import struct
import subprocess
import sys

import numpy as np
import pytest

from evaluation.csv_rows import NamedBytes
from evaluation.study_predictions import read_study_predictions
from examples.fashion_mnist_machines import NAMES, main
from tests.source_files import ROOT

TRAINING, TEST = 300, 60


def write_idx(path, array):
    header = b"\x00\x00\x08" + bytes([array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
    path.write_bytes(gzip.compress(header + array.tobytes()))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Ten categories, each bright in its own rows."""
    folder = tmp_path_factory.mktemp("idx")
    rng = np.random.default_rng(1)
    for prefix, size in (("train", TRAINING), ("t10k", TEST)):
        categories = (np.arange(size) % 10).astype(np.uint8)
        images = rng.integers(0, 120, size=(size, 28, 28), dtype=np.uint8)
        for image, category in zip(images, categories, strict=True):
            image[2 * category : 2 * category + 3] += 100
        write_idx(folder / f"{prefix}-images-idx3-ubyte.gz", images)
        write_idx(folder / f"{prefix}-labels-idx1-ubyte.gz", categories)
    return folder


@pytest.fixture(scope="module")
def output(folder):
    made = folder / "machines"
    options = ["--images", "250", "--epochs", "2", "--trees", "12", "--output", str(made)]
    assert main([str(folder), *options]) == 0
    return made


@pytest.mark.parametrize(("name", "scores"), [("linear.csv", False), ("forest.npy", True)])
def test_both_files_are_read_as_a_study_s_predictions_and_are_better_than_chance(output, name, scores):
    predicted = read_study_predictions(
        NamedBytes(name, (output / name).read_bytes()), population=TEST, sample=[3, 1], categories=NAMES
    )
    assert (predicted.whole, predicted.scores) == (True, scores)
    assert (predicted.codes == np.arange(TEST) % 10).mean() > 0.5


def test_the_same_seed_gives_the_same_files(folder, output):
    again = folder / "again"
    main([str(folder), "--images", "250", "--epochs", "2", "--trees", "12", "--output", str(again)])
    for name in ("linear.csv", "forest.npy"):
        assert (again / name).read_bytes() == (output / name).read_bytes()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "cannot be read"),
        (b"not packed", "cannot be read"),
        (gzip.compress(b"\x00\x00\x0d\x01"), "no IDX file"),
        (gzip.compress(b"\x00\x00\x08\x01\x00\x00\x00\x09abc"), "is cut"),
    ],
    ids=["none", "not packed", "another form", "cut"],
)
def test_files_that_are_not_the_official_ones_are_told(tmp_path, capsys, content, message):
    if content is not None:
        (tmp_path / "train-images-idx3-ubyte.gz").write_bytes(content)
    with pytest.raises(SystemExit):
        main([str(tmp_path)])
    assert message in capsys.readouterr().err


def test_it_runs_from_the_command_line_as_its_own_words_say():
    done = subprocess.run(
        [sys.executable, "examples/fashion_mnist_machines.py", "--help"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "manage.py import_predictions" in done.stdout
