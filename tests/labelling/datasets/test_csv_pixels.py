"""CSV files of pixels, as Kaggle has them."""

import gzip
import tracemalloc
from pathlib import Path

import pytest

from labelling.datasets import Search, Source, find_source
from labelling.errors import DatasetNotFound

ROWS = "label,pixel1,pixel2,pixel3,pixel4\n0,1,2,3,4\n1,5,6,7,255\n"


def read(folder: Path, split: str = "test") -> Source:
    return find_source("small", Search(folder=folder, split=split, network=False))


def facts(source: Source) -> list[tuple[list[int], int]]:
    return [(item.image.ravel().tolist(), item.ground_truth) for item in source.items()]


EXPECTED = [([1, 2, 3, 4], 0), ([5, 6, 7, 255], 1)]


@pytest.mark.parametrize(
    "text",
    [
        ROWS,
        ROWS.replace("\n", "\r\n"),
        ROWS.rstrip("\n"),
        ROWS + "\n\n",
        "\ufeff" + ROWS,
        '"label","pixel1","pixel2","pixel3","pixel4"\n' + ROWS.split("\n", 1)[1],
        "label,pixel0,pixel1,pixel2,pixel3\n" + ROWS.split("\n", 1)[1],
    ],
    ids=["plain", "windows", "no last line end", "empty end", "byte order mark", "quotes", "from 0"],
)
def test_rows_are_images_and_labels(tmp_path: Path, text: str) -> None:
    (tmp_path / "test.csv").write_bytes(text.encode())
    source = read(tmp_path)
    assert source.shape == (2, 2, 1)
    assert facts(source) == EXPECTED


@pytest.mark.parametrize("name", ["test.csv.gz", "test.csv", "fashion-mnist_test.csv.gz"])
def test_a_packed_file_is_read_whatever_its_name(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(gzip.compress(ROWS.encode()))
    assert facts(read(tmp_path)) == EXPECTED


def test_the_split_is_in_the_name(tmp_path: Path) -> None:
    (tmp_path / "small_train.csv").write_text(ROWS)
    assert read(tmp_path, "train").size == 2
    with pytest.raises(DatasetNotFound):
        read(tmp_path)


def test_another_csv_file_beside_it_does_not_matter(tmp_path: Path) -> None:
    (tmp_path / "test.csv").write_text(ROWS)
    (tmp_path / "test_results.csv").write_text("model,accuracy\na,0.9\n")
    source = read(tmp_path)
    assert source.size == 2
    assert "(test.csv with a column for each pixel)" in source.found


def test_rows_are_not_kept(tmp_path: Path) -> None:
    side = 28
    header = ",".join(["label", *[f"pixel{number}" for number in range(side**2)]])
    row = ",".join(["0", *["200"] * side**2])
    (tmp_path / "test.csv").write_text("\n".join([header, *[row] * 400]))
    tracemalloc.start()
    for _ in read(tmp_path).items():
        pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1 << 20 < (tmp_path / "test.csv").stat().st_size
