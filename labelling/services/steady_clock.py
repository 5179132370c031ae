"""The time of studies, which goes on evenly when the computer's clock is set.

Leases are promises of so many minutes. Were they measured by a clock that can be set, an hour forward would
end all of them at once, and an hour back would keep everybody waiting. So every moment that is stored comes
from here: the machine's own counter since its start, and one row that says when that was.
"""

import logging
import sys
import time
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.db import connection, transaction
from django.db.models import Q

from labelling.models import Event, MachineClock

logger = logging.getLogger(__name__)

_BOOT = Path("/proc/sys/kernel/random/boot_id")
_COUNTER = Path("/proc/self/ns/time")  # containers may have counters of their own
_NOTABLE = timedelta(minutes=1)
# Elsewhere than on Linux nothing names the machine's start: there, each process counts for itself.
_PROCESS = f"process {uuid.uuid4()}"

# What the database said of this machine: asked once in a process, since it does not change.
_known: dict[str, datetime] = {}


def steady_now() -> datetime:
    """Return the present moment in UTC. Time between two calls is never negative and never jumps.

    Every process on a machine gets the same time, and it survives their restart. Another machine starts from
    the database server's clock. After a restart of the machine the computer's clock counts again, but no
    moment comes before what is recorded already. One query at a process's first call, none later.
    """
    machine, since_zero = machine_counter()
    if machine not in _known:
        _known[machine] = _zero_of(machine, since_zero)
    return _known[machine] + since_zero


def machine_counter() -> tuple[str, timedelta]:
    """Return which start of which machine this is, and the time since then. Sleep counts."""
    if sys.platform != "linux":
        return _PROCESS, timedelta(microseconds=time.monotonic_ns() // 1000)
    counter = str(_COUNTER.readlink()) if _COUNTER.is_symlink() else ""
    name = f"{_BOOT.read_text().strip()} {counter}".strip()
    return name, timedelta(microseconds=time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1000)


def _zero_of(machine: str, since_zero: timedelta) -> datetime:
    """Return when the machine's counter stood at zero; the first process to ask decides it for all."""
    stored = MachineClock.objects.filter(machine=machine).first()
    clock = _clock_that_can_be_set()
    if stored is None:
        with transaction.atomic():
            zero_at = max([clock, *_last_recorded()]) - since_zero
            stored, _ = MachineClock.objects.get_or_create(machine=machine, defaults={"zero_at": zero_at})
    ahead = clock - (stored.zero_at + since_zero)
    if abs(ahead) > _NOTABLE:
        logger.warning(
            "The clock was set by about %d s since this machine started. Studies go on in the time they had; "
            "they take the clock's when the machine starts anew.",
            ahead.total_seconds(),
        )
    return stored.zero_at


def _clock_that_can_be_set() -> datetime:
    """Return the database server's time, which all machines share; with SQLite it is this computer's."""
    if connection.vendor == "sqlite":
        return datetime.now(UTC)
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
    return moment.astimezone(UTC)


def _last_recorded() -> list[datetime]:
    """Return the time of the last event of a real study, if there is one: a rehearsal's time is made up."""
    real = Q(study__rehearsal=False) | Q(annotator__study__rehearsal=False)
    return list(Event.objects.filter(real).order_by("-pk").values_list("at", flat=True)[:1])
