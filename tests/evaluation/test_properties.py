"""What holds for every table: names and orders mean nothing, parts add up."""

import json
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation import EvaluationConfig, LabelTable, evaluate
from evaluation.render.json import render
from evaluation.voting import mean_credit, vote_credit

QUICK = EvaluationConfig(resamples=30)


@st.composite
def studies(draw):
    """Labels, ground truth and categories of a small study, ragged and with empty items."""
    categories = [f"c{code}" for code in range(draw(st.integers(1, 4)))]
    annotators = [f"a{code}" for code in range(draw(st.integers(1, 5)))]
    answer = st.one_of(st.none(), st.sampled_from(categories))
    rows = draw(
        st.lists(st.lists(answer, min_size=len(annotators), max_size=len(annotators)), min_size=1, max_size=8)
    )
    truth = {str(item): draw(st.sampled_from(categories)) for item in range(len(rows))}
    labels = [
        (str(item), annotator, category)
        for item, row in enumerate(rows)
        for annotator, category in zip(annotators, row, strict=True)
        if category is not None
    ]
    return labels, truth, categories


def report_of(labels, truth, categories, config=QUICK):
    return evaluate(LabelTable.from_labels(labels, truth, categories), config)


def intervals_in(value):
    if isinstance(value, dict):
        if {"low", "high", "estimate"} <= set(value) and value["low"] is not None:
            yield value
        value = list(value.values())
    if isinstance(value, list):
        for entry in value:
            yield from intervals_in(entry)


@given(studies(), st.integers(0, 1000))
@settings(max_examples=25, deadline=None)
def test_the_order_of_rows_changes_no_byte(study, seed):
    labels, truth, categories = study
    shuffled, items = labels[:], list(truth.items())
    random.Random(seed).shuffle(shuffled)
    random.Random(seed).shuffle(items)
    assert render(report_of(shuffled, dict(items), categories)) == render(
        report_of(labels, truth, categories)
    )


@given(studies(), st.permutations(range(5)), st.sampled_from(["random", "seeded"]))
@settings(max_examples=25, deadline=None)
def test_annotators_names_change_no_estimate_or_interval(study, names, rule):
    labels, truth, categories = study
    config = EvaluationConfig(resamples=30, tie_rule=rule)
    renamed = [
        (item, f"person {names[int(annotator[1:])]}", category) for item, annotator, category in labels
    ]
    before, after = (
        report_of(labels, truth, categories, config),
        report_of(renamed, truth, categories, config),
    )
    assert before.accuracy == after.accuracy
    assert before.agreement == after.agreement
    assert before.per_category == after.per_category


@given(studies(), st.randoms(use_true_random=False))
@settings(max_examples=25, deadline=None)
def test_the_order_of_categories_changes_no_estimate_or_interval(study, shuffle):
    labels, truth, categories = study
    permuted = categories[:]
    shuffle.shuffle(permuted)
    config = EvaluationConfig(resamples=30, tie_rule="seeded")
    before, after = report_of(labels, truth, categories, config), report_of(labels, truth, permuted, config)
    assert before.accuracy == after.accuracy
    assert before.agreement == after.agreement
    assert {score.category: score for score in before.per_category} == {
        s.category: s for s in after.per_category
    }
    order = [categories.index(name) for name in permuted]
    matrices, other = before.confusion_matrix, after.confusion_matrix
    assert (other.majority[:, :-1] == matrices.majority[order][:, order]).all()
    assert (other.individual == matrices.individual[order][:, order]).all()


@given(studies())
@settings(max_examples=25, deadline=None)
def test_truth_inference_does_not_depend_on_the_order_of_categories(study):
    labels, truth, categories = study
    config = EvaluationConfig(resamples=0, max_iterations=5)
    before = report_of(labels, truth, categories, config).truth_inference.dawid_skene
    after = report_of(labels, truth, categories[::-1], config).truth_inference.dawid_skene
    assert (before.log_likelihood or 0) == pytest.approx(after.log_likelihood or 0, rel=1e-6, abs=1e-6)


@given(studies())
@settings(max_examples=30, deadline=None)
def test_intervals_hold_their_estimate_and_lie_where_it_can_lie(study):
    written = json.loads(render(report_of(*study)))
    # A coefficient of agreement may be below 0, down to -1, and a time is no share.
    for part, least, most in (("agreement", -1, 1), ("times", 0, np.inf), (None, 0, 1)):
        for interval in intervals_in(written if part is None else written.pop(part)):
            assert least <= interval["low"] <= interval["estimate"] <= interval["high"] <= most, interval


@given(studies())
@settings(max_examples=30, deadline=None)
def test_rows_of_the_confusion_matrices_sum_to_the_supports(study):
    report = report_of(*study)
    supports = [score.support for score in report.per_category]
    assert report.confusion_matrix.majority.sum(axis=1).tolist() == supports
    assert report.confusion_matrix.majority_expected.sum(axis=1) == pytest.approx(supports)
    labels = np.bincount(report.table.truth, weights=report.votes.totals, minlength=len(supports))
    assert report.confusion_matrix.individual.sum(axis=1).tolist() == labels.tolist()


@given(studies())
@settings(max_examples=30, deadline=None)
def test_the_headline_is_the_trace_of_the_expected_matrix(study):
    report = report_of(*study)
    if report.votes.n:
        trace = report.confusion_matrix.majority_expected.trace() / report.votes.n
        assert report.accuracy.majority.value == pytest.approx(trace)


@given(studies())
@settings(max_examples=30, deadline=None)
def test_the_curve_ends_at_the_vote_where_all_items_have_equally_many_labels(study):
    report = report_of(*study)
    totals = set(report.votes.totals.tolist()) - {0}
    if len(totals) == 1:
        vote = mean_credit(vote_credit(report.votes, report.table.truth, "random"))
        assert report.accuracy.by_labels_per_item[-1].value == pytest.approx(vote, abs=1e-12)


@given(studies())
@settings(max_examples=30, deadline=None)
def test_the_rules_stand_in_order(study):
    ledger = report_of(*study).accuracy.tie_ledger
    if ledger.n:
        assert ledger.wrong <= ledger.random <= ledger.optimistic
        assert ledger.wrong <= ledger.seeded <= ledger.optimistic


@given(studies())
@settings(max_examples=25, deadline=None)
def test_agreement_lies_in_its_range(study):
    figures = report_of(*study).agreement
    for value in (figures.pairwise, figures.unanimous, figures.mean_entropy):
        assert value is None or -1e-12 <= value <= 1 + 1e-12
    for value in (figures.fleiss_kappa, figures.krippendorff_alpha):
        assert value is None or value <= 1 + 1e-12
