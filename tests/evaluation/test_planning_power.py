"""The power of McNemar's exact test: against enumeration, and against what others publish."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import multinomial
from statsmodels.stats.contingency_tables import mcnemar

from evaluation.comparison import error_consistency
from evaluation.errors import BadSetting
from evaluation.planning_power import Discordance, discordance, mcnemar_power, smallest_difference

shares = st.integers(0, 1000).map(lambda thousandths: thousandths / 1000)


@pytest.mark.parametrize(("only_people", "only_machine"), [(0.1, 0.4), (0.2, 0.2), (0.05, 0.9)])
def test_the_power_is_the_sum_over_all_tables_that_statsmodels_rejects(only_people, only_machine):
    n, power = 14, 0.0
    for first in range(n + 1):
        for second in range(n + 1 - first):
            table = [[0, first], [second, n - first - second]]
            if mcnemar(table, exact=True).pvalue <= 0.05:
                shares = [only_people, only_machine, 1 - only_people - only_machine]
                power += multinomial.pmf([first, second, n - first - second], n, shares)

    assert mcnemar_power(n, Discordance(only_people, only_machine, 0)) == pytest.approx(power)


def test_the_true_level_is_that_of_g_power():
    # Its manual's example: 50 pairs, 40 % discordant, one side at 0.05: actual alpha 0.032578.
    assert mcnemar_power(50, Discordance(0.2, 0.2, 0), level=0.1) / 2 == pytest.approx(0.032578, abs=1e-6)


def test_the_power_comes_near_the_large_sample_formula():
    # Connor (1987), Biometrics 43, 207-211: 155 pairs for 0.30 against 0.15 at a power of 0.80.
    assert mcnemar_power(155, Discordance(0.30, 0.15, 0)) == pytest.approx(0.80, abs=0.03)


def test_simulated_studies_reject_as_often():
    rng = np.random.default_rng(1)
    apart = discordance(0.7, 0.8, 0.3)
    drawn = rng.multinomial(200, [apart.only_people, apart.only_machine, 1 - apart.together], size=4000)
    rejected = np.mean([mcnemar([[0, a], [b, 0]], exact=True).pvalue <= 0.05 for a, b, _ in drawn])

    assert mcnemar_power(200, apart) == pytest.approx(rejected, abs=0.03)


@given(shares, shares, st.integers(-100, 100).map(lambda hundredths: hundredths / 100))
@settings(max_examples=40, deadline=None, derandomize=True)
def test_discordance_keeps_both_accuracies_and_its_consistency(people, machine, consistency):
    apart = discordance(people, machine, consistency)

    assert apart.only_people - apart.only_machine == pytest.approx(people - machine, abs=1e-9)
    assert min(apart.only_people, apart.only_machine) >= -1e-12
    assert apart.together <= 1 + 1e-12
    meant = error_consistency(people, machine, 1 - apart.together).value
    assert meant is None or meant == pytest.approx(apart.consistency, abs=1e-6)


@given(st.integers(1, 400), shares, shares)
@settings(max_examples=40, deadline=None, derandomize=True)
def test_power_is_a_chance_and_the_same_for_either_side(n, people, machine):
    power = mcnemar_power(n, discordance(people, machine))

    assert 0 <= power <= 1
    assert power == pytest.approx(mcnemar_power(n, discordance(machine, people)), abs=1e-9)


def test_equal_accuracies_are_told_apart_at_most_as_often_as_the_level():
    assert 0 < mcnemar_power(1000, discordance(0.8, 0.8)) <= 0.05


def test_observers_who_err_alike_are_told_apart_more_surely():
    assert mcnemar_power(300, discordance(0.8, 0.85, 0.6)) > mcnemar_power(300, discordance(0.8, 0.85))


def test_the_smallest_difference_has_the_power_wanted():
    difference = smallest_difference(500, 0.8)

    assert mcnemar_power(500, discordance(0.8, 0.8 + difference)) == pytest.approx(0.8, abs=2e-3)


def test_a_few_items_tell_nothing_apart():
    assert smallest_difference(5, 0.9) is None
    assert mcnemar_power(5, discordance(0.5, 1.0)) < 0.05
    assert mcnemar_power(5, discordance(1.0, 1.0)) == 0


@pytest.mark.parametrize(
    ("made", "problem"),
    [
        (lambda: mcnemar_power(0, Discordance(0.1, 0.2, 0)), "0 items"),
        (lambda: mcnemar_power(9, Discordance(0.1, 0.2, 0), level=5), "The level is 5"),
        (lambda: discordance(1.2, 0.5), "people is 1.2"),
        (lambda: discordance(0.5, 0.5, 2), "consistency is 2"),
    ],
)
def test_what_cannot_be_is_refused_in_words(made, problem):
    with pytest.raises(BadSetting, match=problem):
        made()
