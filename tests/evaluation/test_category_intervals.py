import numpy as np
import pytest
from scipy.stats import binomtest

from evaluation.category_intervals import category_intervals
from evaluation.confusion import category_scores
from evaluation.voting import majority_vote
from tests.evaluation.tables import make_table, random_table


def test_recall_and_precision_have_wilson_s_interval_as_scipy_has_it():
    made = category_intervals([40], [50], [31])[0]
    for interval, n in ((made.recall, 40), (made.precision, 50)):
        scipys = binomtest(31, n).proportion_ci(method="wilson")
        assert (interval.low, interval.high) == pytest.approx((scipys.low, scipys.high))
        assert (interval.method, interval.n) == ("wilson", n)


def test_the_interval_of_f1_follows_from_the_share_among_all_that_are_or_are_named_so():
    made = category_intervals([40], [50], [31])[0].f1
    scipys = binomtest(31, 59).proportion_ci(method="wilson")
    assert made.estimate == pytest.approx(62 / 90)
    assert made.low == pytest.approx(2 * scipys.low / (1 + scipys.low))
    assert made.high == pytest.approx(2 * scipys.high / (1 + scipys.high))


def test_a_category_without_items_has_no_interval_and_says_why():
    made = category_intervals([0, 5], [0, 0], [0, 0])
    assert made[0].recall.reason == made[0].f1.reason == made[1].precision.reason == "Nothing was counted."
    assert made[1].recall.low == 0


def test_expected_numbers_are_named_as_such():
    assert category_intervals([2], [1.5], [1.5])[0].recall.method == "wilson_expected"


@pytest.mark.parametrize("seed", range(3))
def test_every_defined_score_lies_in_its_interval(seed):
    table = random_table(seed)
    for score in category_scores(majority_vote(table.counts), table.truth, table.categories):
        for name in ("precision", "recall", "f1"):
            interval = getattr(score.intervals, name)
            assert interval.low <= getattr(score, name) <= interval.high


def test_the_interval_of_f1_holds_the_true_value_about_as_often_as_it_says():
    # 400 studies of 200 items; a category with a quarter of them, recall 0.8 and 5 % false alarms.
    rng = np.random.default_rng(5)
    is_one = rng.random((400, 200)) < 0.25
    named = np.where(is_one, rng.random((400, 200)) < 0.8, rng.random((400, 200)) < 0.05)
    both = (is_one & named).sum(axis=1)
    made = category_intervals(is_one.sum(axis=1), named.sum(axis=1), both)
    true = 2 * 0.25 * 0.8 / (0.25 + 0.25 * 0.8 + 0.75 * 0.05)
    held = np.mean([entry.f1.low <= true <= entry.f1.high for entry in made])
    assert 0.92 <= held <= 0.98


def test_a_category_that_nobody_sampled_is_null_and_not_zero():
    table = make_table([[0, 0, 1]], truth=[0], n_categories=3)
    score = category_scores(majority_vote(table.counts), table.truth, table.categories)[2]
    assert (score.recall, score.precision, score.f1, score.intervals.f1.low) == (None, None, None, None)
