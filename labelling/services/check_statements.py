"""What an answer to a check asks the database, written out as SQL.

An answer to a check must take as long as one to any image, or the time would tell them apart. So what labels
ask is written out (see `statements`), and what checks ask too.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from labelling.selectors.check_outcomes import is_passed


class GivenCheck(NamedTuple):
    """A check that was given, with its answer where there is one.

    `right` is the category that passes: the gold item's ground truth, the annotator's own first label, or
    what was instructed; None where that label was erased. A `category` of None in an answer says that one
    could not tell.
    """

    key: int
    kind: str
    right: int | None
    answered: bool
    category: int | None
    submission_key: str
    response_ms: int | None

    @property
    def passed(self) -> bool | None:
        """Whether the answer is what the check looks for; see `is_passed`."""
        return is_passed(kind=self.kind, answer=self.category, right=self.right)


def tokens_and_keys(*, annotator: int, tokens: Sequence[str], keys: Sequence[str]) -> list[tuple[str, str]]:
    """Return token and submission key of the annotator's checks that have one of these tokens or keys."""
    of_tokens, of_keys = (", ".join(["%s"] * len(names)) for names in (tokens, keys))
    return _select(
        "SELECT token, submission_key FROM labelling_check WHERE annotator_id = %s "  # noqa: S608 - marks only
        f"AND (token IN ({of_tokens}) OR submission_key IN ({of_keys}))",
        annotator,
        *tokens,
        *keys,
    )


def given_check(*, annotator: int, token: str) -> GivenCheck | None:
    """Return the annotator's check of this token. The annotator is locked, so that nobody answers it now."""
    rows = _select(
        """
        SELECT given.id, kind, COALESCE(instructed_id, CASE kind WHEN 'gold' THEN ground_truth_id
            ELSE label.category_id END), answered_at IS NOT NULL, given.category_id, given.submission_key,
            given.response_ms
        FROM labelling_check given
        LEFT JOIN labelling_sampleitem member ON member.id = given.sample_item_id
        LEFT JOIN labelling_item item ON item.id = member.item_id
        LEFT JOIN labelling_assignment assignment ON assignment.annotator_id = given.annotator_id
            AND assignment.sample_item_id = given.sample_item_id
        LEFT JOIN labelling_label label ON label.assignment_id = assignment.id
        WHERE given.annotator_id = %s AND given.token = %s
        """,
        annotator,
        token,
    )
    if not rows:
        return None
    key, kind, right, answered, category, submission_key, response_ms = rows[0]
    return GivenCheck(key, kind, right, bool(answered), category, submission_key, response_ms)


def key_is_used(*, annotator: int, key: str) -> bool:
    """Tell whether a label or the answer to a check came under this submission key."""
    sql = (
        "SELECT 1 FROM labelling_label WHERE annotator_id = %s AND submission_key = %s UNION ALL "
        "SELECT 1 FROM labelling_check WHERE annotator_id = %s AND submission_key = %s LIMIT 1"
    )
    return bool(_select(sql, annotator, key, annotator, key))


def store_answer(*, check: GivenCheck, now: datetime) -> None:
    """Store the answer."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE labelling_check SET category_id = %s, cant_tell = %s, submission_key = %s,
                response_ms = %s, answered_at = %s WHERE id = %s
            """,
            [
                check.category,
                check.category is None,
                check.submission_key,
                check.response_ms,
                connection.ops.adapt_datetimefield_value(now),
                check.key,
            ],
        )


def _select(sql: str, *values: int | str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
