"""Several queries that see the database at one and the same moment, without stopping anybody's writing."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def one_moment() -> Iterator[None]:
    """Let all queries within see the state of one moment. Inside a transaction, which sees to it, do nothing.

    A study may be running while it is read: without this, a label could come between two queries, and a
    bundle's files would contradict each other.
    """
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    else:
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")  # a reader's transaction; Django's own would lock out writers
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
