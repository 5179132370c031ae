import pytest

from evaluation import BadTable
from evaluation.check_outcomes import CheckOutcomes, CheckTotals, check_totals, counts_of

ANN = CheckOutcomes("ann", gold=5, gold_wrong=1, attention=2, attention_failed=2)
BOB = CheckOutcomes("bob", gold=3)


def test_counts_come_in_the_order_of_the_annotators_and_are_zero_without_a_check():
    answered, failed = counts_of(["zoe", "bob", "ann"], [ANN, BOB], "gold", "gold_wrong")
    assert answered.tolist() == [0, 3, 5]
    assert failed.tolist() == [0, 0, 1]


def test_totals_tell_each_kind_apart_and_leave_out_what_nobody_answered():
    assert check_totals(["ann", "bob"], [ANN, BOB]) == (
        CheckTotals("gold", annotators=2, answers=8, failed=1),
        CheckTotals("attention", annotators=1, answers=2, failed=2),
    )


def test_checks_of_somebody_without_a_label_are_left_out():
    assert check_totals(["bob"], [ANN, BOB]) == (CheckTotals("gold", annotators=1, answers=3, failed=0),)


@pytest.mark.parametrize("wrong", [{"gold": 1, "gold_wrong": 2}, {"repeats_differ": 1}, {"attention": -1}])
def test_more_failures_than_answers_are_refused(wrong):
    with pytest.raises(BadTable, match="it must be 0 to"):
        CheckOutcomes("ann", **wrong)


def test_two_entries_of_one_annotator_are_refused():
    with pytest.raises(BadTable, match="The checks of ann are told twice"):
        counts_of(["ann"], [ANN, ANN], "gold", "gold_wrong")
