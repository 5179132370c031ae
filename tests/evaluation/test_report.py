import dataclasses

import numpy as np
import pytest

from evaluation import BadSetting, EvaluationConfig, LabelTable, StudyFacts, evaluate
from evaluation.render.json import render
from tests.evaluation.tables import make_table, random_table

QUICK = EvaluationConfig(resamples=50)


def test_a_partial_study_is_evaluated_over_the_items_that_have_labels():
    report = evaluate(make_table([[0, 0, 0], [1, None, None], [None, None, None]]), QUICK)
    assert report.accuracy.majority.value == 0.5
    assert report.accuracy.majority.n == 2
    assert (report.counts.items, report.counts.labelled_items, report.counts.complete_items) == (3, 2, 1)


def test_a_partial_study_says_what_is_missing():
    report = evaluate(make_table([[0, 0, 0], [1, None, None], [None, None, None]]), QUICK)
    assert report.notes == (
        "1 of 3 images have no label yet. Accuracy is over the 2 others.",
        "1 image has fewer than the planned 3 labels.",
        "3 annotators are too few to tell how others would differ: the crossed bootstrap's intervals hold "
        "the true accuracy less often than they say.",
    )


def test_two_or_three_annotators_are_said_to_be_too_few():
    few = random_table(1, n_annotators=3)
    assert "3 annotators are too few" in evaluate(few, QUICK).notes[0]
    assert evaluate(few, EvaluationConfig(resamples=0)).notes == ()


def test_a_complete_study_has_no_notes():
    assert evaluate(random_table(1), QUICK).notes == ()


def test_no_label_at_all_is_a_report_of_reasons():
    report = evaluate(make_table([[None], [None]]), QUICK)
    assert report.accuracy.majority.reason == "No item has a label."
    assert report.annotators == ()
    assert report.accuracy.by_labels_per_item == ()


def test_one_annotator_and_one_category_are_evaluated():
    report = evaluate(make_table([[0], [0]]), QUICK)
    assert report.accuracy.majority.value == 1
    assert report.agreement.krippendorff_alpha is None


def test_all_ties_are_evaluated():
    report = evaluate(make_table([[0, 1, 2]] * 5), QUICK)
    assert report.accuracy.majority.value == pytest.approx(1 / 3)
    assert report.accuracy.tie_ledger.ties == 5
    assert report.confusion_matrix.majority[0].tolist() == [0, 0, 0, 5]


@pytest.mark.parametrize("rule", ["random", "wrong", "optimistic", "seeded"])
def test_the_headline_follows_the_rule_and_agrees_with_the_ledger(rule):
    report = evaluate(random_table(1), EvaluationConfig(resamples=50, tie_rule=rule))
    assert report.accuracy.majority.tie_rule == rule
    assert report.accuracy.majority.value == getattr(report.accuracy.tie_ledger, rule)


def test_the_study_block_takes_what_the_evaluation_knows():
    report = evaluate(random_table(1), EvaluationConfig(resamples=0, population=100, labels_per_item=3))
    assert (report.study.sample_size, report.study.population, report.study.labels_per_item) == (40, 100, 3)
    assert "name, dataset" in report.study.reason


def test_the_study_block_keeps_what_it_was_told():
    facts = StudyFacts(*["x"] * 4, 1, 2, "simple", 3, 4, "wrong", "y", False, ())
    assert evaluate(random_table(1), QUICK, facts).study == facts


def test_surplus_and_exclusions_are_repeated():
    counts = evaluate(random_table(1), QUICK, surplus_labels=4, excluded_annotators=2).counts
    assert (counts.surplus_labels, counts.excluded_annotators) == (4, 2)


def test_strata_are_estimated_where_their_populations_are_given():
    table = LabelTable.from_labels(
        [(0, "a", 0), (1, "a", 1), (2, "a", 0)], [0, 0, 0], ["x", "y"], strata={0: "h", 1: "h", 2: "e"}
    )
    report = evaluate(table, EvaluationConfig(resamples=0, stratum_populations={"h": 10, "e": 30}))
    assert report.accuracy.majority.stratified.value == pytest.approx(0.25 * 0.5 + 0.75)


def test_populations_of_strata_without_strata_are_refused():
    with pytest.raises(BadSetting, match="the table has no strata"):
        evaluate(random_table(1), EvaluationConfig(resamples=0, stratum_populations={"h": 1}))


def test_every_seed_is_in_the_report():
    report = evaluate(random_table(1), EvaluationConfig(resamples=50, seed=7))
    intervals = report.accuracy.majority.intervals
    assert report.seeds["base"] == 7
    assert intervals.bootstrap_items.seed == report.seeds["bootstrap"]
    assert intervals.bootstrap_crossed.seed == report.seeds["bootstrap_crossed"]


def test_the_number_of_resamples_changes_no_other_figure():
    few = evaluate(random_table(1), EvaluationConfig(resamples=0))
    many = evaluate(random_table(1), EvaluationConfig(resamples=200))
    assert few.accuracy.tie_ledger == many.accuracy.tie_ledger
    assert few.truth_inference == many.truth_inference


def test_a_report_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        evaluate(random_table(1), QUICK).notes = ()


def test_ten_thousand_categories_have_scores_and_no_matrix():
    rng = np.random.default_rng(1)
    truth = rng.integers(10_000, size=30)
    labels = [
        (i, a, int(truth[i]) if rng.random() < 0.7 else int(rng.integers(10_000)))
        for i in range(30)
        for a in "xyz"
    ]
    names = [f"c{code}" for code in range(10_000)]
    table = LabelTable.from_labels(labels, [names[t] for t in truth], names)
    report = evaluate(table, QUICK)
    assert report.confusion_matrix.majority is None
    assert len(report.per_category) == 10_000
    assert report.truth_inference.dawid_skene.reason.endswith("are more than 100000000 cells.")
    assert "NaN" not in render(report)


def test_progress_is_told():
    told = set()
    evaluate(random_table(1), QUICK, progress=lambda activity, done, total: told.add(activity))
    assert {"crossed bootstrap", "Dawid-Skene", "one-coin"} <= told
