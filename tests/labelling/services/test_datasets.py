"""Importing datasets: all of it or nothing, the same twice is once, and files that tell nothing."""

import hashlib
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError
from PIL import Image

from labelling.datasets import SourceItem
from labelling.errors import DatasetError
from labelling.models import Category, Dataset, Item
from labelling.services.datasets import encode_png, find_or_draw, import_source
from tests.factories import NOW, at, picture_source
from tests.postgres_cluster import free_port


def stored_files(settings: Any) -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def assert_nothing_is_left(settings: Any) -> None:
    assert not Dataset.objects.exists()
    assert not Category.objects.exists()
    assert not Item.objects.exists()
    assert stored_files(settings) == []


def pixels_of(item: Item) -> np.ndarray:
    with default_storage.open(item.image.name) as file, Image.open(file) as image:
        return np.asarray(image)


@pytest.mark.django_db
def test_every_item_has_its_image_its_category_and_its_index() -> None:
    source = picture_source(size=12)
    dataset = import_source(source=source, now=NOW)
    items = dataset.items.order_by("index").select_related("ground_truth")
    for item, given in zip(items, source.items(), strict=True):
        assert item.index == given.index
        assert item.ground_truth.position == given.ground_truth
        assert np.array_equal(pixels_of(item), given.image)


@pytest.mark.django_db
def test_the_dataset_says_what_it_is() -> None:
    source = picture_source(size=12, title="Pictures of things", drawn=True)
    dataset = import_source(source=source, now=NOW)
    assert (dataset.name, dataset.split, dataset.title) == (source.name, "test", "Pictures of things")
    assert (dataset.size, dataset.height, dataset.width, dataset.channels) == (12, 28, 28, 1)
    assert (dataset.checksum, dataset.source, dataset.drawn) == (source.checksum(), source.origin, True)
    assert dataset.imported_at == NOW
    named = [(one.name, one.description) for one in dataset.categories.all()]
    assert named == [(one.name, one.description) for one in source.categories]


@pytest.mark.django_db
def test_the_same_content_again_is_the_dataset_that_is_there(settings: Any) -> None:
    source = picture_source(size=12)
    first = import_source(source=source, now=NOW)
    files = stored_files(settings)
    again = import_source(source=source, now=at(60))
    assert again == first
    assert again.imported_at == NOW
    assert Item.objects.count() == 12
    assert sorted(stored_files(settings)) == sorted(files)


@pytest.mark.django_db
def test_other_content_under_the_same_name_is_refused(settings: Any) -> None:
    import_source(source=picture_source(size=12, name="things"), now=NOW)
    with pytest.raises(DatasetError, match=r"things \(test\) exists with other content: its checksum is"):
        import_source(source=picture_source(size=13, name="things"), now=NOW)
    assert Item.objects.count() == 12
    assert len(stored_files(settings)) == 12


@pytest.mark.django_db
def test_another_split_of_the_name_is_a_dataset_of_its_own() -> None:
    for split in ("test", "train"):
        import_source(source=picture_source(size=12, name="things", split=split), now=NOW)
    assert Dataset.objects.filter(name="things").count() == 2


class BreaksOff(Exception):
    """Something that no reader foresees, such as a disk that is pulled out."""


@pytest.mark.django_db
def test_a_failure_while_images_are_stored_leaves_nothing(settings: Any) -> None:
    whole = picture_source(size=12)
    passes = iter([12, 7])

    def read() -> Iterator[SourceItem]:
        left = next(passes)
        for item in whole.read():
            if item.index == left:
                raise BreaksOff
            yield item

    with pytest.raises(BreaksOff):
        import_source(source=picture_source(size=12, read=read), now=NOW)
    assert_nothing_is_left(settings)


