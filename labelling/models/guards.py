"""Triggers: what a column constraint cannot say.

They are taken up before every migration and laid down after it, because SQLite's schema changes rebuild
tables. Each refuses with a sentence that names the rule.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connections

from labelling.models.study import Study


@dataclass(frozen=True)
class Guard:
    """One rule: before `event` on `table`, refuse with `message` when `condition` holds."""

    name: str
    table: str
    event: str
    message: str
    condition: str


def guards(differs: str) -> Iterator[Guard]:
    """Yield every guard. `differs` is the database's null-safe "differs from" operator."""
    yield Guard("label_append_only", "labelling_label", "UPDATE", "a label is never changed", "TRUE")
    yield Guard(
        "label_by_its_annotator",
        "labelling_label",
        "INSERT",
        "a label belongs to the annotator of its assignment",
        "NEW.annotator_id <> (SELECT annotator_id FROM labelling_assignment WHERE id = NEW.assignment_id)",
    )
    for event in ("INSERT", "UPDATE"):
        yield Guard(
            f"assignment_place_of_item_on_{event.lower()}",
            "labelling_assignment",
            event,
            "an assignment holds a place of its own item",
            "NEW.place_id IS NOT NULL AND NEW.sample_item_id <> "
            "(SELECT sample_item_id FROM labelling_place WHERE id = NEW.place_id)",
        )
    frozen = [*Study.PROTOCOL_FIELDS, "dataset_id", "protocol", "protocol_sha256", "launched_at", "rehearsal"]
    yield Guard(
        "study_protocol_frozen",
        "labelling_study",
        "UPDATE",
        "the protocol is frozen at launch",
        f"OLD.protocol_sha256 <> '' AND ({_any_differs(frozen, differs)})",
    )
    decided = _any_differs(["annotator_id", "reason", "excluded_by", "excluded_at"], differs)
    yield Guard(
        "exclusion_lifted_once",
        "labelling_exclusion",
        "UPDATE",
        "an exclusion is lifted once and otherwise never changed",
        f"OLD.lifted_at IS NOT NULL OR {decided}",
    )
    yield Guard(
        "sample_item_fixed",
        "labelling_sampleitem",
        "UPDATE",
        "the sample is fixed when it is drawn",
        "TRUE",
    )
    yield Guard(
        "place_fixed",
        "labelling_place",
        "UPDATE",
        "a place keeps its item, slot and rank",
        _any_differs(["study_id", "sample_item_id", "slot", "rank"], differs),
    )


def _any_differs(columns: list[str], differs: str) -> str:
    return " OR ".join(f'NEW."{column}" {differs} OLD."{column}"' for column in columns)


def _sqlite(guard: Guard) -> Iterator[str]:
    yield f"DROP TRIGGER IF EXISTS {guard.name}"
    yield (
        f"CREATE TRIGGER {guard.name} BEFORE {guard.event} ON {guard.table} FOR EACH ROW "
        f"WHEN {guard.condition} BEGIN SELECT RAISE(ABORT, '{guard.name}: {guard.message}'); END"
    )


def _postgresql(guard: Guard) -> Iterator[str]:
    yield (
        f"CREATE OR REPLACE FUNCTION {guard.name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {guard.condition} THEN RAISE EXCEPTION '{guard.name}: {guard.message}' "
        "USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$"
    )
    yield f"DROP TRIGGER IF EXISTS {guard.name} ON {guard.table}"
    yield (
        f"CREATE TRIGGER {guard.name} BEFORE {guard.event} ON {guard.table} FOR EACH ROW "
        f"EXECUTE FUNCTION {guard.name}()"
    )


def install_guards(*, using: str, **_signal: Any) -> None:
    """Lay down every guard in the database `using`, replacing older versions of itself."""
    if not _tables_exist(using):
        return  # migrated back to nothing: there is no table to guard
    statements, differs = {
        "sqlite": (_sqlite, "IS NOT"),
        "postgresql": (_postgresql, "IS DISTINCT FROM"),
    }[connections[using].vendor]
    with connections[using].cursor() as cursor:
        for guard in guards(differs):
            for statement in statements(guard):
                cursor.execute(statement)


def remove_guards(*, using: str, **_signal: Any) -> None:
    """Take every guard up before a migration: SQLite cannot rebuild a table that a trigger mentions."""
    if not _tables_exist(using):
        return
    on_table = connections[using].vendor == "postgresql"
    with connections[using].cursor() as cursor:
        for guard in guards("IS NOT"):
            cursor.execute(
                f"DROP TRIGGER IF EXISTS {guard.name}" + (f" ON {guard.table}" if on_table else "")
            )


def _tables_exist(using: str) -> bool:
    return "labelling_label" in connections[using].introspection.table_names()
