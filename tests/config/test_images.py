"""Where the images are, from one address."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.images import image_storage


def test_without_an_address_images_are_files_under_the_own_folder():
    assert image_storage("") == {"BACKEND": "django.core.files.storage.FileSystemStorage"}


def test_a_folder_of_any_name_holds_images():
    assert image_storage("file:///shared/my%20images")["OPTIONS"] == {"location": "/shared/my images"}


@pytest.mark.parametrize("url", ["s3://bucket/folder", "gs://bucket", "az://container/folder"])
def test_an_object_storage_holds_images(url):
    assert image_storage(url) == {
        "BACKEND": "labelling.object_storage.ObjectStorage",
        "OPTIONS": {"url": url},
    }


@pytest.mark.parametrize(
    "url", ["bucket", "s3:///folder", "ftp://host/x", "file://host/x", "s3://b/f?key=secret"]
)
def test_anything_else_is_refused_without_repeating_it(url):
    with pytest.raises(ImproperlyConfigured, match="IMAGES_URL is no address") as refusal:
        image_storage(url)
    assert "secret" not in str(refusal.value)
