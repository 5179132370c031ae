"""A server's settings with a seeded bug: an answer is stored in two parts."""

from config.settings.development import *  # noqa: F403
from config.settings.development import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "benchmarks.fault_harness.inside.two_part_app.TwoPartBuild"]
