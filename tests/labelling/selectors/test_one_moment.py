import threading

import pytest
from django.db import connection, transaction

from labelling.models import Study
from labelling.selectors.one_moment import one_moment
from tests.factories import make_draft


def titles() -> list[str]:
    return list(Study.objects.values_list("title", flat=True))


def rename_elsewhere(title: str) -> None:
    """Write through a connection of its own, as another request does, and come back when it is stored."""

    def write() -> None:
        Study.objects.update(title=title)
        connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    writer.join(timeout=20)
    assert not writer.is_alive()


@pytest.mark.django_db(transaction=True)
def test_queries_see_one_moment_and_stop_nobody_s_writing():
    make_draft(title="before")
    with one_moment():
        assert titles() == ["before"]
        rename_elsewhere("after")
        assert titles() == ["before"]
    assert titles() == ["after"]


@pytest.mark.django_db(transaction=True)
def test_without_it_they_do_not():
    make_draft(title="before")
    assert titles() == ["before"]
    rename_elsewhere("after")
    assert titles() == ["after"]


@pytest.mark.django_db(transaction=True)
def test_an_error_within_leaves_the_connection_in_order():
    with pytest.raises(Study.DoesNotExist), one_moment():
        Study.objects.get(title="none")
    with transaction.atomic():
        make_draft(title="after")
    assert titles() == ["after"]


@pytest.mark.django_db
def test_inside_a_transaction_nothing_is_begun():
    study = make_draft()
    with one_moment():
        Study.objects.update(title="within")
    study.refresh_from_db()
    assert study.title == "within"
