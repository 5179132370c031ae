import numpy as np
import pytest

from evaluation import BadTable, EvaluationConfig, evaluate
from evaluation.machines import machines_alone
from tests.evaluation.tables import make_table, random_table


def compare(table, predictions, **settings):
    return evaluate(table, EvaluationConfig(**settings), predictions=predictions).machines


def test_the_difference_is_people_less_machine():
    table = make_table([[0, 0], [0, 0], [1, 1]])
    machine = compare(table, {"net": [0, 1, 1]}, resamples=0)[0]
    assert (machine.human_accuracy, machine.accuracy) == pytest.approx((2 / 3, 1 / 3))
    assert machine.difference == pytest.approx(1 / 3)


def test_alone_and_in_a_report_they_are_the_same():
    table, config = random_table(1), EvaluationConfig(resamples=50, seed=4)
    answers = {"a": np.roll(table.truth, 1), "b": table.truth}
    assert machines_alone(table, answers, config) == evaluate(table, config, predictions=answers).machines


def test_pairs_are_counted_by_who_is_right():
    table = make_table([[0, 0], [0, 0], [1, 1], [1, 1]])
    test = compare(table, {"net": [0, 1, 0, 1]}, resamples=0)[0].mcnemar
    assert (test.both, test.only_people, test.only_machine, test.neither) == (1, 1, 1, 1)


def test_the_paired_interval_holds_the_difference():
    table = random_table(1)
    machine = compare(table, {"net": table.truth}, resamples=500)[0]
    assert machine.interval.low <= machine.difference <= machine.interval.high < 0


def test_the_paired_interval_has_the_spread_of_the_differences():
    table = random_table(1, n_items=400, n_categories=2)
    answers = np.random.default_rng(1).integers(2, size=400)
    machine = compare(table, {"net": answers}, resamples=20_000)[0]
    people = np.array(evaluate(table, EvaluationConfig(resamples=0)).credit)
    error = (people - (answers == table.truth)).std() / 20
    width = machine.interval.high - machine.interval.low
    assert width == pytest.approx(2 * 1.96 * error, rel=0.05)


def test_a_difference_that_is_the_same_in_every_resample_has_no_interval():
    table = make_table([[0, 0]] * 5, n_categories=2)
    machine = compare(table, {"oracle": table.truth}, resamples=20)[0]
    assert (machine.difference, machine.interval.low) == (0, None)
    assert machine.interval.reason.startswith("All resamples gave the same")


def test_error_consistency_has_an_interval():
    table = random_table(1)
    rng = np.random.default_rng(1)
    answers = np.where(rng.random(40) < 0.7, table.truth, 0)
    result = compare(table, {"net": answers}, resamples=500)[0].error_consistency
    assert result.interval.low <= result.value <= result.interval.high


def test_several_machines_are_corrected_together():
    table = random_table(1, n_items=200)
    worse = np.where(np.arange(200) % 3 == 0, table.truth, (table.truth + 1) % 4)
    machines = compare(table, {"b": worse, "a": table.truth}, resamples=0)
    assert [machine.name for machine in machines] == ["a", "b"]
    for machine in machines:
        assert machine.mcnemar.p_value <= machine.mcnemar.p_holm <= 2 * machine.mcnemar.p_value


def test_a_machine_does_not_change_anothers_interval():
    table = random_table(1)
    alone = compare(table, {"a": table.truth}, resamples=100)[0]
    assert (
        compare(table, {"a": table.truth, "b": table.truth * 0}, resamples=100)[0].interval == alone.interval
    )


@pytest.mark.parametrize(
    ("rule", "used"), [("random", "seeded"), ("wrong", "wrong"), ("optimistic", "optimistic")]
)
def test_the_test_says_how_ties_were_decided(rule, used):
    table = random_table(1)
    assert compare(table, {"a": table.truth}, resamples=0, tie_rule=rule)[0].mcnemar.tie_rule == used


def test_only_items_with_labels_are_compared():
    assert compare(make_table([[0, 0], [None, None]]), {"a": [0, 0]}, resamples=0)[0].n == 1


def test_no_label_is_undefined_with_a_reason():
    machine = compare(make_table([[None]]), {"a": [0]}, resamples=10)[0]
    assert (machine.difference, machine.reason) == (None, "No item has a label.")


def test_no_resamples_leave_the_figures_without_intervals():
    machine = compare(random_table(1), {"a": np.zeros(40, dtype=int)}, resamples=0)[0]
    assert machine.interval.reason == "The bootstrap was switched off (0 resamples)."
    assert machine.error_consistency.value is not None


@pytest.mark.parametrize("answers", [[0], [0, 0, 5], [0.5, 0, 0], ["a", "b", "c"]])
def test_predictions_that_do_not_fit_are_refused_by_name(answers):
    with pytest.raises(BadTable, match="Predictions of 'net'"):
        compare(make_table([[0], [0], [0]]), {"net": np.array(answers)}, resamples=0)


def test_the_items_that_one_side_alone_gets_right_are_listed():
    table = make_table([[0, 0], [0, 0], [1, 1], [1, 1]])
    listed = compare(table, {"net": [0, 1, 0, 1]}, resamples=0)[0].discordant
    names = table.categories
    assert [(d.item, d.right, d.majority, d.prediction) for d in listed] == [
        ("1", "people", names[0], names[1]),
        ("2", "machine", names[1], names[0]),
    ]
    assert {d.ground_truth for d in listed} == {names[0]}


def test_a_tie_among_people_has_no_majority_in_the_list():
    listed = compare(make_table([[0, 1]]), {"net": [0]}, resamples=0, tie_rule="wrong")[0].discordant
    assert [(d.right, d.majority) for d in listed] == [("machine", None)]


def test_the_list_is_as_long_as_the_test_counts():
    table = random_table(1)
    machine = compare(table, {"net": np.roll(table.truth, 3)}, resamples=0)[0]
    sides = [item.right for item in machine.discordant]
    assert sides.count("people") == machine.mcnemar.only_people
    assert sides.count("machine") == machine.mcnemar.only_machine


def test_an_item_without_labels_is_in_no_list():
    assert compare(make_table([[0, 0], [None, None]]), {"a": [0, 0]}, resamples=0)[0].discordant == ()


def test_the_fingerprint_is_of_items_and_categories():
    table = make_table([[0], [0]], n_categories=2)
    first, second = compare(table, {"a": [0, 1], "b": [0, 1]}, resamples=0)
    other = compare(table, {"a": [1, 0]}, resamples=0)[0]
    assert first.predictions_sha256 == second.predictions_sha256 != other.predictions_sha256
