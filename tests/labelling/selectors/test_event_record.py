"""The record as it is published: one event a line, in one order, with all that a check needs."""

import json

import pytest

from labelling.selectors.event_record import event_rows, event_text
from labelling.services.withdrawal import withdraw_annotator
from tests.factories import NOW, at, label_everything, make_study

pytestmark = pytest.mark.django_db

KEYS = ["at", "chain", "kind", "payload", "payload_sha256", "sequence", "sha256"]


def test_the_studys_chain_comes_first_and_then_the_annotators_by_name() -> None:
    study = make_study()
    label_everything(study=study)
    rows = event_rows(study=study)
    names = list(dict.fromkeys(row.chain for row in rows))
    assert names == ["study", *sorted(study.annotators.values_list("pseudonym", flat=True))]
    for name in names:
        sequence = [row.sequence for row in rows if row.chain == name]
        assert sequence == list(range(len(sequence)))


def test_a_line_is_canonical_and_keeps_what_the_digest_was_made_of() -> None:
    study = make_study()
    rows = event_rows(study=study)
    for row, line in zip(rows, event_text(study=study).splitlines(), strict=True):
        parsed = json.loads(line)
        assert list(parsed) == KEYS
        assert json.dumps(parsed["payload"], sort_keys=True, separators=(",", ":")) == row.payload


def test_an_erased_answer_is_null() -> None:
    study = make_study()
    label_everything(study=study, annotators=1)
    withdraw_annotator(annotator=study.annotators.get(), now=at(1))
    lines = [json.loads(line) for line in event_text(study=study).splitlines()]
    assert {line["payload"] is None for line in lines if line["kind"] == "labelled"} == {True}
    assert {line["payload"] is None for line in lines if line["kind"] != "labelled"} == {False}


def test_the_record_of_a_hundred_annotators_takes_three_queries(django_assert_num_queries) -> None:
    study = make_study(now=NOW)
    label_everything(study=study)
    with django_assert_num_queries(3):
        event_rows(study=study)
