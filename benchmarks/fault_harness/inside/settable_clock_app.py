"""The app that lets a server go by the clock that can be set. Only a harness's own settings install it."""

from datetime import UTC, datetime, timedelta
from unittest.mock import patch

from django.apps import AppConfig


class SettableClockBuild(AppConfig):
    """Takes the machine's counter away, as in a build that stores the computer's clock."""

    name = "benchmarks.fault_harness.inside"
    label = "settable_clock_build"

    def ready(self) -> None:
        """Seed the bug."""
        from labelling.services import steady_clock

        epoch = datetime(1970, 1, 1, tzinfo=UTC)

        def by_the_clock() -> tuple[str, timedelta]:
            return "settable", datetime.now(UTC) - epoch

        patch.object(steady_clock, "machine_counter", by_the_clock).start()
        patch.object(steady_clock, "_known", {"settable": epoch}).start()
