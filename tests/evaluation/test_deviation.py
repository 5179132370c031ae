import pytest

from evaluation import BadSetting, StudyFacts
from evaluation.deviation import Deviation


def test_facts_from_json_equal_those_that_were_told():
    told = {"kind": "paused", "at": "2026-01-02T03:04:05.000006Z", "text": "The study was paused."}
    assert StudyFacts(deviations=[told]) == StudyFacts(deviations=(Deviation(**told),))


def test_nothing_told_is_not_nothing_happened():
    assert StudyFacts().deviations is None
    assert StudyFacts(deviations=[]).deviations == ()


@pytest.mark.parametrize("told", ["paused", {"kind": "paused"}, {"kind": "", "at": "", "text": "", "by": ""}])
def test_a_deviation_of_another_shape_is_refused(told):
    with pytest.raises(BadSetting, match="has kind, at and text"):
        StudyFacts(deviations=[told])
