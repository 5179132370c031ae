"""A server's settings with a seeded bug: SEEDED_BUG names a function of `broken_builds`."""

import os

from config.settings.development import *  # noqa: F403
from config.settings.development import DATABASES, INSTALLED_APPS

SEEDED_BUG = os.environ["SEEDED_BUG"]
INSTALLED_APPS = [*INSTALLED_APPS, "benchmarks.fault_harness.inside.broken_app.BrokenBuild"]

if SEEDED_BUG == "unsynced":
    _options = DATABASES["default"]["OPTIONS"]
    if "init_command" in _options:
        _options["init_command"] = _options["init_command"].replace("synchronous=FULL", "synchronous=OFF")
    else:
        _options["options"] = "-c synchronous_commit=off"
