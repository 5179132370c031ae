"""Images in an object storage (S3 and its kin), which any number of hosts share.

Where it is and who may use it, obstore reads from its own variables: AWS_REGION, AWS_ENDPOINT_URL,
AWS_ACCESS_KEY_ID and so on, or from the machine's role.
"""

import importlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import cached_property
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage

# A person waits for the image. Plain HTTP is used where the address says so: a storage of one's own in one's
# own network.
_CLIENT = {"timeout": "10s", "connect_timeout": "3s", "allow_http": True}
_RETRIES = {"max_retries": 3, "retry_timeout": timedelta(seconds=15)}
# A load balancer waits for the answer to /healthz, Docker no longer than 5 s.
_HURRIED_CLIENT = _CLIENT | {"timeout": "2s", "connect_timeout": "2s"}
_HURRIED_RETRIES = {"max_retries": 0, "retry_timeout": timedelta(seconds=2)}


class ObjectStorage(Storage):
    """A folder of an object storage, as Django's storages are: names with slashes, and bytes under them.

    Every call is one request. Images reach annotators through the application alone: there is no `url`, and
    no address of the storage is ever seen.
    """

    def __init__(self, *, url: str, hurried: bool = False) -> None:
        try:
            self._obstore = importlib.import_module("obstore")
        except ImportError as error:
            raise ImproperlyConfigured(
                "IMAGES_URL names an object storage, and the package obstore is not installed. "
                "Install it: .venv/bin/python -m pip install -r requirements-s3.txt"
            ) from error
        options: dict[str, Any] = {
            "client_options": _HURRIED_CLIENT if hurried else _CLIENT,
            "retry_config": _HURRIED_RETRIES if hurried else _RETRIES,
        }
        self.location = url
        self._store = self._obstore.store.from_url(url, **options)

    @cached_property
    def hurried(self) -> "ObjectStorage":
        """The same storage for one who cannot wait: asked once, for 2 seconds at most."""
        return ObjectStorage(url=self.location, hurried=True)

    def _open(self, name: str, _mode: str = "rb") -> "File[bytes]":
        with self._errors(name):
            return ContentFile(bytes(self._obstore.get(self._store, name).bytes()), name)

    def _save(self, name: str, content: "File[bytes]") -> str:
        with self._errors(name):
            self._obstore.put(self._store, name, content.read())
        return name

    def delete(self, name: str) -> None:
        """Remove the object; one that is not there is as good as removed."""
        with self._errors(name), suppress(FileNotFoundError):
            self._obstore.delete(self._store, name)

    def exists(self, name: str) -> bool:
        """Tell whether there is an object under this name."""
        with self._errors(name):
            try:
                self._obstore.head(self._store, name)
            except FileNotFoundError:
                return False
            return True

    def size(self, name: str) -> int:
        """Return the object's length in bytes."""
        with self._errors(name):
            return int(self._obstore.head(self._store, name)["size"])

    @contextmanager
    def _errors(self, name: str) -> Iterator[None]:
        """Raise what a storage of files would raise. obstore's own FileNotFoundError is one already."""
        try:
            yield
        except self._obstore.exceptions.BaseError as error:
            kind = type(error).__name__
            raise OSError(f"The image storage failed at {name} ({kind}).") from error
