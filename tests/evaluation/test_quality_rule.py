import pytest

from evaluation import BadSetting, EvaluationConfig
from evaluation.quality_rule import QualityRule, quality_rules


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        ({"rule": "too_slow", "threshold": 1}, "no quality rule 'too_slow'"),
        ({"rule": "too_fast", "threshold": -1}, "must be a number of 0 or more"),
        ({"rule": "too_fast", "threshold": float("nan")}, "threshold of too_fast is nan"),
        ({"rule": "straight_lining", "threshold": 1.5}, "from 0 to 1"),
        ({"rule": "low_agreement", "threshold": True}, "give a number"),
        ({"rule": "low_agreement"}, "rule, threshold and exclude; this one is"),
        ({"rule": "low_agreement", "threshold": 0.5, "why": ""}, "no 'why'"),
        ({"rule": "gold_wrong", "threshold": 2}, "from 0 to 1"),
        ({"rule": "attention_failed", "threshold": 0}, "must be a number of 1 or more"),
        ("too_fast", "rule, threshold and exclude; this one is"),
    ],
)
def test_a_rule_that_cannot_be_applied_is_refused(declared, said):
    with pytest.raises(BadSetting, match=said):
        quality_rules([declared])


def test_a_rule_is_declared_once():
    with pytest.raises(BadSetting, match="too_fast is declared twice"):
        quality_rules([QualityRule("too_fast", 1), {"rule": "too_fast", "threshold": 2}])


def test_settings_from_json_equal_those_that_were_written():
    written = [{"rule": "low_agreement", "threshold": 0.4, "exclude": True}]
    assert EvaluationConfig(quality_rules=written).quality_rules == (QualityRule("low_agreement", 0.4, True),)
