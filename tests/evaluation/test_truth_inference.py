import warnings

import numpy as np
import pandas as pd
import pytest

from evaluation import BadSetting, BadTable, truth_inference
from evaluation.truth_inference import dawid_skene, one_coin, spammer_score
from tests.evaluation.tables import PUBLISHED, random_table

PATIENTS = PUBLISHED["dawid_skene_1979"]


def clinicians(**options):
    ratings = np.array(PATIENTS["ratings"]) - 1
    patient = np.repeat(np.arange(45), 7)
    clinician = np.tile([0, 0, 0, 1, 2, 3, 4], 45)
    return dawid_skene(patient, clinician, ratings.ravel(), (45, 5, 4), **options)


def codes(table):
    shape = (table.n_items, table.n_annotators, table.n_categories)
    return (table.item_codes, table.annotator_codes, table.category_codes, shape)


def crowd_kit(name, table, iterations):
    """Posterior of a crowd-kit model after a number of iterations, in the table's order."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from crowdkit.aggregation import DawidSkene, OneCoinDawidSkene

        model = {"dawid_skene": DawidSkene, "one_coin": OneCoinDawidSkene}[name]
        rows = {"task": table.item_codes, "worker": table.annotator_codes, "label": table.category_codes}
        posterior = model(n_iter=iterations, tol=-np.inf).fit_predict_proba(pd.DataFrame(rows))
    return posterior.sort_index()[range(table.n_categories)].to_numpy()


def test_the_class_marginals_of_1979():
    assert clinicians().prior.round(4).tolist() == PATIENTS["class_marginals"]


def test_the_log_likelihood_of_1979():
    assert round(clinicians().log_likelihood, 6) == PATIENTS["log_likelihood"]


def test_the_categories_of_1979():
    best = clinicians().posterior.argmax(axis=1)
    assert np.bincount(best).tolist() == PATIENTS["arg_max_counts"]
    assert (best + 1).tolist() == PATIENTS["arg_max"]


@pytest.mark.parametrize("patient", PATIENTS["posteriors"])
def test_the_uncertain_patients_of_1979(patient):
    posterior = clinicians().posterior[int(patient) - 1]
    assert posterior.round(4) == pytest.approx(PATIENTS["posteriors"][patient], abs=5.1e-5)


@pytest.mark.parametrize("iterations", [1, 2, 10])
@pytest.mark.parametrize("seed", range(3))
def test_dawid_skene_agrees_with_crowd_kit_at_equal_iterations(seed, iterations):
    table = random_table(seed, n_items=200, n_annotators=6, n_categories=3, labels_per_item=4)
    ours = dawid_skene(*codes(table), max_iterations=iterations, tolerance=0)
    # crowd-kit holds cells at 1e-10 of a label as ours does, so that only rounding differs.
    assert ours.posterior == pytest.approx(crowd_kit("dawid_skene", table, iterations), abs=1e-10)


@pytest.mark.parametrize("seed", range(3))
def test_one_coin_agrees_with_crowd_kit_at_equal_iterations(seed):
    table = random_table(seed, n_items=60, n_annotators=6, n_categories=3, labels_per_item=4)
    ours = one_coin(*codes(table), max_iterations=5, tolerance=0)
    assert ours.posterior == pytest.approx(crowd_kit("one_coin", table, 5), abs=1e-9)


def test_the_log_likelihood_never_falls():
    table = random_table(1, n_items=100)
    heights = [
        dawid_skene(*codes(table), max_iterations=steps, tolerance=0).log_likelihood for steps in range(1, 30)
    ]
    assert (np.diff(heights) > -1e-9).all()


def test_the_log_likelihood_is_that_of_the_labels():
    table = random_table(1, n_items=30)
    result = dawid_skene(*codes(table), max_iterations=3, tolerance=0)
    total = 0.0
    for item in range(30):
        given = table.item_codes == item
        rates = result.confusion[table.annotator_codes[given], :, table.category_codes[given]]
        total += np.log((result.prior * rates.prod(axis=0)).sum())
    assert result.log_likelihood == pytest.approx(total, rel=1e-9)


def test_rows_of_the_matrices_sum_to_one():
    result = dawid_skene(*codes(random_table(1)))
    assert result.confusion.sum(axis=2) == pytest.approx(np.ones((8, 4)))
    assert result.posterior.sum(axis=1) == pytest.approx(np.ones(40))


def test_an_item_without_labels_has_no_posterior():
    result = dawid_skene([0, 0], [0, 1], [1, 1], shape=(2, 2, 2))
    assert result.posterior[1].tolist() == [0, 0]
    assert result.n == 1


def test_convergence_is_reported():
    assert clinicians(max_iterations=3, tolerance=1e-12).converged is False
    assert clinicians(max_iterations=3, tolerance=1e-12).iterations == 3
    assert clinicians(tolerance=1e-8).converged is True


def test_a_category_that_nobody_chose_stays_impossible():
    result = dawid_skene([0, 0, 1], [0, 1, 0], [1, 1, 0], shape=(2, 2, 3))
    assert (result.posterior[:, 2] == 0).all()


@pytest.mark.parametrize("infer", [dawid_skene, one_coin])
def test_one_category_is_certain(infer):
    assert infer([0, 1], [0, 0], [0, 0], shape=(2, 1, 1)).posterior.tolist() == [[1], [1]]


def test_one_coin_finds_the_careless_annotator():
    rng = np.random.default_rng(1)
    truth = rng.integers(3, size=300)
    skills = (0.9, 0.9, 0.9, 0.9, 0)
    answers = [np.where(rng.random(300) < skill, truth, rng.integers(3, size=300)) for skill in skills]
    people = np.repeat(np.arange(5), 300)
    result = one_coin(np.tile(np.arange(300), 5), people, np.concatenate(answers), (300, 5, 3))
    assert result.reliability == pytest.approx([0.933, 0.933, 0.933, 0.933, 0.333], abs=0.06)


def test_the_spammer_score_of_the_published_example():
    assert round(float(spammer_score([[0.8, 0.1, 0.1], [0.2, 0.6, 0.2], [0.1, 0.2, 0.7]])), 6) == 0.316667


def test_the_spammer_score_is_the_sum_over_pairs_of_rows():
    matrices = np.random.default_rng(1).dirichlet(np.ones(4), size=(5, 4))
    for matrix, score in zip(matrices, spammer_score(matrices), strict=True):
        pairs = [((matrix[a] - matrix[b]) ** 2).sum() for a in range(4) for b in range(a)]
        assert score == pytest.approx(sum(pairs) / 12, abs=1e-12)


def test_a_perfect_annotator_scores_one_and_a_constant_one_zero():
    assert spammer_score(np.eye(3)) == pytest.approx(1)
    assert spammer_score(np.full((3, 3), 1 / 3)) == pytest.approx(0)


def test_unknown_rows_are_left_out_of_the_spammer_score():
    matrix = np.array([[1.0, 0, 0], [0, 1.0, 0], [1 / 3, 1 / 3, 1 / 3]])
    assert spammer_score(matrix, [True, True, False]) == pytest.approx(1)
    assert np.isnan(spammer_score(matrix, [True, False, False]))


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (([], [], []), "There is no label to infer a truth from"),
        (([0], [0], [2]), "category_codes go from 2 to 2; they must go from 0 to 1"),
        (([0], [0, 1], [1]), "annotator_codes has the shape"),
    ],
)
def test_labels_that_do_not_fit_are_refused(labels, message):
    with pytest.raises(BadTable, match=message):
        dawid_skene(*labels, shape=(1, 2, 2))


def test_no_iteration_is_refused():
    with pytest.raises(BadSetting, match="max_iterations is 0"):
        clinicians(max_iterations=0)


def test_matrices_larger_than_memory_are_refused(monkeypatch):
    monkeypatch.setattr(truth_inference, "MOST_CELLS", 79)
    with pytest.raises(BadTable, match="5 annotators x 4 x 4 categories are 80 cells"):
        clinicians()
