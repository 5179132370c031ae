"""Images as files: in one folder a category, and in one folder with a manifest."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from labelling.datasets import Search, Source, find_source
from labelling.errors import DatasetError, DatasetNotFound

NOBODY = 65534


def draw(
    path: Path, shade: int = 0, *, mode: str = "L", size: tuple[int, int] = (3, 2), **options: Any
) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new(mode, size, shade if mode == "L" else (shade, 20, 200)).save(path, **options)


def read(folder: Path, split: str = "test", name: str = "pets", **search: Any) -> Source:
    return find_source(name, Search(folder=folder, split=split, network=False, **search))


def facts(source: Source) -> list[tuple[int, str]]:
    """Return each item's first pixel and its category's name."""
    return [(int(item.image.flat[0]), source.categories[item.ground_truth].name) for item in source.items()]


@pytest.fixture
def pets(tmp_path: Path) -> Path:
    draw(tmp_path / "dog" / "1.png", 10)
    draw(tmp_path / "cat" / "2.png", 20)
    draw(tmp_path / "dog" / "3.png", 30)
    return tmp_path


def test_a_folder_is_a_category_and_the_file_names_make_the_order(pets: Path) -> None:
    source = read(pets)
    assert [category.name for category in source.categories] == ["cat", "dog"]
    assert facts(source) == [(10, "dog"), (20, "cat"), (30, "dog")]
    assert source.shape == (2, 3, 1)


def test_the_choice_of_the_form_is_explained(pets: Path) -> None:
    assert "(folders of images, among them cat)" in read(pets).found


def test_a_folder_of_the_split_comes_first_and_no_other_split_is_taken(tmp_path: Path) -> None:
    draw(tmp_path / "train" / "cat" / "1.png", 1)
    draw(tmp_path / "test" / "cat" / "1.png", 2)
    assert facts(read(tmp_path)) == [(2, "cat")]
    with pytest.raises(DatasetNotFound, match="holds no validation split"):
        read(tmp_path, "validation")


def test_folders_called_by_numbers_are_in_their_order(tmp_path: Path) -> None:
    for number in (10, 9, 2):
        draw(tmp_path / str(number) / "1.png", number)
    assert [category.name for category in read(tmp_path).categories] == ["2", "9", "10"]


def test_a_list_of_categories_gives_their_order_and_their_full_names(tmp_path: Path) -> None:
    (tmp_path / "categories.txt").write_text("T-shirt/top\nDress\nAnkle boot\n")
    draw(tmp_path / "test" / "T-shirt-top" / "1.png", 1)
    draw(tmp_path / "test" / "Dress" / "2.png", 2)
    draw(tmp_path / "test" / "2" / "3.png", 3)
    assert facts(read(tmp_path)) == [(1, "T-shirt/top"), (2, "Dress"), (3, "Ankle boot")]


def test_colour_is_kept(tmp_path: Path) -> None:
    draw(tmp_path / "cat" / "1.png", 7, mode="RGB")
    source = read(tmp_path)
    assert source.shape == (2, 3, 3)
    assert next(source.items()).image[0, 0].tolist() == [7, 20, 200]


def test_a_grey_jpeg_is_grey(tmp_path: Path) -> None:
    draw(tmp_path / "cat" / "1.JPEG", 90, format="JPEG")
    source = read(tmp_path)
    assert source.shape == (2, 3, 1)
    assert abs(int(next(source.items()).image[0, 0]) - 90) <= 1


def test_a_photograph_lying_on_its_side_is_put_up(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned: what is stored must be turned right
    (tmp_path / "cat").mkdir()
    pixels = np.zeros((16, 32), np.uint8)
    pixels[:, :16] = 255
    Image.fromarray(pixels).save(tmp_path / "cat" / "1.jpg", exif=exif, quality=95)
    image = next(read(tmp_path).items()).image
    assert image.shape == (32, 16)
    assert image[:12].min() > 200
    assert image[20:].max() < 50


def test_hidden_files_are_left_alone(pets: Path) -> None:
    (pets / "cat" / ".DS_Store").write_bytes(b"x")
    (pets / ".git").mkdir()
    assert read(pets).size == 3


def test_a_link_within_the_folder_is_followed(pets: Path) -> None:
    (pets / "cat" / "4.png").symlink_to(pets / "cat" / "2.png")
    assert facts(read(pets))[-1] == (20, "cat")


@pytest.fixture
def as_nobody() -> Iterator[None]:
    """Permissions do not hold root back, so the test lays the root's rights down."""
    if os.geteuid() == 0:
        os.seteuid(NOBODY)
        yield
        os.seteuid(0)
    else:
        yield


def test_an_unreadable_folder_is_named(pets: Path, request: pytest.FixtureRequest) -> None:
    read(pets)  # whatever Python still has to import, it imports as root
    pets.chmod(0)
    request.getfixturevalue("as_nobody")
    try:
        with pytest.raises(DatasetError, match=f"{pets} cannot be read: Permission denied"):
            read(pets)
    finally:
        if os.geteuid() != NOBODY:
            pets.chmod(0o700)


def manifest(folder: Path, text: str, name: str = "labels.csv") -> None:
    for number in (1, 2, 3):
        draw(folder / f"{number}.png", number)
    (folder / name).write_text(text)


@pytest.mark.parametrize("name", ["labels.csv", "manifest.csv", "test.csv"])
def test_a_manifest_gives_labels_and_order(tmp_path: Path, name: str) -> None:
    manifest(tmp_path, "file,label\n3.png,dog\n1.png,cat\n2.png,dog\n", name)
    source = read(tmp_path)
    assert facts(source) == [(3, "dog"), (1, "cat"), (2, "dog")]
    assert f"({name} with the columns file and label)" in source.found


def test_a_manifest_as_a_spreadsheet_writes_it_is_read(tmp_path: Path) -> None:
    manifest(tmp_path, '\ufeff"file","label"\r\n"1.png","a, b"\r\n2.png,c\r\n3.png,c\r\n')
    assert facts(read(tmp_path)) == [(1, "a, b"), (2, "c"), (3, "c")]


def test_numbers_in_a_manifest_are_positions_in_the_list_of_categories(tmp_path: Path) -> None:
    (tmp_path / "categories.txt").write_text("cat\ndog\n")
    manifest(tmp_path, "file,label\n1.png,1\n2.png,0\n3.png,dog\n")
    assert facts(read(tmp_path)) == [(1, "dog"), (2, "cat"), (3, "dog")]


def test_numbers_without_a_list_are_names_in_their_order(tmp_path: Path) -> None:
    manifest(tmp_path, "file,label\n1.png,10\n2.png,9\n3.png,10\n")
    assert [category.name for category in read(tmp_path).categories] == ["9", "10"]


def test_a_manifest_may_name_images_in_folders_of_its_own(tmp_path: Path) -> None:
    draw(tmp_path / "images" / "a" / "1.png", 5)
    (tmp_path / "test.csv").write_text("file,label\nimages/a/1.png,cat\n")
    assert facts(read(tmp_path)) == [(5, "cat")]
