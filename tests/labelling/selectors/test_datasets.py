"""A dataset's card, its grid, and the images that it has twice or shares with another split."""

import io
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from PIL import Image

from labelling.datasets import Source, SourceItem
from labelling.models import Dataset
from labelling.selectors.dataset_images import grid_png, value_range
from labelling.selectors.datasets import dataset_card, image_grid
from labelling.selectors.duplicates import SHOWN, SHOWN_EACH, duplicates, overlaps
from labelling.services.datasets import import_source
from tests.factories import NOW, make_dataset, picture_source


def plain_source(shades: list[int], truths: list[int] | None = None, **fields: Any) -> Source:
    """Return a source whose images are of one shade each, so that equal shades are equal images."""

    def read() -> Iterator[SourceItem]:
        for index, shade in enumerate(shades):
            image = np.full((4, 4), shade, np.uint8)
            yield SourceItem(index=index, image=image, ground_truth=truths[index] if truths else 0)

    return picture_source(
        **{"size": len(shades), "shape": (4, 4, 1), "names": ("cat", "dog"), "read": read, **fields}
    )


def imported(shades: list[int], truths: list[int] | None = None, **fields: Any) -> Dataset:
    return import_source(source=plain_source(shades, truths, **fields), now=NOW)


@pytest.mark.django_db
def test_the_card_counts_the_items_of_each_category(django_assert_num_queries: Any) -> None:
    dataset = make_dataset(size=7, categories=3)
    with django_assert_num_queries(1):
        card = dataset_card(dataset=dataset)
    assert [(one.position, one.name, one.items) for one in card.categories] == [
        (0, "Category 0", 3),
        (1, "Category 1", 2),
        (2, "Category 2", 2),
    ]
    assert card.shape == (28, 28, 1)


@pytest.mark.django_db
def test_a_category_without_items_is_on_the_card() -> None:
    assert [one.items for one in dataset_card(dataset=imported([1, 2], [0, 0])).categories] == [2, 0]


@pytest.mark.django_db
@pytest.mark.parametrize("size", [6, 60])
def test_the_grid_has_the_first_items_of_each_category(size: int, django_assert_num_queries: Any) -> None:
    dataset = make_dataset(size=size, categories=3)
    with django_assert_num_queries(2):
        rows = image_grid(dataset=dataset, per_category=2)
    assert [[item.index for item in row.items] for row in rows] == [[0, 3], [1, 4], [2, 5]]


@pytest.mark.django_db
def test_images_without_a_double_are_no_duplicates() -> None:
    found = duplicates(dataset=imported([1, 2, 3]))
    assert (found.images, found.items, found.contradictions, found.groups) == (0, 0, 0, ())


@pytest.mark.django_db
def test_equal_images_are_told_by_their_indexes() -> None:
    found = duplicates(dataset=imported([9, 5, 9, 1, 5, 9]))
    assert (found.images, found.items) == (2, 5)
    assert found.groups == ((0, 2, 5), (1, 4))


@pytest.mark.django_db
def test_equal_images_with_different_ground_truth_are_counted() -> None:
    assert duplicates(dataset=imported([9, 5, 9, 5], [0, 1, 1, 1])).contradictions == 1


@pytest.mark.django_db
@pytest.mark.parametrize("shades", [[1, 1, 2], list(range(40)) * 3, [7] * 50])
def test_many_duplicates_take_five_queries_and_little_room(
    shades: list[int], django_assert_num_queries: Any
) -> None:
    dataset = imported(shades)
    with django_assert_num_queries(5):
        found = duplicates(dataset=dataset)
    assert len(found.groups) <= SHOWN
    assert max(len(group) for group in found.groups) <= SHOWN_EACH


@pytest.mark.django_db
def test_another_dataset_with_the_same_images_does_not_count() -> None:
    dataset = imported([1, 2])
    imported([1, 2], name="other")
    assert duplicates(dataset=dataset).images == 0
    assert overlaps(dataset=dataset) == ()


@pytest.mark.django_db
def test_images_of_both_splits_are_told_by_their_indexes() -> None:
    imported([4, 2, 3, 2, 8], name="pets", split="train")
    [found] = overlaps(dataset=imported([1, 2, 8], name="pets"))
    assert (found.split, found.items, found.other_split, found.other_items) == ("test", 2, "train", 3)
    assert found.pairs == ((1, 1), (2, 4))


@pytest.mark.django_db
@pytest.mark.parametrize("size", [2, 200])
def test_an_overlap_of_any_size_takes_as_many_queries(size: int, django_assert_num_queries: Any) -> None:
    imported([index % 250 for index in range(size)], name="pets", split="train")
    dataset = imported([index % 250 for index in range(size)], name="pets")
    with django_assert_num_queries(5):
        [found] = overlaps(dataset=dataset)
    assert found.items == size
    assert len(found.pairs) <= SHOWN


@pytest.mark.django_db
def test_the_range_of_values_is_that_of_the_stored_images() -> None:
    assert value_range(dataset=imported([17, 200, 90])) == (17, 200)


@pytest.mark.django_db
def test_the_range_is_over_all_channels() -> None:
    pixels = np.full((4, 4, 3), 100, np.uint8)
    pixels[1, 2] = (3, 100, 250)
    item = SourceItem(index=0, image=pixels, ground_truth=0)
    source = picture_source(size=1, shape=(4, 4, 3), read=lambda: iter([item]))
    assert value_range(dataset=import_source(source=source, now=NOW)) == (3, 250)


@pytest.mark.django_db
def test_the_grid_is_a_png_with_the_images_enlarged() -> None:
    content = grid_png(dataset=imported([0, 255, 90], [0, 1, 0]), per_category=2)
    with Image.open(io.BytesIO(content), formats=["PNG"]) as sheet:
        colours = {colour for _count, colour in sheet.convert("RGB").getcolors(10_000)}
    assert {(0, 0, 0), (255, 255, 255), (90, 90, 90)} <= colours
