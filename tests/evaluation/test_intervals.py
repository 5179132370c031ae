import numpy as np
import pytest
from scipy.stats import binomtest

from evaluation import BadSetting, BadTable
from evaluation.intervals import clopper_pearson, normal_quantile, of_credit, wilson, wilson_limits
from tests.evaluation.tables import PUBLISHED

SHARES = [(0, 1), (1, 1), (0, 20), (20, 20), (3, 7), (835, 1000), (1, 100_000)]


@pytest.mark.parametrize(("successes", "n", "low", "high"), PUBLISHED["newcombe_1998"]["rows"])
def test_wilson_gives_newcombes_printed_limits(successes, n, low, high):
    interval = wilson(successes, n)
    assert (round(interval.low, 4), round(interval.high, 4)) == (low, high)


def test_the_intervals_of_the_fashion_mnist_row():
    assert (round(wilson(835, 1000).low, 4), round(wilson(835, 1000).high, 4)) == (0.8107, 0.8567)
    exact = clopper_pearson(835, 1000)
    assert (round(exact.low, 4), round(exact.high, 4)) == (0.8105, 0.8575)


@pytest.mark.parametrize(("compute", "method"), [(wilson, "wilson"), (clopper_pearson, "exact")])
@pytest.mark.parametrize(("successes", "n"), SHARES)
@pytest.mark.parametrize("confidence", [0.8, 0.95, 0.999])
def test_closed_forms_agree_with_scipy(compute, method, successes, n, confidence):
    expected = binomtest(successes, n).proportion_ci(confidence, method)
    interval = compute(successes, n, confidence)
    assert (interval.low, interval.high) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_an_interval_carries_what_it_was_made_from():
    interval = wilson(81, 263, 0.9)
    assert (interval.method, interval.successes, interval.n, interval.confidence) == ("wilson", 81, 263, 0.9)
    assert interval.estimate == pytest.approx(81 / 263)


@pytest.mark.parametrize("compute", [wilson, clopper_pearson])
def test_nothing_counted_has_no_interval(compute):
    interval = compute(0, 0)
    assert (interval.low, interval.high, interval.reason) == (None, None, "Nothing was counted.")


@pytest.mark.parametrize(("successes", "n"), [(3, 2), (-1, 2), (0.5, 2)])
def test_counts_that_do_not_fit_are_refused(successes, n):
    with pytest.raises(BadTable, match="give whole numbers with 0 <= successes <= n"):
        wilson(successes, n)


def test_limits_of_no_counts_are_missing_among_others():
    low, high = wilson_limits([1, 0], [2, 0])
    assert np.isnan([low[1], high[1]]).all()
    assert 0 < low[0] < high[0] < 1


def test_whole_credit_has_closed_forms():
    credit = np.array([1, 1, 0, np.nan])
    assert of_credit("wilson", credit) == wilson(2, 3)
    assert of_credit("clopper_pearson", credit) == clopper_pearson(2, 3)


def test_fractional_credit_has_none_and_says_what_to_read():
    interval = of_credit("wilson", np.array([1, 0.5, np.nan]))
    assert interval.low is None
    assert interval.estimate == 0.75
    assert interval.reason.startswith("1 tied images have fractional credit")
    assert "Read the bootstrap" in interval.reason


def test_a_confidence_of_one_is_refused():
    with pytest.raises(BadSetting, match="confidence is 1"):
        normal_quantile(1)
