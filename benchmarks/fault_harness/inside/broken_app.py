"""The app that breaks a server when it starts. Only a harness's own settings install it."""

from django.apps import AppConfig
from django.conf import settings


class BrokenBuild(AppConfig):
    """Puts a broken service in the place of the product's."""

    name = "benchmarks.fault_harness.inside"
    label = "broken_build"

    def ready(self) -> None:
        """Seed the bug that the settings name."""
        from benchmarks.fault_harness.inside import broken_builds

        getattr(broken_builds, settings.SEEDED_BUG)()
