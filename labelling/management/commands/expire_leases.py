"""Tidy up leases that have run out."""

from django.core.management.base import BaseCommand

from labelling.services.lease_tidying import expire_leases
from labelling.services.steady_clock import steady_now


class Command(BaseCommand):
    """Thin: calls `expire_leases`, prints."""

    help = "Mark leases that have run out as expired. Studies do not need it: such images are free anyhow."

    def handle(self, *_args: object, **_options: object) -> None:
        """Tidy, and tell how much there was."""
        self.stdout.write(f"Leases that had run out: {expire_leases(now=steady_now())}.")
