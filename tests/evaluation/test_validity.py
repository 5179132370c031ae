import numpy as np
import pytest

from evaluation.validity import label_validity
from evaluation.voting import majority_vote, vote_credit
from tests.evaluation.tables import make_table


def validity(rows):
    table = make_table(rows)
    votes = majority_vote(table.counts)
    return label_validity(table, votes, vote_credit(votes, table.truth))


def test_items_with_full_agreement_against_the_truth_are_listed():
    found = validity([[1, 1, 1], [1, 1, 0], [0, 0, 0]]).candidates
    assert [(c.item, c.ground_truth, c.label, c.labels) for c in found] == [("0", "c0", "c1", 3)]


def test_one_label_is_no_agreement():
    assert validity([[1, None], [0, 0]]).candidates == ()


def test_accuracy_is_given_with_and_without_them():
    result = validity([[1, 1, 1], [1, 1, 0], [0, 0, 0]])
    assert (result.accuracy_with, result.accuracy_without) == pytest.approx((1 / 3, 1 / 2))


def test_nothing_left_without_them_says_so():
    result = validity([[1, 1], [None, None]])
    assert (result.accuracy_with, result.accuracy_without) == (0, None)
    assert result.reason == "accuracy_without: every item with a label is a candidate."


def test_no_label_says_so():
    assert validity([[None]]).reason == "No item has a label."


def test_codes_stay_apart_from_the_marks_for_tie_and_no_label():
    assert np.isnan(vote_credit(majority_vote(make_table([[None]]).counts), np.array([0]))).all()
