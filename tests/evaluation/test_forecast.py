"""The forecast of the finish: a range drawn from the past pace, or the reason why there is none."""

import numpy as np
import pytest

from evaluation.errors import BadSetting
from evaluation.forecast import SLOT, Forecast, forecast_finish

HOUR = 3600
DAY = 24 * HOUR


def forecast(slots, remaining, *, seed=1, **settings) -> Forecast:
    rng = np.random.default_rng(seed)
    return forecast_finish(slots=np.array(slots), remaining=remaining, rng=rng, **settings)


def test_a_steady_pace_has_no_spread():
    assert forecast([10] * 30, 60) == Forecast(HOUR, HOUR, HOUR)


def test_part_of_a_slot_is_a_share_of_its_time():
    assert forecast([10] * 30, 5).middle == SLOT / 2


def test_nothing_left_is_done_now():
    assert forecast([], 0) == Forecast(0, 0, 0)


def test_an_uneven_pace_has_a_range_with_the_mean_inside():
    uneven = np.random.default_rng(5).poisson(10, size=48) * np.tile([0, 0, 0, 2, 2, 2], 8)

    found = forecast(uneven, 2000)

    mean = 2000 / uneven.mean() * SLOT
    assert found.early < found.middle < found.late
    assert found.early < mean < found.late


def test_four_of_five_forecasts_hold_the_finish():
    rng, right = np.random.default_rng(11), 0
    for _ in range(200):
        course = rng.poisson(rng.gamma(4, 3, size=400))
        found = forecast_finish(slots=course[:72], remaining=600, rng=rng, courses=200)
        done = (np.searchsorted(np.cumsum(course[72:]), 600) + 0.5) * SLOT
        right += found.early - SLOT <= done <= found.late + SLOT
    assert 140 <= right <= 195


def test_nights_stay_nights():
    # Labels come from midnight to eight, and now it is midnight again.
    day = np.r_[np.full(48, 10), np.zeros(96)].astype(int)

    found = forecast(np.tile(day, 4), 480 + 60)

    assert found.middle == DAY + HOUR


def test_what_is_left_of_a_long_course_comes_at_the_mean_pace():
    found = forecast(np.random.default_rng(3).poisson(1, size=400), 20_000)

    assert found.early < 20_000 * SLOT < found.late
    assert found.late < 1.3 * 20_000 * SLOT


@pytest.mark.parametrize(
    ("slots", "reason"),
    [
        ([], "20 labels"),
        ([0] * 50, "20 labels"),
        ([0, 0, 0, 5, 6, 7], "20 labels"),
        ([0, 0, 0, 50, 60], "half an hour"),
        ([50] * 6 + [0] * 2100, "No label came in the last 336 hours"),
        ([1] * 100, "more than a year"),
    ],
    ids=["nothing", "no label", "few", "just begun", "stopped", "endless"],
)
def test_where_it_cannot_tell_it_says_why(slots, reason):
    found = forecast(slots, 10**6)

    assert (found.early, found.middle, found.late) == (None, None, None)
    assert reason in found.reason


def test_a_course_that_may_be_endless_has_an_open_end():
    found = forecast([30, 0, 0, 0, 0, 0], 40)

    assert found.early is not None
    assert found.late is None


def test_the_same_seed_gives_the_same_forecast():
    slots = np.random.default_rng(2).poisson(4, size=60)

    assert forecast(slots, 500, seed=7) == forecast(slots, 500, seed=7)


@pytest.mark.parametrize(("slots", "remaining"), [([1, -1, 3], 5), ([1, 2, 3], -1)])
def test_numbers_that_cannot_be_are_refused(slots, remaining):
    with pytest.raises(BadSetting):
        forecast(slots, remaining)
