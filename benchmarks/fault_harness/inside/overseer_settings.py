"""The overseer's settings: a fresh connection for each question, since databases come and go under it."""

import os

from config.databases import database
from config.settings.development import *  # noqa: F403

DATABASES = {"default": database(os.environ["DATABASE_URL"], pooled=False)}
