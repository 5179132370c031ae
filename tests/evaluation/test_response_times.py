import numpy as np
import pytest
from scipy.stats import binom

from evaluation.response_times import median_interval, response_times
from tests.evaluation.tables import make_table, random_table


def test_the_quartiles_are_numpy_s_over_the_known_times():
    table = random_table(1)
    times = response_times(table)
    quartiles = np.quantile(table.response_ms, [0.25, 0.5, 0.75])
    assert [times.lower_quartile, times.median, times.upper_quartile] == pytest.approx(quartiles.tolist())
    assert times.total == table.response_ms.sum()
    assert times.timed == table.n_labels


def test_no_known_time_and_no_label_are_said():
    assert response_times(make_table([[0]])).reason == "No label has a response time."
    assert response_times(make_table([[None]])).reason == "There is no label."


@pytest.mark.parametrize("n", [6, 9, 20, 41])
def test_the_interval_of_a_median_is_the_shortest_pair_of_ranks_that_keeps_its_level(n):
    interval = median_interval(np.arange(1.0, n + 1))
    rank = int(interval.low)
    assert interval.high == n + 1 - rank
    assert 1 - 2 * binom.cdf(rank - 1, n, 0.5) >= 0.95 > 1 - 2 * binom.cdf(rank, n, 0.5)


@pytest.mark.parametrize("n", [0, 1, 5])
def test_too_few_annotators_have_no_interval(n):
    interval = median_interval(np.arange(float(n)))
    assert interval.low is None
    assert "too few" in interval.reason
