"""Images in an object storage, over HTTP from a server that speaks S3, for all who read or write them."""

import itertools
from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from config.images import image_storage
from labelling import object_storage
from labelling.errors import BackupError, DatasetError
from labelling.models import Study
from labelling.object_storage import ObjectStorage
from labelling.selectors.dataset_images import opened
from labelling.selectors.health import faults
from labelling.services.backup import restore_backup, write_backup
from labelling.services.datasets import import_source
from labelling.views import images
from labelling.views.images import image_source
from tests.factories import NOW, make_pictured_study, picture_source
from tests.labelling.views.conftest import AnnotatorClient
from tests.object_server import ObjectServer

FOLDER = "/bucket/images/"


@pytest.fixture(scope="module")
def one_server() -> Iterator[ObjectServer]:
    server = ObjectServer()
    yield server
    server.close()


@pytest.fixture
def objects(one_server, settings, monkeypatch) -> ObjectServer:
    """The product's images in an object storage; the server behind it."""
    one_server.objects.clear()
    one_server.requests.clear()
    one_server.broken = False
    one_server.awake.set()
    for name, value in one_server.environment.items():
        monkeypatch.setenv(name, value)
    settings.STORAGES = {**settings.STORAGES, "default": image_storage("s3://bucket/images")}
    return one_server


def test_what_was_stored_is_read_again_under_the_same_name(objects):
    assert default_storage.save("ab/abc.png", ContentFile(b"pixels")) == "ab/abc.png"
    assert objects.objects == {f"{FOLDER}ab/abc.png": b"pixels"}
    assert default_storage.exists("ab/abc.png")
    assert default_storage.size("ab/abc.png") == 6
    with default_storage.open("ab/abc.png") as file:
        assert file.read() == b"pixels"


def test_an_object_is_deleted_also_twice(objects):
    default_storage.save("ab/abc.png", ContentFile(b"pixels"))
    for _ in range(2):
        default_storage.delete("ab/abc.png")
    assert objects.objects == {}


def test_an_object_that_is_not_there_is_a_file_that_is_not_there(objects):
    assert not default_storage.exists("ab/abc.png")
    with pytest.raises(FileNotFoundError):
        default_storage.open("ab/abc.png")


def test_a_storage_that_refuses_is_an_error_and_not_an_absence(objects):
    objects.broken = True
    with pytest.raises(OSError, match=r"failed at ab/abc\.png") as refusal:
        default_storage.exists("ab/abc.png")
    assert not isinstance(refusal.value, FileNotFoundError)


def test_a_storage_gives_no_address_of_its_own(objects):
    with pytest.raises(NotImplementedError):
        default_storage.url("ab/abc.png")


@pytest.mark.only_sqlite
@pytest.mark.django_db
def test_imported_images_are_served_and_small_ones_travel_inside_the_page(objects, client: Client):
    item = import_source(source=picture_source(size=3), now=NOW).items.first()
    stored = objects.objects[f"{FOLDER}{item.image.name}"]
    assert client.get(reverse("image", args=[item.token])).content == stored
    assert image_source(item).startswith("data:image/png;base64,iVBOR")
    assert opened(item).size == (28, 28)


@pytest.mark.only_sqlite
@pytest.mark.django_db
def test_a_small_image_is_asked_for_once(objects):
    item = import_source(source=picture_source(size=1), now=NOW).items.first()
    objects.requests.clear()
    assert image_source(item) == image_source(item)
    assert [request.split()[0] for request in objects.requests] == ["GET"]


@pytest.mark.only_sqlite
@pytest.mark.django_db
def test_a_storage_that_refuses_is_told_to_annotators_and_a_lost_object_is_passed_over(objects):
    client = AnnotatorClient(make_pictured_study(now=timezone.now())).join()
    images._small_image.cache_clear()
    objects.broken = True
    assert client.tell("lease/", {"count": 10}).status_code == 503
    assert client.get(reverse("image", args=["0" * 32])).status_code == 503
    objects.broken = False
    lost = client.annotator.assignments.leased().get().sample_item.item
    del objects.objects[f"{FOLDER}{lost.image.name}"]
    assert len(client.tell("lease/", {"count": 10}).json()["assignments"]) == 9


@pytest.mark.only_sqlite
@pytest.mark.django_db
def test_an_import_that_fails_leaves_no_object(objects):
    source = picture_source(size=2)
    passes = iter(
        [source.read, lambda: itertools.islice(source.read(), 1)]
    )  # the file is cut while it is imported
    with pytest.raises(DatasetError, match="ends after 1 of 2"):
        import_source(source=replace(source, read=lambda: next(passes)()), now=NOW)  # noqa: PLW0108
    assert [request.split()[0] for request in objects.requests].count("PUT") == 1
    assert objects.objects == {}


@pytest.mark.only_sqlite
@pytest.mark.django_db(transaction=True)
def test_health_asks_for_one_object(objects):
    import_source(source=picture_source(size=2), now=NOW)
    assert faults()["images"] == ""
    objects.broken = True
    assert faults()["images"] == "cannot be read"


@pytest.mark.only_sqlite
@pytest.mark.django_db(transaction=True)
def test_health_asks_a_storage_that_does_not_answer_once_and_not_for_long(objects, monkeypatch):
    import_source(source=picture_source(size=1), now=NOW)
    monkeypatch.setitem(object_storage._HURRIED_CLIENT, "timeout", "50ms")
    objects.requests.clear()
    objects.awake.clear()
    assert faults()["images"] == "cannot be read"
    objects.awake.set()
    assert len(objects.requests) == 1


@pytest.mark.only_sqlite
@pytest.mark.django_db(transaction=True)
def test_a_backup_takes_objects_and_puts_them_back(objects, tmp_path):
    import_source(source=picture_source(size=5), now=NOW)
    backup = write_backup(path=tmp_path, now=NOW)
    before = dict(objects.objects)
    objects.objects.clear()
    restore_backup(path=backup.path, replace=True)
    assert objects.objects == before
    assert len(before) == 5
    assert not Study.objects.exists()


@pytest.mark.only_sqlite
@pytest.mark.django_db(transaction=True)
def test_a_backup_that_a_storage_refuses_an_image_names_image_and_storage(objects, tmp_path):
    import_source(source=picture_source(size=2), now=NOW)
    objects.broken = True
    with pytest.raises(BackupError, match=r"image \w\w/\w+\.png cannot be read from .* s3://bucket/images "):
        write_backup(path=tmp_path, now=NOW)
    assert list(tmp_path.iterdir()) == []


def test_without_its_package_the_storage_says_what_to_install(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "obstore", None)
    with pytest.raises(ImproperlyConfigured, match=r"requirements-s3\.txt"):
        ObjectStorage(url="s3://bucket/images")
