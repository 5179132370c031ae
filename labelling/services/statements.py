"""What every lease and every label asks the database, written out as SQL.

Composing these few statements anew with the ORM took most of a label's processor time (docs/benchmarks.md),
and on SQLite everybody else waits meanwhile. Both databases read them alike; on PostgreSQL what is read in
order to be changed is locked, on SQLite the transaction has locked everything.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection


class LockedAnnotator(NamedTuple):
    """What may have changed since the request began.

    `first_rank` is from where on places may be open to the annotator, known when the study's places had been
    opened anew `reopenings` times; `lapsed` tells whether a promise to them ran out or was taken back (see
    `picking`).
    """

    consented: bool
    admitted: bool
    withdrawn: bool
    first_rank: int = 0
    reopenings: int = 0
    lapsed: bool = True


class Held(NamedTuple):
    """A promise that holds its place. `item` is the item's number in the dataset."""

    assignment: int
    place: int
    token: str
    item: int


def lock_annotator(*, annotator: int) -> LockedAnnotator:
    """Lock the annotator's row until the transaction ends: two requests of one annotator go one at a time."""
    [(consented, admitted, withdrawn, *reach)] = select(
        """
        SELECT consented_at IS NOT NULL,
            turned_away_at IS NULL
            AND (screened_at IS NOT NULL OR CAST(screening AS TEXT) = '[]')
            AND (practised_at IS NOT NULL OR practice_items = 0),
            withdrawn_at IS NOT NULL,
            CASE WHEN reopenings_seen = reopenings THEN first_rank ELSE 0 END,
            reopenings,
            EXISTS (
                SELECT 1 FROM labelling_assignment lapsed
                WHERE lapsed.annotator_id = annotator.id AND lapsed.state IN ('expired', 'released')
            )
        FROM labelling_annotator annotator JOIN labelling_study study ON study.id = annotator.study_id
        WHERE annotator.id = %s FOR NO KEY UPDATE OF annotator
        """,
        annotator,
    )
    return LockedAnnotator(bool(consented), bool(admitted), bool(withdrawn), *reach)


def is_excluded(*, annotator: int) -> bool:
    """Tell whether the annotator is excluded. Ask after the lock: who excludes or reinstates holds it too."""
    sql = "SELECT 1 FROM labelling_exclusion WHERE annotator_id = %s AND lifted_at IS NULL LIMIT 1"
    return bool(select(sql, annotator))


def held_assignments(*, annotator: int, tokens: Sequence[str]) -> list[Held]:
    """Return those of the annotator's promises that still hold their places, and lock these places.

    The places are locked before the assignments are read: whoever takes a place away locks it first.
    """
    if not tokens:
        return []
    if connection.features.has_select_for_update:
        select(
            """
            SELECT place.id FROM labelling_place place
            JOIN labelling_assignment assignment ON assignment.place_id = place.id
            WHERE annotator_id = %s AND state = 'leased' AND token IN %s
            ORDER BY place.id FOR NO KEY UPDATE OF place
            """,
            annotator,
            tokens,
        )
    rows = select(
        """
        SELECT assignment.id, place_id, assignment.token, item."index" FROM labelling_assignment assignment
        JOIN labelling_sampleitem member ON member.id = sample_item_id
        JOIN labelling_item item ON item.id = item_id
        WHERE annotator_id = %s AND state = 'leased' AND assignment.token IN %s
        """,
        annotator,
        tokens,
    )
    return [Held(*row) for row in rows]


def fill_places(*, held: Sequence[Held]) -> None:
    """Mark these places as filled for good, and their assignments as submitted."""
    if not held:
        return
    change("UPDATE labelling_place SET available_from = NULL WHERE id IN %s", [each.place for each in held])
    change(
        "UPDATE labelling_assignment SET state = 'submitted' WHERE id IN %s",
        [each.assignment for each in held],
    )


def give_places_back(*, held: Sequence[Held], now: datetime) -> None:
    """Free these places for somebody else, and mark their assignments as abstained from."""
    if not held:
        return
    places = [each.place for each in held]
    change("UPDATE labelling_place SET available_from = %s WHERE id IN %s", now, places)
    change(
        "UPDATE labelling_assignment SET state = 'abstained', place_id = NULL WHERE id IN %s",
        [each.assignment for each in held],
    )


def categories_at(*, dataset: int, positions: Sequence[int]) -> dict[int, tuple[int, str]]:
    """Return key and name of the dataset's categories at these positions; one that it lacks is absent."""
    if not positions:
        return {}
    rows = select(
        "SELECT position, id, name FROM labelling_category WHERE dataset_id = %s AND position IN %s",
        dataset,
        positions,
    )
    return {position: (key, name) for position, key, name in rows}


