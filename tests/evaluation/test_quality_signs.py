"""The rules that go by checks: gold images, repeats and instructions."""

import numpy as np
import pytest

from evaluation import EvaluationConfig, evaluate
from evaluation.check_outcomes import CheckOutcomes
from evaluation.multiverse import multiverse
from evaluation.quality import quality
from evaluation.quality_rule import QualityRule
from evaluation.quality_signs import LEAST_CHECKS, signs_of
from tests.evaluation.test_quality import crowd

RULES = (
    QualityRule("gold_wrong", 0.5),
    QualityRule("repeats_differ", 0.4),
    QualityRule("attention_failed", 2, exclude=True),
)


def flagged(*checks):
    return {entry.annotator: entry.rules for entry in quality(crowd(), RULES, checks).flagged}


def test_each_rule_flags_by_its_own_checks_alone():
    assert flagged(
        CheckOutcomes("ann", gold=6, gold_wrong=4),
        CheckOutcomes("bob", repeats=5, repeats_differ=3),
        CheckOutcomes("cid", attention=3, attention_failed=2),
    ) == {"ann": ("gold_wrong",), "bob": ("repeats_differ",), "cid": ("attention_failed",)}


def test_a_share_at_the_threshold_is_let_pass_and_a_number_at_it_is_not():
    checks = CheckOutcomes(
        "ann", gold=6, gold_wrong=3, repeats=5, repeats_differ=2, attention=2, attention_failed=2
    )
    assert flagged(checks) == {"ann": ("attention_failed",)}


@pytest.mark.parametrize(("answers", "judged"), [(LEAST_CHECKS - 1, False), (LEAST_CHECKS, True)])
def test_a_share_of_few_answers_judges_nobody(answers, judged):
    checks = [CheckOutcomes("ann", gold=answers, gold_wrong=answers)]
    assert signs_of(crowd(), RULES[0], checks).judged[0] == judged
    assert signs_of(crowd(), RULES[0], checks).flagged[0] == judged


def test_one_attention_check_is_enough_and_who_had_none_is_not_judged():
    checks = [CheckOutcomes("ann", attention=1, attention_failed=1)]
    signs = signs_of(crowd(), QualityRule("attention_failed", 1), checks)
    assert signs.judged.tolist() == [True, False, False]
    assert signs.flagged.tolist() == [True, False, False]


def test_a_share_of_no_answers_is_undefined():
    assert np.isnan(signs_of(crowd(), RULES[0]).value).all()


def test_without_checks_the_outcome_says_what_is_missing():
    outcomes = quality(crowd(), RULES).rules
    assert [(made.judged, made.flagged) for made in outcomes] == [(0, 0)] * 3
    assert [made.reason for made in outcomes] == [
        "3 annotators have fewer than 5 answers to gold images.",
        "3 annotators have fewer than 5 answers to repeats.",
        "3 annotators have no attention checks.",
    ]


def test_the_multiverse_leaves_out_whom_the_checks_flag():
    config = EvaluationConfig(resamples=0, quality_rules=RULES)
    checks = [CheckOutcomes("cid", attention=3, attention_failed=2)]
    made = multiverse(crowd(), config, 1, 2, checks=checks)
    declared = next(entry for entry in made if entry.declared)
    assert (declared.rules, declared.left_out) == (("attention_failed",), ("cid",))
    assert made[0].left_out == ()


def test_checks_change_no_figure_but_those_of_the_quality_rules():
    config = EvaluationConfig(resamples=0, quality_rules=RULES)
    without = evaluate(crowd(), config)
    checked = evaluate(crowd(), config, checks=[CheckOutcomes("cid", attention=3, attention_failed=3)])
    assert checked.accuracy.majority == without.accuracy.majority
    assert checked.input_sha256 == without.input_sha256
    assert checked.annotators == without.annotators
    assert checked.quality.flagged != without.quality.flagged
