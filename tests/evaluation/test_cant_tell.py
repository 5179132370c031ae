"""Answers that one cannot tell: they complete images, and change no other figure."""

from dataclasses import replace

import pytest

from evaluation import EvaluationConfig, LabelTable, evaluate
from evaluation.bundle.record import StudyRecord
from evaluation.cant_tell import CantTell
from evaluation.notices import notices

LABELS = [(0, "ann", "cat"), (0, "bob", "cat"), (1, "ann", "cat")]
CONFIG = EvaluationConfig(resamples=0, labels_per_item=2)


@pytest.fixture
def table() -> LabelTable:
    return LabelTable.from_labels(LABELS, truth=["cat", "dog", "dog"])


def test_images_are_complete_with_votes_and_answers_without_one(table):
    some = evaluate(table, CONFIG, cant_tell=[CantTell(item=1, counted=1)])
    assert (some.counts.complete_items, some.counts.cant_tell) == (2, 1)
    every = evaluate(table, CONFIG, cant_tell=[CantTell(1, 1), CantTell(2, 2, 1)])
    assert (every.counts.complete_items, every.counts.cant_tell) == (3, 4)


def test_no_other_figure_changes(table):
    plain, told = evaluate(table, CONFIG), evaluate(table, CONFIG, cant_tell=[CantTell(1, 1), CantTell(2, 2)])
    assert told.accuracy == plain.accuracy
    assert told.agreement == plain.agreement
    assert replace(told.counts, cant_tell=0, complete_items=1) == plain.counts


def test_a_report_is_interim_only_while_an_image_waits_for_an_answer(table):
    def marks(*answers: CantTell) -> list[str]:
        report = evaluate(table, CONFIG, cant_tell=answers)
        return [notice.title for notice in notices(record=StudyRecord(), report=report)]

    assert marks(CantTell(1, 1), CantTell(2, 0, 2)) == ["INTERIM"]
    assert marks(CantTell(1, 1), CantTell(2, 2)) == []


def test_the_notes_tell_of_images_that_will_never_have_a_vote(table):
    notes = evaluate(table, CONFIG, cant_tell=[CantTell(1, 1), CantTell(2, 2)]).notes
    assert notes[:2] == (
        "1 of 3 images have no label. Accuracy is over the 2 others.",
        "3 answers were that one cannot tell: among the labels planned, and without a vote.",
    )
