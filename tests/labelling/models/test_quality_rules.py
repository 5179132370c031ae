"""What a protocol may declare, the statistics can read."""

import pytest
from django.core.exceptions import ValidationError

from evaluation import BadSetting
from evaluation.quality_rule import RULE_KINDS, quality_rules
from labelling.models.quality_rules import KINDS, check_quality_rules


def rules(kind: str, threshold: float) -> list[dict[str, object]]:
    return [{"rule": kind, "threshold": threshold, "exclude": False}]


def test_both_know_the_same_rules() -> None:
    assert set(KINDS) == set(RULE_KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_every_threshold_that_a_protocol_takes_can_be_evaluated(kind: str) -> None:
    least, most, _ = KINDS[kind]
    for threshold in (least, most):
        check_quality_rules(rules(kind, threshold))
        quality_rules(rules(kind, threshold))
    with pytest.raises(ValidationError):
        check_quality_rules(rules(kind, least - 1))
    with pytest.raises(BadSetting):
        quality_rules(rules(kind, least - 1))
