"""From the address of the images' storage to Django's settings for it."""

from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

OBJECT_STORAGES = ("s3", "gs", "az")
FORMS = "Write file:///folder, s3://bucket/folder, gs://bucket/folder or az://container/folder."


def image_storage(url: str) -> dict[str, Any]:
    """Return Django's settings for the storage at `url`; where it is empty, a folder under VAR_DIR."""
    if not url:
        return {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    parts = urlsplit(url)
    if parts.scheme in OBJECT_STORAGES and parts.netloc and not parts.query:
        return {"BACKEND": "labelling.object_storage.ObjectStorage", "OPTIONS": {"url": url}}
    if parts.scheme == "file" and not parts.netloc and len(parts.path) > 1:
        return {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": unquote(parts.path)},
        }
    raise ImproperlyConfigured(f"IMAGES_URL is no address of a storage. {FORMS}")
