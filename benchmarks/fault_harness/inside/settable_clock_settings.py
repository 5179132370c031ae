"""A server's settings with a seeded bug: it goes by the clock that can be set."""

from config.settings.development import *  # noqa: F403
from config.settings.development import INSTALLED_APPS

INSTALLED_APPS = [
    *INSTALLED_APPS,
    "benchmarks.fault_harness.inside.settable_clock_app.SettableClockBuild",
]
