import numpy as np
import pytest
from scipy import stats

from evaluation.accuracy import individual_accuracy, individual_intervals
from evaluation.intervals import NO_SPREAD
from evaluation.student_interval import student_interval
from tests.evaluation.tables import make_table, random_table


def test_it_is_scipy_s_interval_of_a_mean():
    values = np.array([0.2, 0.5, 0.4, 0.7, 0.45])
    made = student_interval(values.mean(), values.var(ddof=1), 5)
    scipys = stats.t.interval(0.95, 4, values.mean(), stats.sem(values))
    assert (made.low, made.high) == pytest.approx(scipys)


@pytest.mark.parametrize(
    ("mean", "variance", "n", "reason"),
    [
        (None, 0.0, 0, "Nothing was counted."),
        (0.5, 0.0, 1, "One alone does not tell how others would differ."),
        (1.0, 0.0, 9, NO_SPREAD),
    ],
)
def test_what_cannot_be_made_is_undefined_with_a_reason(mean, variance, n, reason):
    made = student_interval(mean, variance, n)
    assert (made.low, made.reason) == (None, reason)


def test_it_is_cut_to_what_a_share_can_be():
    made = student_interval(0.95, 0.1, 4)
    assert (made.low > 0, made.high) == (True, 1.0)


def test_the_mean_over_annotators_takes_annotators_for_its_units():
    table = random_table(1)
    made = individual_intervals(table, individual_accuracy(table), 200, 1)
    right = table.truth[table.item_codes] == table.category_codes
    each = [right[table.annotator_codes == code].mean() for code in range(table.n_annotators)]
    scipys = stats.t.interval(0.95, len(each) - 1, np.mean(each), stats.sem(each))
    interval = made.macro_annotators_interval
    assert (interval.low, interval.high) == pytest.approx(scipys)
    assert interval.n == table.n_annotators
    assert made.macro_items_interval.low < made.macro_items < made.macro_items_interval.high


def test_one_annotator_has_no_interval_over_annotators():
    table = make_table([[0], [1], [0]], truth=[0, 0, 0])
    made = individual_intervals(table, individual_accuracy(table), 50, 1)
    assert made.macro_annotators_interval.low is None
    assert made.macro_items_interval.low is not None
