import json

import numpy as np
import pytest

from evaluation import EvaluationConfig, evaluate
from evaluation.counted_report import evaluate_counts
from evaluation.render.json import plain
from tests.evaluation.tables import make_table, random_table


def counted(table, config):
    return evaluate_counts(table.counts, table.truth, table.items, table.categories, config)


@pytest.mark.parametrize("rule", ["random", "seeded"])
def test_figures_are_those_of_the_full_report(rule):
    table, config = random_table(1), EvaluationConfig(resamples=50, tie_rule=rule, population=100)
    part, full = counted(table, config), evaluate(table, config)
    assert part.majority == full.accuracy.majority.value
    assert part.tie_ledger == full.accuracy.tie_ledger
    assert part.by_labels_per_item == full.accuracy.by_labels_per_item
    assert part.agreement == full.agreement
    assert part.per_category == full.per_category
    assert part.individual_micro == full.accuracy.individual.micro
    for name, interval in part.intervals.items():
        assert interval == getattr(full.accuracy.majority.intervals, name)


def test_it_says_what_is_left_out():
    assert "crossed bootstrap" in counted(random_table(1), EvaluationConfig(resamples=0)).left_out


def test_no_label_is_undefined_with_a_reason():
    report = counted(make_table([[None]]), EvaluationConfig(resamples=0))
    assert (report.majority, report.reason) == (None, "There is no label.")


def test_it_renders_as_json():
    report = plain(counted(random_table(1), EvaluationConfig(resamples=10)))
    assert json.loads(json.dumps(report))["labels"] == 120
    assert np.shape(report["confusion_matrix"]["majority"]) == (4, 5)
