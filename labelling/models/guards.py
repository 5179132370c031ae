"""The triggers in the database: laid down, and taken up.

They are taken up before every migration and laid down after it, because SQLite's schema changes rebuild
tables. Each refuses with a sentence that names the rule.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.db import connections, transaction

from labelling.models.guard_rules import Guard, guards


def _sqlite(guard: Guard) -> Iterator[str]:
    yield f"DROP TRIGGER IF EXISTS {guard.name}"
    yield (
        f"CREATE TRIGGER {guard.name} BEFORE {guard.event} ON {guard.table} FOR EACH ROW "
        f"WHEN {guard.condition} BEGIN SELECT RAISE(ABORT, '{guard.name}: {guard.message}'); END"
    )


def _postgresql(guard: Guard) -> Iterator[str]:
    row = "OLD" if guard.event == "DELETE" else "NEW"
    yield from _postgresql_trigger(guard.name, f"{guard.event} ON {guard.table} FOR EACH ROW", guard, row)
    if guard.event == "DELETE":
        # TRUNCATE sets off no trigger of a row. It deletes all of them, so no row may be one that is kept.
        is_kept = guard.condition.replace("OLD.", "gone.")
        kept = f"EXISTS (SELECT 1 FROM {guard.table} gone WHERE {is_kept})"  # noqa: S608 - our own words
        emptied = replace(guard, condition=kept)
        when = f"TRUNCATE ON {guard.table} FOR EACH STATEMENT"
        yield from _postgresql_trigger(_of_truncate(guard), when, emptied, "NULL")


def _postgresql_trigger(name: str, when: str, guard: Guard, result: str) -> Iterator[str]:
    yield (
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {guard.condition} THEN RAISE EXCEPTION '{guard.name}: {guard.message}' "
        f"USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN {result}; END $$"
    )
    yield f"DROP TRIGGER IF EXISTS {name} ON {guard.table}"
    yield f"CREATE TRIGGER {name} BEFORE {when} EXECUTE FUNCTION {name}()"


def _of_truncate(guard: Guard) -> str:
    return f"{guard.name}_by_truncate"


def install_guards(*, using: str, **_signal: Any) -> None:
    """Lay down every guard in the database `using`, all at once, replacing older versions of itself."""
    if not _tables_exist(using):
        return  # migrated back, before there was such a table to guard
    statements, differs = {
        "sqlite": (_sqlite, "IS NOT"),
        "postgresql": (_postgresql, "IS DISTINCT FROM"),
    }[connections[using].vendor]
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        for guard in guards(differs):
            for statement in statements(guard):
                cursor.execute(statement)


def remove_guards(*, using: str, **_signal: Any) -> None:
    """Take every guard up before a migration: SQLite cannot rebuild a table that a trigger mentions."""
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        for guard in guards("IS NOT"):
            if connections[using].vendor == "sqlite":
                cursor.execute(f"DROP TRIGGER IF EXISTS {guard.name}")
                continue
            for name in (guard.name, _of_truncate(guard)):
                cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {guard.table}")


def _tables_exist(using: str) -> bool:
    present = set(connections[using].introspection.table_names())
    return {guard.table for guard in guards("IS NOT")} <= present
