"""What a pilot tells of a larger study: against studies that were simulated, and against its own labels."""

import math

import numpy as np
import pytest

from evaluation.errors import BadSetting
from evaluation.label_table import LabelTable
from evaluation.planning_pilot import PilotSpread, pilot_spread, planned_width
from evaluation.voting import majority_vote, mean_credit, vote_credit

SPREAD = PilotSpread(
    items=100,
    annotators=10,
    labels_per_item=3.0,
    accuracy=(0.7, 0.7, 0.8, 0.82, 0.83),
    observed=3,
    spread=1.0,
    shared=0.002,
)


def simulated(rng: np.random.Generator, *, items: int, people: int, differ: float) -> LabelTable:
    """Three labels an item of two categories; the logit of a right one is 1 + the item's + the person's."""
    hard, able = rng.normal(0, 1, items), rng.normal(0, differ, people)
    who = rng.random((items, people)).argsort(axis=1)[:, :3]
    right = rng.random((items, 3)) < 1 / (1 + np.exp(-(1 + hard[:, None] + able[who])))
    return LabelTable.from_codes(
        items=[str(item) for item in range(items)],
        annotators=[str(person) for person in range(people)],
        categories=["wrong", "right"],
        truth=np.ones(items, dtype=int),
        item_codes=np.repeat(np.arange(items), 3),
        annotator_codes=who.ravel(),
        category_codes=right.ravel().astype(int),
    )


def accuracy(table: LabelTable) -> float:
    return mean_credit(vote_credit(majority_vote(table.counts), table.truth, "random")) or 0.0


@pytest.mark.parametrize("differ", [0.7, 1.5])
@pytest.mark.parametrize(("items", "people"), [(150, 10), (200, 30)])
def test_pilots_foretell_how_much_a_larger_study_varies(items, people, differ):
    rng = np.random.default_rng(7)
    varies = np.std([accuracy(simulated(rng, items=400, people=20, differ=differ)) for _ in range(150)])
    variances = []
    for _ in range(60):
        spread = pilot_spread(simulated(rng, items=items, people=people, differ=differ))
        made = planned_width(spread, n=400, labels_per_item=3, annotators=20)
        variances.append(made.items_error**2 + made.people_error**2)

    assert math.sqrt(np.mean(variances)) == pytest.approx(varies, rel=0.25)


def test_the_pilots_own_curve_gives_the_accuracy():
    table = simulated(np.random.default_rng(3), items=120, people=12, differ=1)

    spread = pilot_spread(table)

    assert spread.observed == 3
    assert spread.accuracy[2] == pytest.approx(accuracy(table))
    assert len(spread.accuracy) == 9
    assert planned_width(spread, n=500, labels_per_item=2, annotators=20).accuracy == spread.accuracy[1]


def test_more_images_do_not_make_up_for_few_people():
    few = planned_width(SPREAD, n=1000, labels_per_item=3, annotators=10)
    more = planned_width(SPREAD, n=4000, labels_per_item=3, annotators=10)

    assert more.items_error == pytest.approx(few.items_error / 2)
    assert more.people_error == pytest.approx(few.people_error, rel=0.01)


def test_labelling_the_whole_test_set_leaves_the_people_s_part():
    made = planned_width(SPREAD, n=500, labels_per_item=3, annotators=10, population=500)

    assert made.items_error == 0
    assert made.people_error > 0


def test_more_labels_than_the_pilot_had_are_marked_as_extrapolated():
    assert not planned_width(SPREAD, n=100, labels_per_item=3, annotators=10).extrapolated
    assert planned_width(SPREAD, n=100, labels_per_item=5, annotators=10).extrapolated
    assert planned_width(SPREAD, n=100, labels_per_item=50, annotators=60).accuracy == 0.83


def test_three_people_do_not_tell_how_others_would_differ():
    table = simulated(np.random.default_rng(1), items=50, people=3, differ=1)

    spread = pilot_spread(table)

    assert spread.shared is None
    assert "3 annotators or fewer" in spread.reason
    assert planned_width(spread, n=100, labels_per_item=3, annotators=9).people_error == 0


def test_people_who_all_labelled_everything_are_not_told_from_the_images():
    labels = [(item, person, (item * person) % 2) for item in range(20) for person in range(5)]

    spread = pilot_spread(LabelTable.from_labels(labels, truth=[1] * 20, categories=[0, 1]))

    assert spread.shared is None
    assert "equally many annotators" in spread.reason


def test_people_who_are_always_right_show_no_spread():
    labels = [(item, (item + turn) % 8, "x") for item in range(30) for turn in range(3)]

    spread = pilot_spread(LabelTable.from_labels(labels, truth=["x"] * 30, categories=["x", "y"]))

    assert planned_width(spread, n=100, labels_per_item=3, annotators=9).width == 0


def test_a_pilot_without_two_labelled_items_tells_nothing():
    assert pilot_spread(LabelTable.from_labels([(0, "ann", "x")], truth=["x", "x"])) is None


@pytest.mark.parametrize(
    ("numbers", "problem"),
    [
        ({"n": 0, "labels_per_item": 3, "annotators": 9}, "0 items"),
        ({"n": 11, "labels_per_item": 3, "annotators": 9, "population": 10}, "cannot be drawn from 10"),
    ],
)
def test_what_cannot_be_is_refused_in_words(numbers, problem):
    with pytest.raises(BadSetting, match=problem):
        planned_width(SPREAD, **numbers)
