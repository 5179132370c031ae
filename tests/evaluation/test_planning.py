"""How wide intervals will be: against the intervals themselves, summed over what may happen."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, hypergeom
from statsmodels.stats.proportion import proportion_confint

from evaluation.errors import BadSetting
from evaluation.finite_population import finite_population
from evaluation.planning import expected_finite_population, expected_wilson

shares = st.integers(0, 1000).map(lambda thousandths: thousandths / 1000)


@pytest.mark.parametrize(("n", "accuracy"), [(7, 0.3), (40, 0.835), (200, 0.99), (5, 1.0)])
def test_the_expected_width_is_that_of_statsmodels_over_all_outcomes(n, accuracy):
    right = np.arange(n + 1)
    low, high = proportion_confint(right, n, method="wilson")

    assert expected_wilson(n, accuracy).width == pytest.approx(binom.pmf(right, n, accuracy) @ (high - low))


def test_the_finite_width_is_that_of_the_report_over_all_samples():
    n, right, population = 30, 83, 100
    drawn = np.arange(max(0, n - (population - right)), min(n, right) + 1)
    made = [finite_population(np.repeat([1.0, 0.0], [x, n - x]), population) for x in drawn]
    # Where a sample shows no spread the report has no interval; its width is then counted as 0.
    widths = [interval.high - interval.low if interval.low is not None else 0.0 for interval in made]

    expected = expected_finite_population(n, right / population, population)

    assert expected.width == pytest.approx(hypergeom.pmf(drawn, population, right, n) @ widths)


def test_the_precedent_has_the_widths_of_the_documents():
    plain, finite = expected_wilson(1000, 0.835), expected_finite_population(1000, 0.835, 10_000)

    assert (round(plain.low, 4), round(plain.high, 4)) == (0.8107, 0.8567)
    assert (round(finite.low, 4), round(finite.high, 4)) == (0.8132, 0.8568)


def test_labelling_the_whole_test_set_leaves_no_width():
    assert expected_finite_population(50, 0.8, 50).width == 0


@given(st.integers(1, 3000), shares)
@settings(max_examples=25, deadline=None, derandomize=True)
def test_a_width_is_a_share_and_shrinks_with_four_times_the_items(n, accuracy):
    few, many = expected_wilson(n, accuracy), expected_wilson(4 * n, accuracy)

    assert 0 < many.width < few.width <= 1


@given(st.integers(30, 500), st.integers(0, 2000), shares)
@settings(max_examples=25, deadline=None, derandomize=True)
def test_a_finite_test_set_never_widens_the_interval(n, more, accuracy):
    smaller = expected_finite_population(n, round(accuracy * (n + more)) / (n + more), n + more)
    larger = expected_finite_population(n, smaller.accuracy, 1000 * (n + more))

    assert 0 <= smaller.width <= larger.width + 1e-3


@pytest.mark.parametrize(
    ("made", "problem"),
    [
        (lambda: expected_wilson(0, 0.5), "0 items tell nothing"),
        (lambda: expected_wilson(10, 83.5), "83.5 is no share; choose 0 to 1"),
        (lambda: expected_wilson(10, -0.1), "is no share"),
        (lambda: expected_finite_population(11, 0.5, 10), "A sample of 11 cannot be drawn from 10"),
        (lambda: expected_finite_population(1, 0.5, 10), "choose 2 or more"),
    ],
)
def test_what_cannot_be_is_refused_in_words(made, problem):
    with pytest.raises(BadSetting, match=problem):
        made()
