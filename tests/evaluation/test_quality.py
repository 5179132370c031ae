import numpy as np
import pytest

from evaluation import LabelTable
from evaluation.quality import quality, rule_flags
from evaluation.quality_rule import QualityRule
from evaluation.quality_signs import LEAST_LABELS, commonest_share
from tests.evaluation.tables import make_table, random_table

RULES = (
    QualityRule("too_fast", 300),
    QualityRule("straight_lining", 0.5),
    QualityRule("low_agreement", 0.4),
)


def crowd(*, times=(1000, 1000, 200), n=12):
    """Two who are always right, and one who says x to everything, on n items of three categories."""
    labels, milliseconds = [], []
    for item in range(n):
        for who, time in zip(("ann", "bob", "cid"), times, strict=True):
            labels.append((item, who, "x" if who == "cid" else "xyz"[item % 3]))
            milliseconds.append(time)
    return LabelTable.from_labels(labels, truth=["xyz"[i % 3] for i in range(n)], response_ms=milliseconds)


def flagged(table, rules=RULES):
    return {entry.annotator: entry.rules for entry in quality(table, rules).flagged}


def test_each_rule_flags_whom_it_should():
    assert flagged(crowd()) == {"cid": ("too_fast", "straight_lining", "low_agreement")}


def test_the_threshold_itself_is_on_the_right_side():
    table = crowd(times=(300, 300, 300), n=12)
    rules = (
        QualityRule("too_fast", 300),
        QualityRule("straight_lining", 1.0),
        QualityRule("low_agreement", 1 / 3),
    )
    assert flagged(table, rules) == {}


def test_without_a_response_time_the_rule_of_speed_judges_nobody():
    outcome = quality(crowd(times=(None, None, None)), RULES).rules[0]
    assert (outcome.judged, outcome.not_judged, outcome.flagged) == (0, 3, 0)
    assert outcome.reason == "3 annotators have fewer than 10 labels with a response time."


def test_who_labelled_alone_is_not_judged_by_agreement():
    table = make_table([[0]] * 12)
    assert quality(table, RULES).rules[2].not_judged == 1


def test_with_few_labels_nobody_is_judged():
    outcome = quality(crowd(n=LEAST_LABELS - 1), RULES)
    assert [rule.judged for rule in outcome.rules] == [0, 0, 0]
    assert outcome.flagged == ()


def test_no_rule_and_no_label_have_clear_results():
    assert quality(crowd(), ()).reason == "The protocol declares no quality rule."
    assert quality(make_table([[None], [None]]), RULES).annotators == 0


@pytest.mark.parametrize("seed", range(5))
def test_the_signs_equal_those_computed_label_by_label(seed):
    table = random_table(seed, n_items=60, n_annotators=6)
    found, judged = rule_flags(table, RULES)
    shares = commonest_share(table)
    for code in range(table.n_annotators):
        own = table.annotator_codes == code
        share = max(np.bincount(table.category_codes[own])) / own.sum()
        assert shares[code] == share
        same = []
        for item, category in zip(table.item_codes[own], table.category_codes[own], strict=True):
            others = table.category_codes[(table.item_codes == item) & ~own]
            same.append(np.mean(others == category))
        signs = [np.median(table.response_ms[own]) < 300, share > 0.5, np.mean(same) < 0.4]
        assert found[:, code].tolist() == signs
        assert judged[:, code].all()
