"""Further labels on tied items: what the vote makes of them, and what leaves them out."""

import numpy as np
import pytest

from evaluation import BadTable, EvaluationConfig, LabelTable, evaluate
from evaluation.bundle.record import StudyRecord, read_record, record_text
from evaluation.render.csv import tables
from evaluation.render.markdown import readme_row
from evaluation.tie_extension import Extension, FurtherLabel, extension_sentence, first_labels

# Item 1 is tied at two labels and wins its ground truth with the third; item 2 stays tied.
LABELS = [
    *((0, "ann", "cat"), (0, "bob", "cat")),
    *((1, "ann", "cat"), (1, "bob", "dog"), (1, "cleo", "dog")),
    *((2, "ann", "cat"), (2, "bob", "dog"), (2, "cleo", "owl")),
]
EXTENSION = Extension(1, (1, 2), (FurtherLabel(1, "cleo"), FurtherLabel(2, "cleo")))
CONFIG = EvaluationConfig(tie_rule="wrong", resamples=20, labels_per_item=2)


def table(labels=LABELS) -> LabelTable:
    return LabelTable.from_labels(labels, truth=["cat", "dog", "dog"], categories=["cat", "dog", "owl"])


@pytest.fixture(scope="module")
def report():
    return evaluate(table(), CONFIG, extension=EXTENSION)


@pytest.fixture(scope="module")
def unextended():
    return evaluate(table([label for label in LABELS if label[1] != "cleo"]), CONFIG)


def test_the_vote_is_told_before_the_further_labels_and_after(report, unextended):
    told = report.tie_extension
    assert (told.items, told.labels, told.labels_per_item) == (2, 2, 1)
    assert told.before.value == unextended.accuracy.majority.value == pytest.approx(1 / 3)
    assert told.after.value == report.accuracy.majority.value == pytest.approx(2 / 3)
    assert (told.before.ties, told.after.ties) == (2, 1)
    assert (told.before.labels, told.after.labels) == (6, 8)


def test_agreement_single_labels_and_the_curve_are_of_the_first_labels(report, unextended):
    assert report.agreement == unextended.agreement
    assert report.agreement.fleiss_kappa is not None
    assert report.accuracy.individual == unextended.accuracy.individual
    assert report.accuracy.by_labels_per_item == unextended.accuracy.by_labels_per_item
    assert report.accuracy.by_labels_per_item[-1].k == 2
    assert report.confused_pairs == unextended.confused_pairs
    single = (report.confusion_matrix.individual, unextended.confusion_matrix.individual)
    np.testing.assert_array_equal(*single)


def test_an_item_is_complete_with_the_labels_that_it_was_to_get(report):
    assert report.counts.complete_items == 3
    waiting = Extension(2, EXTENSION.items, EXTENSION.labels)
    assert evaluate(table(), CONFIG, extension=waiting).counts.complete_items == 1


def test_without_further_labels_yet_both_moments_are_the_same():
    labels = [label for label in LABELS if label[1] != "cleo"]
    told = evaluate(table(labels), CONFIG, extension=Extension(1, (1, 2))).tie_extension
    assert told.before == told.after


def test_a_further_label_that_does_not_count_is_refused():
    with pytest.raises(BadTable, match="not among the labels that count"):
        first_labels(table(), Extension(1, (1,), (FurtherLabel(0, "cleo"),)))


def test_the_extension_is_in_the_bundle_s_record():
    record = StudyRecord(extension=EXTENSION)
    assert read_record(record_text(record)) == record


def test_every_text_says_how_many_labels_there_were(report):
    assert "2 labels per image (3 on the 2 that were tied), majority" in readme_row(report)
    assert extension_sentence(2, report.tie_extension) == (
        "The 2 images on which 2 labels tied were given out again for 1 further label each, as the protocol "
        "foresaw. With 2 labels on every image the accuracy is 33.3\N{NO-BREAK SPACE}%, with the further "
        "ones 66.7\N{NO-BREAK SPACE}%."
    )
    rows = tables(report)["tie_extension.csv"].splitlines()
    assert [row.split(",")[:3] for row in rows] == [
        ["counting", "labels", "ties"],
        ["first labels", "6", "2"],
        ["all labels", "8", "1"],
    ]


def test_a_report_without_an_extension_says_nothing_of_one(unextended):
    assert unextended.tie_extension is None
    assert "tie_extension.csv" not in tables(unextended)
