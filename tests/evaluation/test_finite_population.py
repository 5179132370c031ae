import numpy as np
import pytest

from evaluation import BadSetting
from evaluation.finite_population import finite_population, stratified

FASHION = np.repeat([1.0, 0.0], [835, 165])


def test_the_standard_error_of_the_fashion_mnist_row():
    assert round(finite_population(FASHION, 10_000).standard_error, 6) == 0.011141


def test_the_interval_of_the_fashion_mnist_row():
    interval = finite_population(FASHION, 10_000)
    # 0.835 -/+ 1.959964 x 0.0111410
    assert (interval.low, interval.high) == pytest.approx((0.813164, 0.856836), abs=1e-6)


def test_the_whole_population_has_no_uncertainty():
    interval = finite_population(FASHION, 1000)
    assert (interval.standard_error, interval.low, interval.high) == (0, 0.835, 0.835)


def test_a_large_population_gives_the_plain_standard_error():
    credit = np.random.default_rng(1).random(50)
    expected = credit.std(ddof=1) / np.sqrt(50)
    assert finite_population(credit, 10**12).standard_error == pytest.approx(expected, rel=1e-9)


def test_items_without_labels_are_not_in_the_sample():
    with_gap = np.append(FASHION, np.nan)
    assert finite_population(with_gap, 10_000) == finite_population(FASHION, 10_000)


def test_without_a_population_it_says_so():
    assert finite_population(FASHION, None).reason == "The size of the test set was not given."


def test_one_item_has_no_variance():
    assert finite_population(np.array([1.0]), 10).reason == "1 items have labels."


def test_a_population_smaller_than_the_sample_is_refused():
    with pytest.raises(BadSetting, match="population is 999, smaller than the 1000 items"):
        finite_population(FASHION, 999)


CREDIT = np.array([1.0, 0.0, 1.0, 1.0, 1.0, 0.0])
STRATA = np.array([0, 0, 1, 1, 1, 1])
POPULATIONS = {"hard": 10, "easy": 30}


def test_strata_are_weighted_by_their_population():
    estimate = stratified(CREDIT, STRATA, ("hard", "easy"), POPULATIONS)
    assert estimate.value == pytest.approx(0.25 * 0.5 + 0.75 * 0.75)


def test_the_stratified_variance_is_the_textbooks():
    estimate = stratified(CREDIT, STRATA, ("hard", "easy"), POPULATIONS)
    # s^2 is 0.5 and 0.25; f is 2/10 and 4/30.
    expected = 0.25**2 * (1 - 0.2) * 0.5 / 2 + 0.75**2 * (1 - 4 / 30) * 0.25 / 4
    assert estimate.interval.standard_error == pytest.approx(np.sqrt(expected), rel=1e-12)


def test_proportional_strata_give_the_plain_mean():
    estimate = stratified(CREDIT, STRATA, ("hard", "easy"), {"hard": 20, "easy": 40})
    assert estimate.value == pytest.approx(CREDIT.mean())


def test_an_empty_stratum_leaves_no_estimate():
    estimate = stratified(CREDIT, STRATA, ("hard", "easy", "new"), POPULATIONS | {"new": 5})
    assert (estimate.value, estimate.reason) == (None, "No item with labels in 'new'.")


def test_a_stratum_without_an_item_in_the_sample_is_not_forgotten():
    estimate = stratified(CREDIT, STRATA, ("hard", "easy"), POPULATIONS | {"new": 960})
    assert (estimate.value, estimate.reason) == (None, "No item with labels in 'new'.")
    assert [share.stratum for share in estimate.strata] == ["hard", "easy", "new"]


def test_strata_without_spread_leave_an_estimate_without_interval():
    estimate = stratified(np.ones(6), STRATA, ("hard", "easy"), POPULATIONS)
    assert (estimate.value, estimate.interval.low) == (1.0, None)
    assert estimate.interval.reason.startswith("These data show no spread")


def test_a_sample_without_spread_has_no_interval_unless_it_is_the_whole_test_set():
    assert finite_population(np.ones(20), 100).low is None
    assert finite_population(np.ones(20), 100).reason.startswith("These data show no spread")
    whole = finite_population(np.ones(20), 20)
    assert (whole.low, whole.high) == (1, 1)


def test_a_single_item_leaves_an_estimate_without_interval():
    estimate = stratified(np.array([1.0, 0.0, 1.0]), np.array([0, 1, 1]), ("hard", "easy"), POPULATIONS)
    assert estimate.value == pytest.approx(0.25 + 0.75 * 0.5)
    assert estimate.interval.low is None
    assert "A single item in 'hard'" in estimate.interval.reason


def test_a_stratum_without_population_is_refused():
    with pytest.raises(BadSetting, match="stratum_populations lacks 'easy'"):
        stratified(CREDIT, STRATA, ("hard", "easy"), {"hard": 10})


def test_a_stratum_larger_than_its_population_is_refused():
    with pytest.raises(BadSetting, match="Stratum 'easy' has 4 items but a population of 3"):
        stratified(CREDIT, STRATA, ("hard", "easy"), {"hard": 10, "easy": 3})
