"""Servers with a guard taken out. A harness that does not notice them proves nothing.

Each function here puts its own services under the names that are called for the annotators' pages.
"""

import re
import threading
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import close_old_connections, connection
from django.db.models import Count, Q
from django.utils import timezone

from labelling.errors import NotRunning
from labelling.models import Annotator, Assignment, Category, Label, Place, SampleItem, Study
from labelling.models.guards import remove_guards
from labelling.services import stream
from labelling.services.answer import Answer
from labelling.services.completion import complete_if_full

_UNIQUE_TABLES = ("labelling_label", "labelling_assignment")


def _put(**services: Any) -> None:
    """Let the pages' requests end in these services."""
    for name, service in services.items():
        if not callable(getattr(stream, name, None)):
            raise LookupError(f"No {name} is called for the pages; the seeded bug would not be there.")
        setattr(stream, name, service)


def unsynced() -> None:
    """Nothing to put: the settings let the database answer before the disk has it."""


def naive() -> None:
    """Count the labels, then promise; store whatever comes. Needs a database after `drop_constraints`."""
    _put(lease_items=_count_then_promise, submit_labels=_store_whatever_comes)


def drop_constraints() -> None:
    """Take every unique constraint and trigger off assignments and labels, while both tables are empty."""
    remove_guards(using="default")
    with connection.cursor() as cursor:
        for table in _UNIQUE_TABLES:
            cursor.execute(f"SELECT count(*) FROM {table}")
            if cursor.fetchone() != (0,):
                raise ValueError(f"{table} has rows; constraints are dropped before anybody labels.")
        (_drop_on_sqlite if connection.vendor == "sqlite" else _drop_on_postgresql)(cursor)


def _drop_on_sqlite(cursor: Any) -> None:
    """Make the tables anew from their own text without the word UNIQUE: SQLite cannot drop a constraint."""
    for table in _UNIQUE_TABLES:
        cursor.execute(
            "SELECT sql FROM sqlite_master WHERE tbl_name = %s AND sql IS NOT NULL ORDER BY type DESC",
            [table],
        )
        made, *indexes = [sql for (sql,) in cursor.fetchall()]
        made = re.sub(r', CONSTRAINT "\w+" UNIQUE \([^)]*\)', "", made)
        cursor.execute(f"DROP TABLE {table}")
        for sql in [re.sub(r" UNIQUE\b", "", made), *indexes]:
            if not sql.startswith("CREATE UNIQUE"):
                cursor.execute(sql)


def _drop_on_postgresql(cursor: Any) -> None:
    cursor.execute(
        "SELECT conrelid::regclass::text, conname FROM pg_constraint "
        "WHERE contype = 'u' AND conrelid::regclass::text = ANY(%s)",
        [list(_UNIQUE_TABLES)],
    )
    for table, name in cursor.fetchall():
        cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')


def _count_then_promise(*, annotator: Annotator, count: int, now: datetime) -> list[Assignment]:
    """Give the first items that have too few labels at this moment: what is promised is not counted."""
    study = annotator.study
    study.refresh_from_db(fields=["state"])
    if study.state != Study.State.RUNNING:
        raise NotRunning(f"The study {study.slug} is over.")
    held = list(annotator.assignments.leased().select_related("sample_item__item"))
    counted = Count("assignments", filter=Q(assignments__state=Assignment.State.SUBMITTED))
    wanting = (
        SampleItem.objects.filter(study=study, role="sampled")
        .exclude(pk__in=annotator.assignments.values("sample_item"))
        .annotate(counted=counted)
        .filter(counted__lt=study.redundancy)
        .select_related("item")
        .order_by("position")[:count]
    )
    lease = {"leased_at": now, "expires_at": now + timedelta(seconds=study.lease_seconds)}
    for item in wanting:
        place = item.places.get(slot=item.counted)
        held.append(Assignment.objects.create(annotator=annotator, sample_item=item, place=place, **lease))
    return held


def _store_whatever_comes(*, annotator: Annotator, answers: Sequence[Answer], now: datetime) -> list[Label]:
    """Store a row for every request: no lookup of an earlier one, no place to fill."""
    return [_store(annotator, answer, now) for answer in answers]


def _store(annotator: Annotator, answer: Answer, now: datetime) -> Label:
    assignment = annotator.assignments.get(token=answer.token)
    stored = Label.objects.create(
        assignment=assignment,
        annotator=annotator,
        category=Category.objects.get(dataset__studies=annotator.study_id, position=answer.category_position),
        submission_key=answer.submission_key,
        response_ms=answer.response_ms,
        submitted_at=now,
    )
    Assignment.objects.filter(pk=assignment.pk).update(state=Assignment.State.SUBMITTED)
    item = Assignment.objects.filter(sample_item=assignment.sample_item_id)
    if item.filter(state=Assignment.State.SUBMITTED).count() >= annotator.study.redundancy:
        Place.objects.filter(sample_item=assignment.sample_item_id).update(available_from=None)
    complete_if_full(study=annotator.study, now=now)
    return stored


def answers_first() -> None:
    """Answer at once and store half a second later, as a server does that writes behind."""
    submit = stream.submit_labels

    def store_later(arguments: dict[str, Any]) -> None:
        time.sleep(0.5)
        close_old_connections()
        submit(**arguments)
        connection.close()

    def answer_first(**arguments: Any) -> list[Label]:
        threading.Thread(target=store_later, args=(arguments,)).start()
        return [Label() for _ in arguments["answers"]]

    _put(submit_labels=answer_first)


def forgetful() -> None:
    """Promise an item once and for all: no lease runs out, and nobody is told again what they hold."""

    def promise_for_good(*, annotator: Annotator, count: int, now: datetime) -> list[Assignment]:
        annotator.study.refresh_from_db(fields=["state"])
        if annotator.study.state != Study.State.RUNNING:
            raise NotRunning(f"The study {annotator.study.slug} is over.")
        free = Place.objects.filter(study=annotator.study_id, available_from__lte=timezone.now())
        unseen = free.exclude(sample_item__in=annotator.assignments.values("sample_item"))
        promised = []
        for place in unseen.order_by("rank")[:count]:
            taken = Place.objects.filter(pk=place.pk, available_from__lte=now)
            taken_before = annotator.assignments.filter(sample_item=place.sample_item_id).exists()
            if not taken_before and taken.update(available_from=now + timedelta(days=3650)):
                lease = {"leased_at": now, "expires_at": now + timedelta(days=3650)}
                promised.append(
                    Assignment.objects.create(
                        annotator=annotator, sample_item_id=place.sample_item_id, place=place, **lease
                    )
                )
        return promised

    _put(lease_items=promise_for_good)
