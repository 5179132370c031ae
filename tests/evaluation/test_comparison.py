import numpy as np
import pytest
from statsmodels.stats.contingency_tables import mcnemar as statsmodels_mcnemar
from statsmodels.stats.multitest import multipletests

from evaluation import BadTable
from evaluation.comparison import error_consistency, holm, mcnemar_exact, most_probable


def test_the_small_published_table():
    assert round(mcnemar_exact(5, 15), 8) == 0.04138947


def test_the_large_published_table():
    assert f"{mcnemar_exact(86, 150):.5e}" == "3.71594e-05"


@pytest.mark.parametrize(("b", "c"), [(0, 0), (0, 9), (7, 7), (3, 4), (40, 90), (5000, 5100)])
def test_mcnemar_agrees_with_statsmodels(b, c):
    expected = statsmodels_mcnemar([[10, b], [c, 10]], exact=True).pvalue
    assert mcnemar_exact(b, c) == pytest.approx(expected, abs=1e-10)


def test_which_observer_comes_first_changes_nothing():
    assert mcnemar_exact(3, 11) == mcnemar_exact(11, 3)


def test_a_negative_count_is_refused():
    with pytest.raises(BadTable, match="-1 and 3 discordant pairs"):
        mcnemar_exact(-1, 3)


@pytest.mark.parametrize("seed", range(5))
def test_holm_agrees_with_statsmodels(seed):
    p_values = np.random.default_rng(seed).random(7).tolist()
    assert holm(p_values) == pytest.approx(list(multipletests(p_values, method="holm")[1]), abs=1e-12)


def test_holm_of_nothing_is_nothing():
    assert holm([]) == []


def test_the_error_consistency_of_the_published_example():
    assert round(error_consistency(0.8, 0.7, 0.7).value, 6) == 0.210526


def test_error_consistency_agrees_with_cohens_kappa_of_correctness():
    from sklearn.metrics import cohen_kappa_score

    rng = np.random.default_rng(1)
    first, second = rng.random(500) < 0.8, rng.random(500) < 0.6
    result = error_consistency(first.mean(), second.mean(), (first == second).mean())
    assert result.value == pytest.approx(cohen_kappa_score(first, second), abs=1e-10)


@pytest.mark.parametrize("accuracy", [0, 1])
def test_error_consistency_of_perfect_observers_is_undefined(accuracy):
    result = error_consistency(accuracy, accuracy, 1)
    assert result.value is None
    assert result.reason.startswith("Both are always right")


def test_the_most_probable_category_wins():
    assert most_probable([[0.1, 0.9], [0.5, 0.5]]).tolist() == [1, 0]


@pytest.mark.parametrize("probabilities", [[0.1, 0.9], [[0.1, np.nan]]])
def test_what_is_no_table_of_probabilities_is_refused(probabilities):
    with pytest.raises(BadTable, match="Probabilities need one row an item"):
        most_probable(probabilities)
