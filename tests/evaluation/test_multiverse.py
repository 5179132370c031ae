from dataclasses import replace

import numpy as np
import pytest

from evaluation import EvaluationConfig, evaluate
from evaluation import multiverse as module
from evaluation.multiverse import multiverse
from evaluation.quality_rule import QualityRule
from tests.evaluation.tables import random_table
from tests.evaluation.test_quality import crowd

RULES = (
    QualityRule("too_fast", 300),
    QualityRule("straight_lining", 0.5),
    QualityRule("low_agreement", 0.4, exclude=True),
)
CONFIG = EvaluationConfig(resamples=50, quality_rules=RULES)


def test_every_combination_of_the_rules_is_there_once_and_the_base_first():
    made = multiverse(random_table(1), CONFIG, 1, 2)
    assert made[0].rules == ()
    assert len({entry.rules for entry in made}) == len(made) == 8


def test_the_accuracy_is_that_of_the_labels_that_remain():
    table = crowd()
    by_hand = evaluate(
        type(table).from_labels(
            [
                (item, who, table.categories[category])
                for item, who, category in zip(
                    table.item_codes.tolist(),
                    [table.annotators[code] for code in table.annotator_codes],
                    table.category_codes,
                    strict=True,
                )
                if who != "cid"
            ],
            truth=[table.categories[code] for code in table.truth],
        ),
        EvaluationConfig(resamples=0),
    )
    made = multiverse(table, CONFIG, 1, 2)
    assert made[1].left_out == ("cid",)
    assert made[1].value == by_hand.accuracy.majority.value == 1.0
    assert made[1].difference == made[1].value - made[0].value


def test_the_combination_that_the_protocol_declares_is_marked():
    assert [entry.rules for entry in multiverse(crowd(), CONFIG, 1, 2) if entry.declared] == [
        ("low_agreement",)
    ]


def test_the_same_people_left_out_are_computed_once(monkeypatch):
    calls = []
    once = module.bootstrap_crossed
    monkeypatch.setattr(module, "bootstrap_crossed", lambda *args: calls.append(1) or once(*args))
    made = multiverse(crowd(), CONFIG, 1, 2)
    assert len(calls) == 2
    assert [entry.same_as for entry in made] == [None, None, 1, 1, 1, 1, 1, 1]
    assert {entry.value for entry in made[1:]} == {1.0}


def test_the_base_has_the_headline_and_its_interval():
    report = evaluate(random_table(3), CONFIG)
    base, majority = report.multiverse[0], report.accuracy.majority
    assert (base.value, base.interval) == (majority.value, majority.intervals.bootstrap_crossed)


def test_leaving_everybody_out_gives_no_value_and_says_why():
    everybody = EvaluationConfig(resamples=20, quality_rules=[QualityRule("low_agreement", 1.0)])
    made = multiverse(random_table(1, right=0.3), everybody, 1, 2)[1]
    assert (made.value, made.annotators, made.reason) == (None, 0, "No item has a label.")
    assert made.interval.reason


def test_without_a_rule_there_is_no_multiverse():
    assert multiverse(crowd(), EvaluationConfig(), 1, 2) == ()


def test_one_who_remains_has_wilson_s_interval():
    table = replace(crowd(times=(100, 100, 1000)))
    config = EvaluationConfig(resamples=20, quality_rules=[QualityRule("too_fast", 300)])
    assert multiverse(table, config, 1, 2)[1].interval.method == "wilson"


@pytest.mark.parametrize("order", [(2, 0, 1), (1, 2, 0)])
def test_the_order_of_the_rules_changes_no_figure(order):
    table = random_table(2, n_items=80)
    other = EvaluationConfig(resamples=50, quality_rules=[RULES[place] for place in order])
    by_rules = {
        frozenset(entry.rules): (entry.value, entry.interval) for entry in multiverse(table, CONFIG, 1, 2)
    }
    for entry in multiverse(table, other, 1, 2):
        assert by_rules[frozenset(entry.rules)] == (entry.value, entry.interval)
    assert np.isfinite([value for value, _ in by_rules.values()]).all()
