"""The test suite: base settings with a fast password hash, and nothing written outside a temporary folder.

The database tests run on a SQLite file and on PostgreSQL; tests/databases.py puts both in the place of the
one named here.
"""

import os
import tempfile
from pathlib import Path

from config.databases import database

from .base import *  # noqa: F403
from .base import STORAGES

SECRET_KEY = "only-for-tests"  # noqa: S105
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# A name of its own for every process; the folder comes into being only when something is written.
VAR_DIR = Path(tempfile.gettempdir()) / f"human-baseline-test-{os.getpid()}"
MEDIA_ROOT = VAR_DIR / "images"
STATIC_ROOT = VAR_DIR / "static"
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Static files come straight from the sources: nothing is collected first.
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True

DATABASES = {"default": database(os.environ.get("TEST_DATABASE_URL", "sqlite://:memory:"), pooled=False)}
