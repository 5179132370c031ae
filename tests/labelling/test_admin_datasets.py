"""The admin site's page of a dataset: its card and images, and nothing to change."""

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories import make_dataset

pytestmark = pytest.mark.django_db


@pytest.fixture
def researcher(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("researcher"))
    return client


def queries(client: Client, url: str) -> int:
    client.get(url)  # what a session stores is stored once
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_a_dataset_page_shows_card_and_images(researcher):
    dataset = make_dataset(size=12, categories=3, checksum="c" * 64)
    token = dataset.items.get(index=0).token

    page = researcher.get(f"/admin/labelling/dataset/{dataset.pk}/change/").content.decode()

    assert "c" * 64 in page
    assert "Category 2" in page
    assert f'src="/image/{token}.png"' in page


def test_a_dataset_page_of_drawn_data_says_so(researcher):
    dataset = make_dataset(drawn=True)

    assert "DRAWN DATA" in researcher.get(f"/admin/labelling/dataset/{dataset.pk}/change/").content.decode()


def test_an_unknown_dataset_is_not_found(researcher):
    assert researcher.get("/admin/labelling/dataset/99/change/").status_code == 404
    assert researcher.get("/admin/labelling/dataset/no-number/change/").status_code == 404


def test_the_queries_of_a_dataset_page_do_not_grow_with_its_categories(researcher):
    small, large = make_dataset(size=3, categories=2), make_dataset(size=90, categories=9)

    few = queries(researcher, f"/admin/labelling/dataset/{small.pk}/change/")
    assert queries(researcher, f"/admin/labelling/dataset/{large.pk}/change/") == few


@pytest.mark.parametrize("step", ["add/", "{}/delete/"])
def test_datasets_cannot_be_added_or_deleted_here(researcher, step):
    url = "/admin/labelling/dataset/" + step.format(make_dataset().pk)

    assert researcher.get(url).status_code == 403


def test_a_dataset_cannot_be_changed_here(researcher):
    dataset = make_dataset()

    researcher.post(f"/admin/labelling/dataset/{dataset.pk}/change/", {"title": "Another"})

    dataset.refresh_from_db()
    assert dataset.title == "Shapes"
