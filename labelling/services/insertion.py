"""Store new rows with one statement, without the ORM's composing it anew for each label.

The models still say which columns there are and what stands in them by default; nothing names them twice.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import connection, models


def insert_rows(rows: Sequence[models.Model]) -> None:
    """Insert new rows of one model, and give them their keys, in their order. Constraints refuse as always.

    For plain fields only: strings, numbers, moments and foreign keys, whose values the caller has checked. No
    signal is sent. An empty sequence does nothing.
    """
    if not rows:
        return
    insert, fields = _insert(type(rows[0]))
    mark = f"({', '.join(['%s'] * len(fields))})"
    values = [_stored(getattr(row, name), moment) for row in rows for name, moment in fields]
    with connection.cursor() as cursor:
        cursor.execute(f"{insert} VALUES {', '.join([mark] * len(rows))} RETURNING id", values)
        keys = cursor.fetchall()
    for row, (key,) in zip(rows, sorted(keys), strict=True):
        row.pk = key
        row._state.adding, row._state.db = False, connection.alias  # noqa: SLF001 - as the ORM leaves it


@cache
def _insert(model: type[models.Model]) -> tuple[str, tuple[tuple[str, bool], ...]]:
    """Return the statement's beginning, and of each column its attribute and whether it is a moment."""
    table = model._meta  # noqa: SLF001 - Django documents it
    fields = [field for field in table.concrete_fields if not field.primary_key]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    told = tuple((field.attname, isinstance(field, models.DateTimeField)) for field in fields)
    return f'INSERT INTO "{table.db_table}" ({columns})', told


def _stored(value: Any, moment: bool) -> Any:
    return connection.ops.adapt_datetimefield_value(value) if moment and value is not None else value
