"""Builds with a guard taken out, so that a harness shows that it notices. Switched on here and nowhere else."""

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from django.db import connections

from labelling.models import Annotator, Place
from labelling.services import assignment


@contextmanager
def without_place_locks() -> Iterator[None]:
    """Read the places of an item without locking them, and on SQLite begin transactions without the lock."""

    def unlocked(annotator: Annotator, token: str) -> list[Place]:
        item = annotator.assignments.values_list("sample_item_id", flat=True).get(token=token)
        return list(Place.objects.filter(sample_item=item).order_by("slot"))

    with patch.object(assignment, "_lock_places", unlocked), deferred_transactions():
        yield


@contextmanager
def deferred_transactions() -> Iterator[None]:
    """Let transactions of new SQLite connections take the write lock at their first write only."""
    options = connections.settings["default"]["OPTIONS"]
    before = options.pop("transaction_mode", None)
    try:
        yield
    finally:
        if before is not None:
            options["transaction_mode"] = before
