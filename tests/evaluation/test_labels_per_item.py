from itertools import combinations
from math import comb

import numpy as np
import pytest

from evaluation import BadSetting
from evaluation.labels_per_item import accuracy_by_labels_per_item
from evaluation.voting import majority_vote, mean_credit, vote_credit


def brute_force(counts, truth, k):
    """Average the credit over every way to keep k labels of every item."""
    totals = []
    for row, right in zip(counts, truth, strict=True):
        labels = np.repeat(np.arange(len(row)), row)
        kept = [np.bincount(labels[list(c)], minlength=len(row)) for c in combinations(range(len(labels)), k)]
        votes = majority_vote(np.array(kept))
        totals.append(vote_credit(votes, np.full(len(kept), right)).mean())
    return np.mean(totals)


@pytest.mark.parametrize("n", [1, 2, 3, 5, 7])
@pytest.mark.parametrize("n_categories", [1, 2, 4])
def test_it_equals_enumeration(n, n_categories):
    rng = np.random.default_rng(n * 10 + n_categories)
    counts = rng.multinomial(n, np.full(n_categories, 1 / n_categories), size=12)
    truth = rng.integers(n_categories, size=12)
    for point in accuracy_by_labels_per_item(counts, truth):
        assert point.value == pytest.approx(brute_force(counts, truth, point.k), abs=1e-12)


def test_it_equals_enumeration_for_unequal_numbers_of_labels():
    rng = np.random.default_rng(5)
    counts = np.array([rng.multinomial(n, [0.4, 0.3, 0.2, 0.1]) for n in (3, 4, 4, 6, 7)])
    truth = np.array([0, 1, 0, 3, 2])
    points = accuracy_by_labels_per_item(counts, truth)
    assert [point.k for point in points] == [1, 2, 3]
    for point in points:
        assert point.value == pytest.approx(brute_force(counts, truth, point.k), abs=1e-12)


def test_three_labels_follow_the_closed_form():
    rng = np.random.default_rng(6)
    counts = rng.multinomial(12, [0.5, 0.2, 0.2, 0.1], size=30)
    expected = []
    for c, *others in counts.tolist():
        pairs = sum(a * b for a, b in combinations(others, 2))
        expected.append((comb(c, 3) + comb(c, 2) * (12 - c) + c * pairs / 3) / comb(12, 3))
    point = accuracy_by_labels_per_item(counts, np.zeros(30, dtype=int))[2]
    assert point.value == pytest.approx(np.mean(expected), abs=1e-12)


def test_one_label_is_the_accuracy_of_single_labels():
    counts = np.array([[2, 1], [1, 2], [3, 0]])
    assert accuracy_by_labels_per_item(counts, [0, 0, 0])[0].value == pytest.approx((2 / 3 + 1 / 3 + 1) / 3)


def test_all_labels_are_the_vote():
    rng = np.random.default_rng(7)
    counts = rng.multinomial(51, rng.dirichlet(np.ones(10)), size=200)
    truth = rng.integers(10, size=200)
    vote = mean_credit(vote_credit(majority_vote(counts), truth))
    assert accuracy_by_labels_per_item(counts, truth)[-1].value == pytest.approx(vote, abs=1e-12)


def test_many_categories_do_not_overflow():
    rng = np.random.default_rng(8)
    counts = rng.multinomial(90, np.full(60, 1 / 60), size=5)
    truth = np.zeros(5, dtype=int)
    vote = mean_credit(vote_credit(majority_vote(counts), truth))
    assert accuracy_by_labels_per_item(counts, truth)[-1].value == pytest.approx(vote, abs=1e-12)


def test_thousands_of_labels_on_one_item_neither_overflow_nor_fill_the_memory():
    points = accuracy_by_labels_per_item([[40_000, 10_000, 10_000]], [0])
    c, n = 40_000, 60_000
    ways = comb(c, 3) + comb(c, 2) * (n - c) + c * 10_000 * 10_000 / 3
    assert points[0].value == pytest.approx(2 / 3, abs=1e-12)
    assert points[2].value == pytest.approx(ways / comb(n, 3), abs=1e-12)
    assert 0.99999 < points[99].value <= 1


def test_items_without_labels_are_left_out():
    points = accuracy_by_labels_per_item([[2, 0], [0, 0]], [0, 0])
    assert [(point.k, point.value, point.items) for point in points] == [(1, 1.0, 1), (2, 1.0, 1)]


def test_no_label_gives_no_point():
    assert accuracy_by_labels_per_item([[0, 0]], [0]) == ()


def test_the_curve_can_be_cut():
    assert [point.k for point in accuracy_by_labels_per_item([[5, 0]], [0], most=2)] == [1, 2]


def test_a_curve_without_length_is_refused():
    with pytest.raises(BadSetting, match="most is 0"):
        accuracy_by_labels_per_item([[5, 0]], [0], most=0)
