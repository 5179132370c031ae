"""Images under names that tell nothing."""

import pytest
from django.core.files.storage import default_storage
from django.test import Client

from labelling.models import Dataset, Item, Study
from labelling.views.images import shown_size

pytestmark = pytest.mark.django_db


def test_an_image_is_served_without_a_query_and_kept_by_the_browser(study, django_assert_num_queries):
    item = Item.objects.first()
    with django_assert_num_queries(0):
        answer = Client().get(f"/image/{item.token}.png")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/png"
    assert answer["Cache-Control"] == "private, max-age=31536000, immutable"
    with default_storage.open(item.image.name) as file:
        assert answer.content == file.read()


def test_no_header_tells_the_order_in_which_images_were_written(study):
    answer = Client().get(f"/image/{Item.objects.first().token}.png")
    assert not {"Last-Modified", "ETag", "Content-Disposition", "Set-Cookie"} & set(answer.headers)


@pytest.mark.parametrize(
    "name", ["0" * 32, "0" * 31, "0" * 33, "A" * 32, "..%2f..%2fdb", "1", "%00", "é" * 32, "٣" * 32]
)
def test_a_name_that_no_image_has_is_not_found(study, name):
    answer = Client().get(f"/image/{name}.png")
    assert answer.status_code == 404
    assert "There is no page here" in answer.text


def test_images_are_only_read(study):
    assert Client().post(f"/image/{Item.objects.first().token}.png").status_code == 405


@pytest.mark.parametrize(
    ("width", "height", "scaling", "shown"),
    [
        (28, 28, "pixelated", (308, 308)),
        (28, 28, "smooth", (308, 308)),
        (32, 32, "pixelated", (288, 288)),
        (32, 32, "smooth", (308, 308)),
        (20, 10, "pixelated", (300, 150)),
        (400, 200, "pixelated", (308, 154)),
        (1000, 1, "smooth", (308, 1)),
    ],
)
def test_an_image_is_shown_as_large_as_fits_by_a_whole_factor(width, height, scaling, shown):
    study = Study(dataset=Dataset(width=width, height=height), scaling=scaling)
    assert tuple(shown_size(study=study, side=308).values()) == shown
