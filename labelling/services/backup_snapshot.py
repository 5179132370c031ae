"""What a snapshot of the database holds, read within the snapshot itself."""

from collections.abc import Callable
from dataclasses import dataclass

from django.apps import apps

Ask = Callable[[str], list[tuple[object, ...]]]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The migrations that were run (app and name), the rows of each table, the images that items name."""

    migrations: list[list[str]]
    rows: dict[str, int]
    images: list[str]


def is_ours(table: str) -> bool:
    """Tell whether a table belongs to the product: to one of its apps, or to Django's own books."""
    return table.startswith(("django_", *(f"{app.label}_" for app in apps.get_app_configs())))


def read_snapshot(ask: Ask, tables: list[str]) -> Snapshot:
    """Return what the product's tables among `tables` hold. `ask` runs a statement and returns its rows."""
    ours = sorted(table for table in tables if is_ours(table))
    return Snapshot(
        migrations=[[str(app), str(name)] for app, name in ask("SELECT app, name FROM django_migrations")],
        rows={table: _number(ask(f'SELECT count(*) FROM "{table}"')) for table in ours},  # noqa: S608 - names from the schema
        images=[
            str(name) for (name,) in ask("SELECT image FROM labelling_item WHERE image <> '' ORDER BY id")
        ],
    )


def _number(rows: list[tuple[object, ...]]) -> int:
    return int(str(rows[0][0]))
