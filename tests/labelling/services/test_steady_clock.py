"""The time of studies: even, shared, and never before what is recorded."""

import logging
from datetime import timedelta

import pytest
from django.utils import timezone

from labelling.models import MachineClock
from labelling.services import steady_clock
from labelling.services.steady_clock import machine_counter, steady_now
from tests.factories import make_study

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def new_process(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """As in a process that has asked for no time yet, on a machine that the database does not know."""
    MachineClock.objects.all().delete()
    known: dict[str, object] = {}
    monkeypatch.setattr(steady_clock, "_known", known)
    return known


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch):
    """Set the clock that can be set by so much; the machine's counter goes on."""
    clock = steady_clock._clock_that_can_be_set

    def set_it(by: timedelta) -> None:
        monkeypatch.setattr(steady_clock, "_clock_that_can_be_set", lambda: clock() + by)

    return set_it


def test_at_first_it_is_the_clocks_time():
    assert abs(steady_now() - timezone.now()) < timedelta(seconds=5)


def test_it_asks_the_database_once(django_assert_num_queries):
    steady_now()
    with django_assert_num_queries(0):
        first, second = steady_now(), steady_now()
    assert timedelta(0) <= second - first < timedelta(seconds=5)


@pytest.mark.parametrize("jump", [DAY, -DAY, timedelta(hours=1), timedelta(hours=-1)])
def test_it_goes_on_when_the_clock_is_set_also_in_a_new_process(new_process, set_clock, jump):
    before = steady_now()
    set_clock(jump)
    new_process.clear()
    assert timedelta(0) <= steady_now() - before < timedelta(seconds=5)


def test_a_new_process_says_that_the_clock_was_set(new_process, set_clock, caplog):
    steady_now()
    set_clock(DAY)
    new_process.clear()
    with caplog.at_level(logging.WARNING):
        steady_now()
    assert "The clock was set by about 86" in caplog.text


def restart_machine(monkeypatch: pytest.MonkeyPatch, known: dict[str, object]) -> None:
    known.clear()
    _, since_zero = machine_counter()
    monkeypatch.setattr(steady_clock, "machine_counter", lambda: ("another start", since_zero))


def test_after_a_restart_of_the_machine_the_clock_counts_again(new_process, set_clock, monkeypatch):
    before = steady_now()
    set_clock(DAY)
    restart_machine(monkeypatch, new_process)
    assert timedelta(0) <= steady_now() - before - DAY < timedelta(seconds=5)


def test_after_a_restart_no_moment_comes_before_what_is_recorded(new_process, set_clock, monkeypatch):
    study = make_study(now=steady_now())
    set_clock(-365 * DAY)
    restart_machine(monkeypatch, new_process)
    assert steady_now() >= study.launched_at


def test_what_a_rehearsal_makes_up_is_no_time(set_clock):
    make_study(now=timezone.now() + 30 * DAY, rehearsal=True)
    assert steady_now() < timezone.now() + DAY


def test_one_row_serves_all_processes_of_a_machine(new_process):
    steady_now()
    new_process.clear()
    steady_now()
    assert MachineClock.objects.count() == 1


def test_the_counter_names_this_start_of_this_machine():
    assert machine_counter()[0] == machine_counter()[0]
    assert timedelta(0) < machine_counter()[1] <= machine_counter()[1] + timedelta(seconds=5)
