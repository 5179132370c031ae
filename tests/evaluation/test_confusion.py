import numpy as np
import pytest
from sklearn.metrics import confusion_matrix, precision_recall_fscore_support

from evaluation import confusion
from evaluation.confusion import (
    category_scores,
    confusion_matrices,
    expected_confusion,
    individual_confusion,
    majority_confusion,
)
from evaluation.voting import majority_vote
from tests.evaluation.tables import random_table

VOTES = majority_vote(np.array([[2, 1, 0], [1, 1, 1], [0, 2, 1], [0, 0, 0]]))
TRUTH = np.array([0, 0, 2, 1])


def test_rows_are_ground_truth_and_ties_have_their_own_column():
    assert majority_confusion(VOTES, TRUTH).tolist() == [[1, 0, 0, 1], [0, 0, 0, 0], [0, 1, 0, 0]]


def test_the_expected_matrix_shares_a_tie_among_its_leaders():
    assert expected_confusion(VOTES, TRUTH)[0].tolist() == pytest.approx([4 / 3, 1 / 3, 1 / 3])


def test_single_labels_are_counted():
    assert individual_confusion(VOTES.counts, TRUTH).tolist() == [[3, 2, 1], [0, 0, 0], [0, 2, 1]]


def test_an_item_without_labels_is_in_no_matrix():
    for matrix in (majority_confusion(VOTES, TRUTH), expected_confusion(VOTES, TRUTH)):
        assert matrix[1].sum() == 0


@pytest.mark.parametrize("seed", range(5))
def test_the_majority_matrix_agrees_with_scikit_learn(seed):
    table = random_table(seed, n_items=300)
    votes = majority_vote(table.counts)
    predicted = np.where(votes.winner < 0, 4, votes.winner)
    expected = confusion_matrix(table.truth, predicted, labels=range(5))
    assert (majority_confusion(votes, table.truth) == expected[:4]).all()


@pytest.mark.parametrize("seed", range(5))
def test_the_matrix_of_single_labels_agrees_with_scikit_learn(seed):
    table = random_table(seed, n_items=300)
    expected = confusion_matrix(table.truth[table.item_codes], table.category_codes, labels=range(4))
    assert (individual_confusion(table.counts, table.truth) == expected).all()


@pytest.mark.parametrize("seed", range(5))
def test_scores_agree_with_scikit_learn(seed):
    # Two categories and three labels: no ties, so that one hard prediction an item exists.
    table = random_table(seed, n_items=300, n_categories=2)
    votes = majority_vote(table.counts)
    expected = precision_recall_fscore_support(table.truth, votes.winner, labels=[0, 1])
    scores = category_scores(votes, table.truth, table.categories)
    for name, column in zip(("precision", "recall", "f1", "support"), expected, strict=True):
        assert [getattr(score, name) for score in scores] == pytest.approx(list(column), abs=1e-12)


def test_scores_with_ties_agree_with_scikit_learn_on_weighted_answers():
    table = random_table(3, n_items=300)
    votes = majority_vote(table.counts)
    rows, columns = np.nonzero(votes.counts == votes.top[:, None])
    weights = 1 / votes.leaders[rows]
    expected = precision_recall_fscore_support(
        table.truth[rows], columns, labels=range(4), sample_weight=weights
    )
    scores = category_scores(votes, table.truth, table.categories)
    assert [score.f1 for score in scores] == pytest.approx(list(expected[2]), abs=1e-12)


def test_scores_are_those_of_the_expected_matrix():
    table = random_table(4, n_items=300)
    votes = majority_vote(table.counts)
    matrix = expected_confusion(votes, table.truth)
    scores = category_scores(votes, table.truth, table.categories)
    assert [score.precision for score in scores] == pytest.approx(matrix.diagonal() / matrix.sum(axis=0))
    assert [score.recall for score in scores] == pytest.approx(matrix.diagonal() / matrix.sum(axis=1))


def test_nothing_divided_by_nothing_is_none_with_a_reason():
    scores = category_scores(majority_vote(np.array([[1, 0, 0]])), np.array([0]), ("a", "b", "c"))
    assert (scores[1].precision, scores[1].recall, scores[1].f1) == (None, None, None)
    assert "precision: no item has this majority category." in scores[1].reason
    assert "recall: no item with labels has this ground truth." in scores[1].reason


def test_a_category_that_is_never_found_has_recall_zero_and_no_precision():
    scores = category_scores(majority_vote(np.array([[1, 0]])), np.array([1]), ("a", "b"))
    assert (scores[1].precision, scores[1].recall, scores[1].f1) == (None, 0, 0)


def test_too_many_categories_have_scores_and_no_matrix(monkeypatch):
    monkeypatch.setattr(confusion, "MOST_CATEGORIES", 2)
    matrices = confusion_matrices(VOTES, TRUTH, ("a", "b", "c"))
    assert matrices.majority is None
    assert matrices.reason.startswith("3 categories would make matrices of 9 cells")
