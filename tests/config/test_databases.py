"""The durability that labels need, asked of real connections."""

import threading

import pytest
from django.contrib.auth.models import Group
from django.db import connection, connections

from config.databases import database


def value(statement: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]


@pytest.mark.django_db
@pytest.mark.only_sqlite
@pytest.mark.parametrize(
    ("pragma", "wanted"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 30_000)],
)
def test_sqlite_keeps_a_synced_log_and_checks_foreign_keys(pragma, wanted):
    assert value(f"PRAGMA {pragma}") == wanted


@pytest.mark.only_sqlite
@pytest.mark.django_db(transaction=True)
def test_a_sqlite_transaction_takes_the_write_lock_when_it_begins():
    assert connection.settings_dict["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert connection.transaction_mode == "IMMEDIATE"


@pytest.mark.django_db
@pytest.mark.only_postgresql
@pytest.mark.parametrize(("setting", "wanted"), [("synchronous_commit", "on"), ("fsync", "on")])
def test_postgresql_waits_for_the_disk_at_every_commit(setting, wanted):
    assert value(f"SHOW {setting}") == wanted


@pytest.mark.django_db
@pytest.mark.only_postgresql
def test_postgresql_waits_for_a_lock_no_longer_than_sqlite_does():
    assert value("SHOW lock_timeout") == "30s"


@pytest.mark.django_db(transaction=True)
def test_another_thread_sees_what_was_committed(database_url):
    Group.objects.create(name="committed")
    seen = []

    def look() -> None:
        seen.append(Group.objects.filter(name="committed").exists())
        connections.close_all()

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert seen == [True]


@pytest.mark.django_db
def test_the_connection_is_to_the_database_that_the_test_is_named_for(request, database_url):
    assert connection.vendor in request.node.name
    assert database_url.startswith("sqlite" if connection.vendor == "sqlite" else "postgres")


def test_a_pool_holds_a_connection_for_each_of_a_process_s_threads():
    from config import gunicorn

    options = database("postgres://someone@db.example/study")["OPTIONS"]
    assert options["pool"]["max_size"] >= gunicorn.threads


def test_options_in_the_address_are_kept():
    options = database("postgres://someone@db.example/study?sslmode=require")["OPTIONS"]
    assert options["sslmode"] == "require"
