"""Standing in line for SQLite's write lock: faster, and never in the way."""

import fcntl
import threading
import time
from pathlib import Path

import pytest
from django.db import connection

from labelling.models import Study
from labelling.services import write_queue
from labelling.services.write_queue import short_transaction
from tests.concurrency.together import together
from tests.factories import make_study

only_sqlite = pytest.mark.only_sqlite


@pytest.mark.django_db(transaction=True)
def test_what_was_written_before_an_error_is_taken_back() -> None:
    study = make_study()

    class Stop(Exception):
        pass

    def write_and_stop() -> None:
        with short_transaction():
            Study.objects.filter(pk=study.pk).update(slug="half")
            raise Stop

    with pytest.raises(Stop):
        write_and_stop()
    assert not Study.objects.filter(slug="half").exists()


@only_sqlite
@pytest.mark.django_db(transaction=True)
def test_one_writes_after_the_other() -> None:
    inside = most = 0
    guard = threading.Lock()

    def write() -> None:
        nonlocal inside, most
        with short_transaction():
            with guard:
                inside += 1
                most = max(most, inside)
            time.sleep(0.005)
            with guard:
                inside -= 1

    together([write] * 8)
    assert most == 1


@only_sqlite
@pytest.mark.django_db(transaction=True)
def test_inside_another_transaction_nobody_stands_in_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(write_queue, "_LONGEST_WAIT", 0.01)
    with short_transaction(), short_transaction():
        assert connection.in_atomic_block


@only_sqlite
@pytest.mark.django_db(transaction=True)
def test_who_stands_in_line_too_long_goes_on_without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(write_queue, "_LONGEST_WAIT", 0.01)
    with write_queue._threads, short_transaction():
        assert connection.in_atomic_block


@only_sqlite
@pytest.mark.django_db(transaction=True)
def test_a_process_that_is_stopped_in_its_turn_keeps_one_thread_and_the_others_pass_it_by(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(write_queue, "_LONGEST_WAIT", 0.01)
    with short_transaction():
        pass
    through = threading.Event()

    def stand_behind_it() -> None:
        with short_transaction():
            through.set()
        connection.close()

    with Path(f"{connection.settings_dict['NAME']}-queue").open("rb") as of_another_process:
        fcntl.flock(of_another_process, fcntl.LOCK_EX)
        behind = threading.Thread(target=stand_behind_it)
        behind.start()
        while not write_queue._threads.locked():
            time.sleep(0.001)
        with short_transaction():
            assert connection.in_atomic_block
        assert not through.is_set()
    behind.join(timeout=10)
    assert through.is_set()


@only_sqlite
@pytest.mark.django_db(transaction=True)
def test_the_line_is_a_file_beside_the_database() -> None:
    with short_transaction():
        pass
    assert Path(f"{connection.settings_dict['NAME']}-queue").stat().st_size == 0


@pytest.mark.only_postgresql
@pytest.mark.django_db(transaction=True)
def test_on_postgresql_there_is_no_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(write_queue, "_turn", None)
    with short_transaction():
        assert connection.in_atomic_block
