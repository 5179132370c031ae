"""Settings that hold wherever the product runs. What differs by machine is in the files beside this one."""

import os
from pathlib import Path
from urllib.parse import quote

from csp.constants import NONE, SELF

from config.databases import database
from config.images import image_storage
from config.numbers import number

BASE_DIR = Path(__file__).resolve().parents[2]
VAR_DIR = Path(os.environ.get("VAR_DIR") or BASE_DIR / "var").resolve()

# Where `manage.py run` and gunicorn listen.
HOST = os.environ.get("HOST") or "127.0.0.1"
PORT = number("PORT", os.environ.get("PORT") or "8000", least=1, most=65535)

DEBUG = False
ALLOWED_HOSTS: list[str] = []
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "labelling",
    "config.apps.ResearcherAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "csp",
]

MIDDLEWARE = [
    "labelling.views.operations.for_machines",
    "labelling.request_times.timed",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]


# A folder's name may hold what an address may not: a space, a #.
_own_file = f"sqlite:///{quote(str(VAR_DIR / 'db.sqlite3'))}"
DATABASES = {"default": database(os.environ.get("DATABASE_URL") or _own_file)}

MEDIA_ROOT = VAR_DIR / "images"
STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STORAGES = {
    "default": image_storage(os.environ.get("IMAGES_URL") or ""),
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_I18N = True
# What annotators may read, each named in its own words. The researcher's desk is in English.
LANGUAGES = [
    ("en", "English"),
    ("de", "Deutsch"),
    ("es", "Español"),
    ("fr", "Français"),
    ("ja", "日本語"),
    ("zh-hans", "简体中文"),
]
LANGUAGE_COOKIE_NAME = "language"
LOCALE_PATHS = [BASE_DIR / "labelling" / "locale"]
USE_TZ = True

# An annotator's page asks nothing of any other host, and runs only our own files.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SESSION_COOKIE_HTTPONLY = True
# Our script reads the token from the form, so no script needs the cookie.
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "labelling.views.errors.csrf_failure"

# Where the official files are looked for besides the folders that other libraries keep, and where folders lie
# that the desk may import from.
FASHION_MNIST_DIR = os.environ.get("FASHION_MNIST_DIR", "")
DATA_DIR = Path(os.environ.get("DATA_DIR") or BASE_DIR / "data").resolve()
# The address that the README of Fashion-MNIST gives.
FASHION_MNIST_URL = "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"

# How people answer on Fashion-MNIST, for rehearsals; its source is told beside the file.
HUMAN_CONFUSION = BASE_DIR / "fixtures" / "fashion_mnist_human_confusion.csv"

# Whoever asks for /metrics must know this; empty: there is no such page.
METRICS_TOKEN = os.environ.get("METRICS_TOKEN") or ""
# Where the server's processes add up their times; the server makes the folder (config/gunicorn.py).
METRICS_FOLDER = os.environ.get("PROMETHEUS_MULTIPROC_DIR") or ""
# /healthz fails below this.
MIN_FREE_DISK_MB = number(
    "MIN_FREE_DISK_MB", os.environ.get("MIN_FREE_DISK_MB") or "200", least=0, most=10**9
)

# No line of a log holds a network address, a user agent or a secret.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "config.logs.formatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
