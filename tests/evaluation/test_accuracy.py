import pytest

from evaluation.accuracy import individual_accuracy
from tests.evaluation.tables import make_table, random_table


def test_micro_counts_all_labels_alike():
    figures = individual_accuracy(make_table([[0, 0, 1], [1, None, None]]))
    assert (figures.micro, figures.correct, figures.labels) == (2 / 4, 2, 4)


def test_items_count_alike_in_the_macro_over_items():
    figures = individual_accuracy(make_table([[0, 0, 1], [1, None, None]]))
    assert figures.macro_items == pytest.approx((2 / 3 + 0) / 2)


def test_annotators_count_alike_in_the_macro_over_annotators():
    figures = individual_accuracy(make_table([[0, 0, 1], [1, None, None]]))
    assert figures.macro_annotators == pytest.approx((1 / 2 + 1 + 0) / 3)


def test_equal_redundancy_makes_micro_and_macro_over_items_equal():
    figures = individual_accuracy(random_table(1))
    assert figures.micro == pytest.approx(figures.macro_items, abs=1e-15)


def test_items_without_labels_are_left_out():
    assert individual_accuracy(make_table([[0, 0], [None, None]])).macro_items == 1


def test_no_label_is_undefined_with_a_reason():
    figures = individual_accuracy(make_table([[None]]))
    assert (figures.micro, figures.macro_items, figures.macro_annotators) == (None, None, None)
    assert figures.reason == "There is no label."
