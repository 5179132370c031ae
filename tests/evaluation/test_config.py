import dataclasses

import pytest

from evaluation import BadSetting, EvaluationConfig


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"tie_rule": "coin"}, "tie_rule is 'coin'"),
        ({"confidence": 1.0}, "confidence is 1.0; it must lie between 0 and 1"),
        ({"resamples": -1}, "resamples is -1; it must be 0 or more"),
        ({"resamples": 10**11}, "resamples is 100000000000; it must be 10000000 or less"),
        ({"seed": -1}, "seed is -1"),
        ({"labels_per_item": 0}, "labels_per_item is 0; it must be 1 or more"),
        ({"max_iterations": 0}, "max_iterations is 0"),
        ({"population": 0}, "population is 0"),
        ({"tolerance": 0}, "tolerance is 0; it must be above 0"),
    ],
)
def test_a_setting_that_cannot_be_used_is_refused(change, message):
    with pytest.raises(BadSetting, match=message):
        EvaluationConfig(**change)


def test_settings_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        EvaluationConfig().seed = 1
