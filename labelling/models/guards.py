"""Triggers: what a column constraint cannot say.

They are laid down after every migration, because SQLite's schema changes rebuild a table and drop its
triggers. Each refuses with a sentence that names the rule.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connections

from labelling.models.study import Study


@dataclass(frozen=True)
class Guard:
    """One rule: before `event` on `table`, refuse with `message` when `condition` holds ('' means always)."""

    name: str
    table: str
    event: str
    message: str
    condition: str = ""


def guards(distinct: str) -> Iterator[Guard]:
    """Yield every guard. `distinct` is the database's null-safe "differs from" operator."""
    yield Guard("label_append_only", "labelling_label", "UPDATE", "a label is never changed")
    frozen = [*Study.PROTOCOL_FIELDS, "dataset_id", "protocol", "protocol_sha256", "launched_at", "rehearsal"]
    changed = " OR ".join(f'NEW."{field}" {distinct} OLD."{field}"' for field in frozen)
    yield Guard(
        "study_protocol_frozen",
        "labelling_study",
        "UPDATE",
        "the protocol is frozen at launch",
        f"OLD.protocol_sha256 <> '' AND ({changed})",
    )
    yield Guard(
        "sample_item_fixed",
        "labelling_sampleitem",
        "UPDATE",
        "the sample is fixed when it is drawn",
    )
    yield Guard(
        "place_fixed",
        "labelling_place",
        "UPDATE",
        "a place keeps its item, slot and rank",
        " OR ".join(
            f"NEW.{field} {distinct} OLD.{field}" for field in ("study_id", "sample_item_id", "slot", "rank")
        ),
    )


def _sqlite(guard: Guard) -> Iterator[str]:
    when = f"WHEN {guard.condition} " if guard.condition else ""
    yield f"DROP TRIGGER IF EXISTS {guard.name}"
    yield (
        f"CREATE TRIGGER {guard.name} BEFORE {guard.event} ON {guard.table} FOR EACH ROW {when}"
        f"BEGIN SELECT RAISE(ABORT, '{guard.name}: {guard.message}'); END"
    )


def _postgresql(guard: Guard) -> Iterator[str]:
    when = f"WHEN ({guard.condition}) " if guard.condition else ""
    yield (
        f"CREATE OR REPLACE FUNCTION {guard.name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"RAISE EXCEPTION '{guard.name}: {guard.message}' USING ERRCODE = 'integrity_constraint_violation'; "
        "END $$"
    )
    yield f"DROP TRIGGER IF EXISTS {guard.name} ON {guard.table}"
    yield (
        f"CREATE TRIGGER {guard.name} BEFORE {guard.event} ON {guard.table} FOR EACH ROW {when}"
        f"EXECUTE FUNCTION {guard.name}()"
    )


def install_guards(*, using: str, **_signal: Any) -> None:
    """Lay down every guard in the database `using`, replacing older versions of itself."""
    connection = connections[using]
    if "labelling_label" not in connection.introspection.table_names():
        return  # migrated back to nothing: there is no table to guard
    statements, distinct = {
        "sqlite": (_sqlite, "IS NOT"),
        "postgresql": (_postgresql, "IS DISTINCT FROM"),
    }[connection.vendor]
    with connection.cursor() as cursor:
        for guard in guards(distinct):
            for statement in statements(guard):
                cursor.execute(statement)
