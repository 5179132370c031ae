"""Where the long text of the protocol stands in its table."""

import pytest
from django.db import connection

from labelling.models import Study
from labelling.selectors.annotator_pages import _OF_STUDY
from tests.factories import make_study

pytestmark = [pytest.mark.django_db]


@pytest.mark.only_sqlite
def test_nothing_that_labelling_reads_stands_behind_the_text_of_the_protocol() -> None:
    """SQLite reads a column through all that is before it: a million items made every label wait 1.3 ms."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA table_info(labelling_study)")
        columns = [row[1] for row in cursor.fetchall()]
    before = set(columns[: columns.index("protocol")])
    assert {*_OF_STUDY, "screening", "practice_items", "cant_tell", "reopenings"} <= before


def test_a_study_is_found_without_the_text_of_its_protocol_and_reads_it_when_asked(
    django_assert_num_queries,
) -> None:
    study = make_study()
    with django_assert_num_queries(2):
        assert Study.objects.get(pk=study.pk).protocol == study.protocol
