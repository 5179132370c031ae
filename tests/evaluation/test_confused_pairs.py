import pytest

from evaluation.confused_pairs import MOST_EXAMPLES, MOST_PAIRS, confused_pairs
from evaluation.voting import majority_vote
from tests.evaluation.tables import make_table, random_table


def pairs(table, **options):
    return confused_pairs(table, majority_vote(table.counts), **options)


def test_the_share_is_that_of_the_labels_on_images_of_the_ground_truth():
    table = make_table([[0, 1, 1], [0, 0, 0], [1, 1, 2]], truth=[0, 0, 1])
    first, second = pairs(table)
    assert (first.ground_truth, first.label, first.labels, first.items) == ("c0", "c1", 2, 1)
    assert (first.share, second.share) == (1 / 3, 1 / 3)
    assert (second.ground_truth, second.label, second.items) == ("c1", "c2", 0)


def test_the_images_with_most_such_labels_come_first():
    table = make_table([[0, 0, 1], [0, 1, 1], [1, 1, 1], [0, 0, 0]])
    assert pairs(table)[0].examples == ("2", "1", "0")


def test_there_are_only_so_many_pairs_and_examples():
    made = pairs(random_table(1, n_items=300, n_categories=6))
    assert len(made) == MOST_PAIRS
    assert max(len(pair.examples) for pair in made) == MOST_EXAMPLES
    assert [pair.share for pair in made] == sorted((pair.share for pair in made), reverse=True)


def test_pairs_equal_the_confusion_matrix_of_single_labels():
    table = random_table(2)
    from evaluation.confusion import individual_confusion

    matrix = individual_confusion(table.counts, table.truth)
    for pair in pairs(table):
        row, column = (table.categories.index(name) for name in (pair.ground_truth, pair.label))
        assert matrix[row, column] == pair.labels
        assert pair.share == pytest.approx(matrix[row, column] / matrix[row].sum())
        assert pair.interval.low <= pair.share <= pair.interval.high


def test_people_who_are_always_right_confuse_nothing():
    assert pairs(make_table([[0, 0], [1, 1]], truth=[0, 1])) == ()
    assert pairs(make_table([[None], [None]])) == ()
