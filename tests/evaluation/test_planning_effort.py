"""People, minutes and money."""

import pytest

from evaluation.errors import BadSetting
from evaluation.planning_effort import checks_per_label, effort, hourly_cost, people_needed


def test_the_precedent_needs_thirty_people():
    assert people_needed(1000, 3, 100) == 30


def test_each_item_needs_as_many_people_as_it_gets_labels():
    assert people_needed(10, 5, 100) == 5
    assert people_needed(10, 3, None) == 3


def test_a_limit_above_the_sample_is_the_sample():
    assert people_needed(100, 3, 1000) == people_needed(100, 3, 100)


def test_checks_and_practice_and_reading_take_time_too():
    plain = effort(100, 3, annotators=3, seconds_per_label=6, entry_minutes=0)
    more = effort(
        100, 3, annotators=3, seconds_per_label=6, checks_per_label=0.1, practice_items=10, entry_minutes=2
    )

    assert plain.minutes_per_annotator == pytest.approx(10)
    assert more.minutes_per_annotator == pytest.approx(10 + 1 + 1 + 2)
    assert more.answers == pytest.approx(300 * 1.1 + 30)


def test_people_are_paid_for_all_their_time():
    assert hourly_cost(
        effort(100, 3, annotators=3, seconds_per_label=6, entry_minutes=0), 12
    ) == pytest.approx(6)


def test_no_checks_are_none():
    assert checks_per_label(0, 0, 0) == 0


@pytest.mark.parametrize(
    ("made", "problem"),
    [
        (lambda: people_needed(0, 3, 100), "0 items"),
        (lambda: people_needed(10, 3, 0), "0 labels an annotator"),
        (lambda: effort(10, 3, annotators=0, seconds_per_label=4), "0 annotators"),
        (lambda: effort(10, 3, annotators=3, seconds_per_label=0), "choose more than 0"),
        (lambda: hourly_cost(effort(10, 3, annotators=3, seconds_per_label=4), -1), "below 0"),
    ],
)
def test_what_cannot_be_is_refused_in_words(made, problem):
    with pytest.raises(BadSetting, match=problem):
        made()