def leased_by(*, annotator: int, before: datetime) -> list[tuple[int, int, bool]]:
    """Return assignment and place of each unanswered promise, oldest first; and whether it ends `before`."""
    return select(
        """
        SELECT id, place_id, expires_at < %s FROM labelling_assignment
        WHERE annotator_id = %s AND state = 'leased' ORDER BY id
        """,
        before,
        annotator,
    )


def answers_of(*, annotator: int) -> int:
    """Return how many answers the annotator has given, whether they count or not."""
    [(count,)] = select(
        """
        SELECT COUNT(*) FROM labelling_assignment
        WHERE annotator_id = %s AND state IN ('submitted', 'surplus', 'abstained', 'void')
        """,
        annotator,
    )
    return int(count)


def promise_places(*, places: Sequence[int], until: datetime) -> None:
    """Take these locked places until then; whoever held one before has let the lease run out."""
    change("UPDATE labelling_place SET available_from = %s WHERE id IN %s", until, places)
    change("UPDATE labelling_assignment SET state = 'expired', place_id = NULL WHERE place_id IN %s", places)


def promise_items(
    *, annotator: int, promises: Sequence[tuple[int, int, str]], now: datetime, until: datetime
) -> dict[int, int]:
    """Store promises, each of place, item and a token; return the assignment that holds each place.

    A row of this annotator for the item may be there from a promise that ran out: there is one row a pair,
    and it keeps its token.
    """
    rows = ", ".join(["(%s, %s, %s, %s, 'leased', %s, %s)"] * len(promises))
    values = [
        value for place, item, token in promises for value in (annotator, item, place, token, now, until)
    ]
    sql = f"""
        INSERT INTO labelling_assignment
            (annotator_id, sample_item_id, place_id, token, state, leased_at, expires_at) VALUES {rows}
        ON CONFLICT (annotator_id, sample_item_id) DO UPDATE SET place_id = EXCLUDED.place_id,
            state = EXCLUDED.state, leased_at = EXCLUDED.leased_at, expires_at = EXCLUDED.expires_at
        RETURNING place_id, id
        """  # noqa: S608 - marks only
    return dict(select(sql, *values))


def lock_places(*, places: Sequence[int]) -> None:
    """Lock these places in the order of everybody who locks several."""
    if connection.features.has_select_for_update:
        select("SELECT id FROM labelling_place WHERE id IN %s ORDER BY id FOR NO KEY UPDATE", places)


def renew_leases(
    *, assignments: Sequence[int], places: Sequence[int], now: datetime, until: datetime
) -> None:
    """Give these promises, which hold these locked places, a new lease."""
    change("UPDATE labelling_place SET available_from = %s WHERE id IN %s", until, places)
    change(
        "UPDATE labelling_assignment SET leased_at = %s, expires_at = %s WHERE id IN %s",
        now,
        until,
        assignments,
    )


def last_event(*, annotator: int) -> tuple[int, str] | None:
    """Return sequence and digest of the last event in the annotator's chain, or None."""
    rows = select(
        "SELECT sequence, sha256 FROM labelling_event WHERE annotator_id = %s ORDER BY sequence DESC LIMIT 1",
        annotator,
    )
    return rows[0] if rows else None


def any_place_unfilled(*, study: int) -> bool:
    """Tell whether the study still wants a label."""
    sql = "SELECT 1 FROM labelling_place WHERE study_id = %s AND available_from IS NOT NULL LIMIT 1"
    return bool(select(sql, study))


def study_state(*, study: int) -> str:
    """Return the study's state at this moment."""
    [(state,)] = select("SELECT state FROM labelling_study WHERE id = %s", study)
    return str(state)


def select(sql: str, *values: object) -> list[Any]:
    """Return what the statement finds. A list among the values stands for a mark in brackets: `IN %s`."""
    with connection.cursor() as cursor:
        cursor.execute(*_prepared(sql, values))
        return list(cursor.fetchall())


def change(sql: str, *values: object) -> None:
    """Carry the statement out; its values are as for `select`."""
    with connection.cursor() as cursor:
        cursor.execute(*_prepared(sql, values))


def _prepared(sql: str, values: Sequence[object]) -> tuple[str, list[Any]]:
    """Return a statement and its values as the driver takes them: a list has a mark for each of its members.

    SQLite has no clause that locks rows, and needs none.
    """
    if not connection.features.has_select_for_update:
        sql = sql.partition(" FOR NO KEY UPDATE")[0]
    first, *others = sql.split("%s")
    text, flat = [first], []
    for value, rest in zip(values, others, strict=True):
        members = list(value) if isinstance(value, list | tuple) else [value]
        marks = ", ".join(["%s"] * len(members))
        text += [f"({marks})" if isinstance(value, list | tuple) else marks, rest]
        flat += [
            connection.ops.adapt_datetimefield_value(member) if isinstance(member, datetime) else member
            for member in members
        ]
    return "".join(text), flat
