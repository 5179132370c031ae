"""The triggers in the database: laid down, and taken up.

They are taken up before every migration and laid down after it, because SQLite's schema changes rebuild
tables. Each refuses with a sentence that names the rule.
"""

from collections.abc import Iterator
from typing import Any

from django.db import connections

from labelling.models.guard_rules import Guard, guards


def _sqlite(guard: Guard) -> Iterator[str]:
    yield f"DROP TRIGGER IF EXISTS {guard.name}"
    yield (
        f"CREATE TRIGGER {guard.name} BEFORE {guard.event} ON {guard.table} FOR EACH ROW "
        f"WHEN {guard.condition} BEGIN SELECT RAISE(ABORT, '{guard.name}: {guard.message}'); END"
    )


def _postgresql(guard: Guard) -> Iterator[str]:
    row = "OLD" if guard.event == "DELETE" else "NEW"
    yield (
        f"CREATE OR REPLACE FUNCTION {guard.name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {guard.condition} THEN RAISE EXCEPTION '{guard.name}: {guard.message}' "
        f"USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN {row}; END $$"
    )
    yield f"DROP TRIGGER IF EXISTS {guard.name} ON {guard.table}"
    yield (
        f"CREATE TRIGGER {guard.name} BEFORE {guard.event} ON {guard.table} FOR EACH ROW "
        f"EXECUTE FUNCTION {guard.name}()"
    )


def install_guards(*, using: str, **_signal: Any) -> None:
    """Lay down every guard in the database `using`, replacing older versions of itself."""
    if not _tables_exist(using):
        return  # migrated back, before there was such a table to guard
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
    on_table = connections[using].vendor == "postgresql"
    with connections[using].cursor() as cursor:
        for guard in guards("IS NOT"):
            cursor.execute(
                f"DROP TRIGGER IF EXISTS {guard.name}" + (f" ON {guard.table}" if on_table else "")
            )


def _tables_exist(using: str) -> bool:
    present = set(connections[using].introspection.table_names())
    return {guard.table for guard in guards("IS NOT")} <= present
