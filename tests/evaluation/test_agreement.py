import krippendorff
import numpy as np
import pytest
from statsmodels.stats.inter_rater import fleiss_kappa as statsmodels_kappa

from evaluation.agreement import (
    agreement,
    fleiss_kappa,
    krippendorff_alpha,
    normalised_entropy,
    pairwise_agreement,
    unanimous_share,
)
from tests.evaluation.tables import PUBLISHED, observers_by_units, published_counts


def random_counts(seed, n_items=50, n_labels=5, n_categories=4):
    rng = np.random.default_rng(seed)
    return rng.multinomial(n_labels, rng.dirichlet(np.ones(n_categories)), size=n_items)


def ragged_counts(seed):
    rng = np.random.default_rng(seed)
    return np.array([rng.multinomial(n, [0.5, 0.3, 0.2]) for n in rng.integers(0, 6, size=60)])


def test_fleiss_published_table():
    assert round(fleiss_kappa(published_counts("fleiss_1971")).value, 9) == 0.430244520


def test_alpha_of_fleiss_table():
    expected = PUBLISHED["fleiss_1971"]["krippendorff_alpha"]
    assert krippendorff_alpha(published_counts("fleiss_1971")).value == pytest.approx(expected, abs=1e-12)


def test_krippendorffs_four_observers():
    alpha = krippendorff_alpha(observers_by_units("krippendorff_four_observers"))
    assert round(alpha.value, 9) == 0.743421053
    assert alpha.labels == 40


def test_the_wikipedia_table():
    assert round(krippendorff_alpha(observers_by_units("krippendorff_wikipedia")).value, 9) == 0.691358025


@pytest.mark.parametrize("seed", range(10))
def test_kappa_agrees_with_statsmodels(seed):
    counts = random_counts(seed)
    assert fleiss_kappa(counts).value == pytest.approx(statsmodels_kappa(counts), abs=1e-10)


@pytest.mark.parametrize("seed", range(10))
def test_alpha_agrees_with_krippendorff(seed):
    counts = ragged_counts(seed)
    expected = krippendorff.alpha(value_counts=counts, level_of_measurement="nominal")
    assert krippendorff_alpha(counts).value == pytest.approx(expected, abs=1e-10)


def test_kappa_of_unequal_labels_says_so():
    assert "items have 1 to 2. Krippendorff's alpha allows that." in fleiss_kappa([[2, 0], [1, 0]]).reason


def test_kappa_leaves_items_without_labels_out():
    with_gaps, without = fleiss_kappa([[3, 0], [0, 0], [1, 2]]), fleiss_kappa([[3, 0], [1, 2]])
    assert with_gaps == without
    assert with_gaps.value is not None


def test_kappa_of_single_labels_says_so():
    assert fleiss_kappa([[1, 0], [0, 1]]).reason.startswith("Every item has one label")


@pytest.mark.parametrize("compute", [fleiss_kappa, krippendorff_alpha])
def test_a_coefficient_of_one_category_says_so(compute):
    assert compute([[2, 0], [2, 0]]).reason.startswith("All labels are the same category")


def test_alpha_without_pairs_says_so():
    assert krippendorff_alpha([[1, 0], [0, 1]]).reason.startswith("No item has two labels")


def test_alpha_leaves_single_labels_out():
    with_single = krippendorff_alpha([[2, 0], [1, 1], [0, 2], [0, 1]])
    assert with_single == krippendorff_alpha([[2, 0], [1, 1], [0, 2]])


def test_full_agreement_is_one():
    counts = [[3, 0], [0, 3]]
    assert fleiss_kappa(counts).value == krippendorff_alpha(counts).value == 1


def test_pairs_are_pooled_over_items():
    assert pairwise_agreement([[2, 0], [2, 2]]).value == pytest.approx((1 + 2) / (1 + 6))


def test_unanimous_items_are_among_those_with_two_labels():
    assert unanimous_share([[3, 0], [2, 1], [1, 0], [0, 0]]).value == 0.5


def test_nobody_to_agree_with_is_undefined():
    assert pairwise_agreement([[1, 0]]).reason == "No item has two labels, so there is no pair."
    assert unanimous_share([[1, 0]]).value is None


def test_entropy_agrees_with_scipy():
    from scipy.stats import entropy

    counts = ragged_counts(1)
    labelled = counts.sum(axis=1) > 0
    expected = entropy(counts[labelled], axis=1) / np.log(3)
    assert normalised_entropy(counts)[labelled] == pytest.approx(expected, abs=1e-12)
    assert np.isnan(normalised_entropy(counts)[~labelled]).all()


def test_entropy_of_one_category_is_zero():
    assert normalised_entropy([[3], [1]]).tolist() == [0, 0]


def test_all_figures_come_with_their_reasons():
    figures = agreement(np.array([[1, 0], [0, 0]]))
    assert figures.krippendorff_alpha is None
    for name in ("Fleiss' kappa", "Krippendorff's alpha", "Pairs that agree", "Unanimous items"):
        assert f"{name}: " in figures.reason


def test_no_label_at_all_is_undefined():
    figures = agreement(np.zeros((2, 3), dtype=int))
    assert figures.mean_entropy is None
    assert "Mean entropy: There is no label." in figures.reason


def test_margins_in_the_billions_do_not_overflow():
    counts = np.array([[3_000_000_000, 0], [0, 3_000_000_000]])
    assert krippendorff_alpha(counts // 1000).value == 1
