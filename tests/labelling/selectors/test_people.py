"""What pages of the desk call those whom records name by number."""

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from labelling.selectors.people import name_at_desk, names_at_desk, recorded_as

pytestmark = pytest.mark.django_db


def test_somebody_of_the_desk_has_the_account_s_name_before_the_number():
    author = recorded_as(person=User.objects.create_user("ada"))
    assert author.startswith("researcher ")
    assert name_at_desk(author=author) == f"ada ({author})"


@pytest.mark.parametrize("author", ["researcher 0", "researcher of old", "too_fast", "maria"])
def test_whoever_has_no_account_is_called_as_in_the_record(author):
    assert name_at_desk(author=author) == author


def test_without_an_author_it_was_a_command():
    assert name_at_desk(author="") == "a command"


def test_many_are_named_by_one_query():
    authors = [recorded_as(person=User.objects.create_user(name)) for name in ("ada", "bob")]
    with CaptureQueriesContext(connection) as queries:
        assert list(names_at_desk(authors=[*authors, "", "too_fast"])) != []
    assert len(queries) == 1
