"""Counting failures to sign in. The count is in the database, so that all processes of all hosts share it."""

from datetime import datetime

from django.db import transaction

from labelling.models import SignInFailures
from labelling.selectors.sign_in import cool_off, name_digest


@transaction.atomic
def record_failure(*, name: str, now: datetime) -> int:
    """Count one more failure under the name, and return how many there are in a row. Old counts go."""
    SignInFailures.objects.filter(last_at__lte=now - cool_off()).delete()
    digest = name_digest(name)
    # Locked, so that of two at one moment both count.
    rows = SignInFailures.objects.select_for_update()
    row, new = rows.get_or_create(name_digest=digest, defaults={"failures": 1, "last_at": now})
    if not new:
        row.failures += 1
        row.last_at = now
        row.save(update_fields=["failures", "last_at"])
    return row.failures


def forget_failures(*, name: str) -> int:
    """Let the name start from none, and return how many rows went: after a success, or by an operator."""
    return SignInFailures.objects.filter(name_digest=name_digest(name)).delete()[0]


def forget_all_failures() -> int:
    """Let every name start from none, and return how many there were."""
    return SignInFailures.objects.all().delete()[0]
