"""The floor's settings: a database like the product's, one view, no middleware."""

import os

from config.databases import database

SECRET_KEY = "nothing is signed with it"
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "benchmarks.labelling_floor.urls"
INSTALLED_APPS = ["benchmarks.labelling_floor"]
MIDDLEWARE: list[str] = []
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
DATABASES = {"default": database(os.environ["DATABASE_URL"])}
