"""Settings that hold wherever the product runs. What differs by machine is in the files beside this one."""

import os
from datetime import timedelta
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
    "axes",
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
    "labelling.views.researcher.signing_in.stay_signed_in",
    "axes.middleware.AxesMiddleware",
]

LOGIN_REDIRECT_URL = "admin:index"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]

# Failures to sign in are counted by name alone: no address and no browser is known to anybody.
AXES_HANDLER = "labelling.views.researcher.signing_in_throttle.NameThrottle"
AXES_LOCKOUT_CALLABLE = "labelling.views.researcher.signing_in.locked_out"
AXES_LOCKOUT_PARAMETERS = ["username"]
# In a row under one name. A person mistypes a few times; whoever guesses needs thousands.
AXES_FAILURE_LIMIT = 10
# How long a name waits after that, and after how long failures are forgotten.
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_CLIENT_IP_CALLABLE = "labelling.views.researcher.signing_in_throttle.nobody"
AXES_CLIENT_STR_CALLABLE = "labelling.views.researcher.signing_in_throttle.nobody"
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
# It asks for a lock by address.
SILENCED_SYSTEM_CHECKS = ["axes.W006"]

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
    for name in ("UserAttributeSimilarityValidator", "CommonPasswordValidator", "NumericPasswordValidator")
] + [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    }
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
# A sign-in ends so long after the last page that the person opened.
SESSION_COOKIE_AGE = 60 * number(
    "SESSION_IDLE_MINUTES", os.environ.get("SESSION_IDLE_MINUTES") or "480", least=5, most=43_200
)
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
    # It writes names and addresses; what is worth knowing, our own handler says.
    "loggers": {"axes": {"level": "CRITICAL"}},
}
