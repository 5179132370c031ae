"""Builds with a guard taken out, so that a harness shows that it notices. Switched on here alone."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime
from typing import Any
from unittest.mock import patch

from django.db import connections, transaction

from labelling.models import Annotator, Event, Label, Place, Study
from labelling.selectors import bundle_inputs, label_rows
from labelling.services import assignment, reinstatement
from labelling.services.events import record_event, seal_chains

# What a busy server takes between two statements, in seconds.
_BUSY = 0.02


@contextmanager
def without_place_locks() -> Iterator[None]:
    """Read the places of an item without locking them, and on SQLite begin transactions without the lock."""

    def unlocked(annotator: Annotator, token: str) -> list[Place]:
        item = annotator.assignments.values_list("sample_item_id", flat=True).get(token=token)
        return list(Place.objects.filter(sample_item=item).order_by("slot"))

    def none_at_once(*_arguments: object) -> dict[int, Label]:
        """Leave every answer to the path that looks at all places of the item."""
        return {}

    with (
        patch.object(assignment, "_lock_places", unlocked),
        patch.object(assignment, "_fill_held_places", none_at_once),
        patch.object(assignment, "short_transaction", transaction.atomic),
        deferred_transactions(),
    ):
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


@contextmanager
def completing_without_looking_again() -> Iterator[None]:
    """Complete a study without its lock: several callers look, each then writes what it has seen."""

    def complete(*, study: Study, now: datetime) -> bool:
        unfilled = Place.objects.filter(study=study).unfilled()
        patience = time.monotonic() + 50 * _BUSY
        while unfilled.exists():
            if time.monotonic() > patience:
                return False
            time.sleep(_BUSY / 4)
        study = Study.objects.get(pk=study.pk)
        if study.state != Study.State.RUNNING:
            return False
        time.sleep(10 * _BUSY)
        Study.objects.filter(pk=study.pk).update(state=Study.State.COMPLETE, completed_at=now)
        record_event(of=study, kind=Event.Kind.COMPLETED, now=now)
        seal_chains(study=study, now=now)
        return True

    with (
        patch.object(assignment, "complete_if_full", complete),
        patch.object(reinstatement, "complete_if_full", complete),
    ):
        yield


@contextmanager
def reading_piece_by_piece() -> Iterator[None]:
    """Read what is exported in as many moments as there are queries, at a large study's pace."""
    read = label_rows.label_rows

    def slowly(**what: Any) -> list[label_rows.LabelRow]:
        rows = read(**what)
        time.sleep(20 * _BUSY)
        return rows

    with (
        patch.object(bundle_inputs, "one_moment", nullcontext),
        patch.object(label_rows, "label_rows", slowly),
    ):
        yield
