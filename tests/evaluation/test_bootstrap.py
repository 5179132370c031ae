import numpy as np
import pytest
from scipy.stats import bootstrap

from evaluation import BadSetting
from evaluation.bootstrap import bootstrap_items, percentile_limits, resampled_means

CREDIT = np.repeat([1.0, 0.5, 1 / 3, 0.0], [60, 10, 20, 30])


def test_replicates_have_the_distribution_of_resampled_items():
    levels, times = np.unique(CREDIT, return_counts=True)
    means = resampled_means(levels, times, 40_000, seed=1)
    assert means.mean() == pytest.approx(CREDIT.mean(), abs=0.001)
    assert means.std() == pytest.approx(CREDIT.std() / np.sqrt(CREDIT.size), rel=0.02)


def test_the_interval_agrees_with_scipys_percentile_bootstrap():
    ours = bootstrap_items(CREDIT, 40_000, seed=1)
    theirs = bootstrap(
        (CREDIT,), np.mean, n_resamples=40_000, method="percentile", batch=4000, rng=np.random.default_rng(1)
    ).confidence_interval
    # Two sets of 40,000 random resamples: equal but for their noise.
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=0.003)


def test_one_seed_gives_one_interval():
    assert bootstrap_items(CREDIT, 500, seed=3) == bootstrap_items(CREDIT, 500, seed=3)
    assert bootstrap_items(CREDIT, 500, seed=3) != bootstrap_items(CREDIT, 500, seed=4)


def test_the_order_of_items_changes_nothing():
    shuffled = np.random.default_rng(1).permutation(CREDIT)
    assert bootstrap_items(shuffled, 500, seed=3) == bootstrap_items(CREDIT, 500, seed=3)


def test_an_interval_carries_seed_and_resamples():
    interval = bootstrap_items(CREDIT, 500, seed=3)
    assert (interval.seed, interval.resamples, interval.n) == (3, 500, 120)


def test_no_resamples_give_no_interval():
    assert bootstrap_items(CREDIT, 0, seed=3).reason == "The bootstrap was switched off (0 resamples)."


def test_no_labels_give_no_interval():
    assert bootstrap_items(np.array([np.nan]), 10, seed=3).reason == "No item has a label."


def test_one_resample_still_holds_the_estimate():
    interval = bootstrap_items(CREDIT, 1, seed=3)
    assert interval.low <= interval.estimate <= interval.high


@pytest.mark.parametrize("credit", [0.0, 0.5, 1.0])
def test_equal_credits_have_no_interval_rather_than_one_without_width(credit):
    interval = bootstrap_items(np.full(10, credit), 100, seed=1)
    assert (interval.low, interval.high, interval.estimate) == (None, None, credit)
    assert interval.reason.startswith("These data show no spread")


def test_several_statistics_are_resampled_together():
    means = resampled_means([[0.0, 1.0], [1.0, 0.0]], [3, 7], 50, seed=1)
    assert means.sum(axis=1) == pytest.approx(np.ones(50))


def test_limits_are_the_quantiles():
    assert percentile_limits(np.arange(101.0), 0.5, 50) == (25, 75)


def test_a_negative_number_of_resamples_is_refused():
    with pytest.raises(BadSetting, match="resamples is -1"):
        resampled_means([1.0], [1], -1, seed=1)
