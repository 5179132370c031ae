import numpy as np
import pytest
from scipy.stats import norm, t

from evaluation.expanded_interval import centred_interval, effective_annotators, expanded_confidence
from tests.evaluation.tables import make_table


def interval(replicates, estimate, units=10_000):
    return centred_interval("crossed", np.array(replicates), estimate, 50, 1, 0.9, units, "")


def test_few_people_widen_the_interval():
    shares = [expanded_confidence(0.95, people) for people in (2, 5, 20, 100, 10_000)]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] > 0.999
    assert shares[-1] == pytest.approx(0.95, abs=1e-4)


def test_the_width_is_that_of_students_t_over_the_normal():
    tail = norm.ppf((1 + expanded_confidence(0.95, 12)) / 2)
    assert tail == pytest.approx(t.ppf(0.975, 11) * np.sqrt(12 / 11))


def test_fewer_than_two_units_are_taken_as_two():
    assert expanded_confidence(0.95, 1.02) == expanded_confidence(0.95, 2)


@pytest.mark.parametrize(("given", "effective"), [((4, 4, 4), 3), ((8, 2, 2), 2), ((12,), 1)])
def test_annotators_weigh_by_their_labels(given, effective):
    rows = [[0 if place < number else None for number in given] for place in range(max(given))]
    assert effective_annotators(make_table(rows)) == effective


def test_no_label_makes_no_annotator():
    assert effective_annotators(make_table([[None]])) == 0


@pytest.mark.parametrize("estimate", [0.0, 0.01, 0.99, 1.0])
def test_limits_lie_between_0_and_1_and_hold_the_estimate(estimate):
    found = interval(np.linspace(0.3, 0.7, 201), estimate)
    assert 0 <= found.low <= estimate <= found.high <= 1
    assert found.bias == pytest.approx(0.5 - estimate)


def test_replicates_without_a_label_are_passed_over():
    assert interval([0.4, np.nan, 0.6], 0.5).bias == pytest.approx(0)
    assert interval([np.nan], 0.5).reason == "No resample kept a label."
