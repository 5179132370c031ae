"""Whether signing in under a name has to wait, known without knowing the name."""

import unicodedata
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.crypto import salted_hmac

from labelling.models import SignInFailures


def cool_off() -> timedelta:
    """Return how long a name waits after too many failures, and after how long failures are forgotten."""
    wait: timedelta = settings.AXES_COOLOFF_TIME
    return wait


def name_digest(name: str) -> str:
    """Return the keyed digest under which failures of a name are counted; spellings of one name share it."""
    plain = unicodedata.normalize("NFKC", name).strip().casefold()
    return salted_hmac("labelling.sign_in", plain, algorithm="sha256").hexdigest()


def failures_of(*, name: str, now: datetime) -> int:
    """Return how often signing in under the name failed in a row, of late. One query."""
    row = _row(name, now)
    return row.failures if row else 0


def locked_until(*, name: str, now: datetime) -> datetime | None:
    """Return until when the name has to wait; None when it need not. One query."""
    row = _row(name, now)
    return row.last_at + cool_off() if row and row.failures >= settings.AXES_FAILURE_LIMIT else None


def _row(name: str, now: datetime) -> SignInFailures | None:
    recent = SignInFailures.objects.filter(last_at__gt=now - cool_off())
    return recent.filter(name_digest=name_digest(name)).first()
