import json

import pytest

from evaluation import BadTable, EvaluationConfig, StudyFacts
from evaluation.bundle.record import OtherItem, StudyRecord, read_record, record_text
from evaluation.check_outcomes import CheckOutcomes
from evaluation.deviation import Deviation
from evaluation.event_facts import EventFacts

RECORD = StudyRecord(
    title="Pilot è",
    stratum_names=("0.5", "2"),
    other_items=(OtherItem("guide", 7, "=cat", "00"),),
    facts=StudyFacts(name="pilot", deviations=(Deviation("paused", "2026-11-22T12:00:00.000000Z", "Why."),)),
    config=EvaluationConfig(
        stratum_populations={"2": 5, "0.5": 4},
        quality_rules=({"rule": "too_fast", "threshold": 300, "exclude": False},),
    ),
    events=EventFacts(events=3, chains=2, root="00"),
    checks=(CheckOutcomes("ann", gold=5, gold_wrong=1),),
)


def changed(**changes):
    return json.dumps({**json.loads(record_text(RECORD)), **changes})


def test_a_record_is_read_as_it_was_written():
    assert read_record(record_text(RECORD)) == RECORD


def test_the_order_of_a_mapping_is_kept():
    read = read_record(record_text(RECORD))
    assert list(read.config.stratum_populations) == ["2", "0.5"]
    assert record_text(read) == record_text(RECORD)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "is not JSON"),
        ("[]", "schema version"),
        (changed(schema_version=2), "schema version"),
        (changed(more=1), "has 'more', which is none of its fields"),
        (changed(title=1), "study.json: title is 1"),
        (changed(drawn="yes"), "study.json: drawn is 'yes'"),
        (changed(stratum_names="ab"), "stratum_names is 'ab', not a list"),
        (changed(other_items=[{}]), r"other_items\[0\] has no 'role'"),
        (changed(facts=None), "study.json: facts is None, not an object"),
        (changed(events=7), "study.json: events is 7, not an object"),
    ],
)
def test_what_is_no_record_is_refused_with_its_place(text, told):
    with pytest.raises(BadTable, match=told):
        read_record(text)
