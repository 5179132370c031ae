import numpy as np
import pytest

from evaluation.extrapolation import FURTHEST, _category_curve, extrapolate
from evaluation.labels_per_item import accuracy_by_labels_per_item
from tests.evaluation.tables import make_table


def curve(counts, truth):
    return tuple(point.value for point in accuracy_by_labels_per_item(counts, truth))


@pytest.mark.parametrize("alpha", [(1.2, 0.5, 0.3), (0.2, 0.1), (5.0, 4.0, 3.0, 2.0)])
def test_the_model_s_accuracy_is_that_of_drawn_labels(alpha):
    rng = np.random.default_rng(3)
    shares = rng.dirichlet(alpha, 40_000)
    exact = _category_curve(alpha[0], np.sort(alpha[1:]), 6)
    for k in (1, 2, 3, 6):
        votes = rng.multinomial(k, shares)
        top = votes.max(axis=1)
        credit = (votes[:, 0] == top) / (votes == top[:, None]).sum(axis=1)
        assert exact[k - 1] == pytest.approx(credit.mean(), abs=4 * credit.std() / 200)


def crowd(rng, n_items, labels):
    """Labels of items whose shares of five categories differ, three in four for the ground truth."""
    truth = rng.integers(5, size=n_items)
    alpha = np.full((n_items, 5), 0.15)
    alpha[np.arange(n_items), truth] = 1.8
    shares = np.array([rng.dirichlet(row) for row in alpha])
    return np.array([rng.multinomial(labels, row) for row in shares]), truth


def test_from_three_labels_it_comes_near_what_nine_labels_give():
    rng = np.random.default_rng(1)
    few, truth = crowd(rng, 3000, 3)
    made = extrapolate(few, truth, curve(few, truth))
    many, other = crowd(rng, 3000, 9)
    assert made.points[-1].k == 9
    assert made.points[-1].value == pytest.approx(curve(many, other)[-1], abs=0.02)
    assert made.model_at_labels == pytest.approx(made.observed_at_labels, abs=0.02)


def test_the_curve_is_moved_onto_the_last_observed_point():
    counts = make_table([[0, 0, 1], [0, 1, 2], [1, 1, 1], [0, 0, 0]], truth=[0, 0, 1, 0]).counts
    made = extrapolate(counts, np.array([0, 0, 1, 0]), (0.6, 0.6, 0.9))
    assert made.observed_at_labels == 0.9
    assert 0.9 <= made.points[0].value <= 1


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([[0], [1]], "With one label an item"),
        ([list(range(16))] * 2, "the curve is observed far enough"),
        ([[None]], "With one label an item"),
    ],
)
def test_where_nothing_can_be_said_the_reason_is(rows, reason):
    table = make_table(rows)
    made = extrapolate(table.counts, table.truth, curve(table.counts, table.truth))
    assert made.points == ()
    assert reason in made.reason


def test_full_agreement_stays_as_it_is():
    table = make_table([[0, 0, 0], [1, 1, 1]], truth=[0, 1])
    made = extrapolate(table.counts, table.truth, curve(table.counts, table.truth))
    assert {point.value for point in made.points} == {1.0}


def test_all_ties_and_never_right_stay_between_0_and_1():
    for rows, truth in (([[0, 1, 2]] * 4, [0] * 4), ([[1, 1, 2]] * 4, [0] * 4)):
        table = make_table(rows, truth=truth)
        points = extrapolate(table.counts, table.truth, curve(table.counts, table.truth)).points
        assert all(0 <= point.value <= 1 for point in points)
        assert points[-1].k <= FURTHEST