@pytest.mark.django_db
def test_a_failure_while_rows_are_made_leaves_nothing(settings: Any) -> None:
    two_channels = [SourceItem(index=0, image=np.zeros((4, 4, 2), np.uint8), ground_truth=0)]
    with pytest.raises(IntegrityError, match="dataset_grey_or_colour"):
        import_source(
            source=picture_source(size=1, shape=(4, 4, 2), read=lambda: iter(two_channels)), now=NOW
        )
    assert_nothing_is_left(settings)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        ({"size": 13}, "ends after 12 of 13 items"),
        ({"size": 11}, "has more than the 11 items it claims"),
        ({"shape": (28, 27, 1)}, r"item 0: an image of shape \(28, 28\), the others have \(28, 27\)"),
    ],
)
def test_data_that_are_not_what_they_claim_leave_nothing(
    settings: Any, wrong: dict[str, Any], fault: str
) -> None:
    read = picture_source(size=12).read
    with pytest.raises(DatasetError, match=fault):
        import_source(source=picture_source(**{"size": 12, "read": read, **wrong}), now=NOW)
    assert_nothing_is_left(settings)


@pytest.mark.django_db
def test_files_tell_nothing_by_their_names_or_lengths(settings: Any) -> None:
    dataset = import_source(source=picture_source(size=30), now=NOW)
    tokens = {item.token for item in dataset.items.all()}
    files = stored_files(settings)
    assert len(tokens) == 30
    assert all(len(token) == 32 for token in tokens)
    assert {path.stem for path in files} == tokens
    assert len({path.stat().st_size for path in files}) == 1


def test_a_plain_and_a_busy_image_have_files_of_one_length() -> None:
    plain = np.zeros((28, 28), np.uint8)
    busy = np.random.default_rng(1).integers(0, 256, (28, 28), dtype=np.uint8)
    lengths = {len(encode_png(SourceItem(index=0, image=image, ground_truth=0))) for image in (plain, busy)}
    assert len(lengths) == 1


def test_a_file_holds_the_very_pixels_and_no_remarks() -> None:
    colour = np.random.default_rng(1).integers(0, 256, (32, 32, 3), dtype=np.uint8)
    with Image.open(io.BytesIO(encode_png(SourceItem(index=0, image=colour, ground_truth=0)))) as image:
        assert np.array_equal(np.asarray(image), colour)
        assert image.info == {}


@pytest.mark.django_db
def test_an_item_has_the_hash_of_its_raw_pixels() -> None:
    source = picture_source(size=12)
    dataset = import_source(source=source, now=NOW)
    expected = [hashlib.sha256(item.image.tobytes()).hexdigest() for item in source.items()]
    assert list(dataset.items.order_by("index").values_list("pixel_sha256", flat=True)) == expected


@pytest.mark.django_db
@pytest.mark.parametrize(("size", "queries"), [(12, 8), (900, 20)])
def test_items_are_stored_many_at_a_time(django_assert_max_num_queries: Any, size: int, queries: int) -> None:
    with django_assert_max_num_queries(queries):
        import_source(source=picture_source(size=size), now=NOW)


@pytest.mark.django_db
def test_progress_is_told_in_items() -> None:
    told: list[tuple[str, int, int]] = []
    import_source(source=picture_source(size=250), now=NOW, progress=lambda *step: told.append(step))
    assert told == [("Importing Pictures", 100, 250), ("Importing Pictures", 200, 250)]


@pytest.fixture
def no_files(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without the real images, and nobody at their official address."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    settings.BASE_DIR = tmp_path
    settings.DATA_DIR = tmp_path / "data"
    settings.FASHION_MNIST_DIR = ""
    settings.FASHION_MNIST_URL = f"http://127.0.0.1:{free_port()}/"


@pytest.mark.usefixtures("no_files")
@pytest.mark.parametrize(
    ("network", "said"), [(True, "could not be fetched: "), (False, "Fashion-MNIST was not found in")]
)
def test_without_the_real_images_garments_are_drawn_and_called_so(network: bool, said: str) -> None:
    source = find_or_draw(network=network)
    assert source.drawn
    assert source.found.startswith("DRAWN DATA")
    assert said in source.found
    assert ("could not be fetched" in source.found) is network


@pytest.mark.usefixtures("no_files")
def test_wrong_files_in_a_chosen_folder_are_no_reason_to_draw(settings: Any, tmp_path: Path) -> None:
    settings.FASHION_MNIST_DIR = str(tmp_path)
    with pytest.raises(DatasetError, match="FASHION_MNIST_DIR names this folder"):
        find_or_draw(network=False)
