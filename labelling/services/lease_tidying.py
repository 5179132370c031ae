"""Taking the places back from leases that have run out. Nothing waits for it: such a place is free anyhow."""

from datetime import datetime

from django.db import connection, transaction

from labelling.models import Assignment, Place, Study
from labelling.services.completion import complete_if_full

# Places locked at one time: nobody who answers waits longer than such a batch takes.
BATCH = 500


def expire_leases(*, now: datetime) -> int:
    """Mark every lease that ran out by `now` as expired, and return how many there were.

    Only the tables get tidier: who holds how much is then read from them without looking at the clock. A late
    answer counts as before where its place is still free. Doing it again changes nothing. A place that
    somebody is using at this moment is left for the next time.

    A study that has all its labels is completed here where nobody else comes by to do it.
    """
    expired, after = 0, 0
    while True:
        with transaction.atomic():
            # Places are locked before assignments, as everywhere: an answer comes before this or after it.
            places = _places_of_expired_leases(now, after)
            expired += Assignment.objects.filter(
                place__in=places, state=Assignment.State.LEASED, expires_at__lte=now
            ).update(state=Assignment.State.EXPIRED, place=None)
        if not places:
            break
        after = places[-1]
    for study in Study.objects.filter(state__in=(Study.State.RUNNING, Study.State.PAUSED)):
        complete_if_full(study=study, now=now)
    return expired


def _places_of_expired_leases(now: datetime, after: int) -> list[int]:
    """Return the keys of the next places whose holders' leases have run out, locked, in ascending order."""
    skip = connection.features.has_select_for_update_skip_locked
    places = Place.objects.filter(
        pk__gt=after, assignment__state=Assignment.State.LEASED, assignment__expires_at__lte=now
    )
    locked = places.select_for_update(no_key=True, skip_locked=skip, of=("self",))
    return list(locked.order_by("pk").values_list("pk", flat=True)[:BATCH])
