import numpy as np
import pytest

from evaluation import BadFile, BadTable, LabelTable, csv_rows
from evaluation.label_files import count_labels, read_table, read_truth
from tests.evaluation.files import LABELS, TRUTH, write, write_pair

EXPECTED = LabelTable.from_labels(
    [("1", "ann", "cat"), ("1", "bob", "cat"), ("2", "ann", "dog"), ("2", "bob", "cat"), ("3", "ann", "dog")],
    {"1": "cat", "2": "dog", "3": "dog"},
)


def read(folder, labels=LABELS, truth=TRUTH, **options):
    return read_table(*write_pair(folder, labels, truth), **options)


@pytest.mark.parametrize(
    "labels",
    [
        LABELS,
        LABELS.replace("item,annotator", "task,worker"),
        LABELS.replace("item,annotator,label", "Item, Annotator ,LABEL"),
        LABELS.replace("\n", "\r\n"),
        "\ufeff" + LABELS,
        LABELS.replace("\n", "\n\n"),
        LABELS.rstrip("\n"),
        LABELS.replace(",cat", ", cat "),
        LABELS.replace("cat", '"cat"'),
        "item,annotator,label\n3,ann,dog\n2,bob,cat\n2,ann,dog\n1,bob,cat\n1,ann,cat\n",
    ],
    ids=["plain", "task-worker", "case", "crlf", "bom", "blank-lines", "no-end", "blanks", "quotes", "order"],
)
def test_the_same_labels_give_the_same_table(tmp_path, labels):
    assert read(tmp_path, labels).sha256 == EXPECTED.sha256


@pytest.mark.parametrize("header", ["item,label", "task,label", "item,truth"])
def test_the_ground_truth_has_several_headers(tmp_path, header):
    assert read(tmp_path, truth=TRUTH.replace("item,label", header)).sha256 == EXPECTED.sha256


def test_gzip_is_read(tmp_path):
    labels, truth = write(tmp_path, "labels.csv.gz", LABELS), write(tmp_path, "truth.csv.gz", TRUTH)
    assert read_table(labels, truth).sha256 == EXPECTED.sha256


def test_further_columns_are_passed_over(tmp_path):
    labels = "submitted_at,item,annotator,label\nnow,1,ann,cat\n"
    assert read(tmp_path, labels).n_labels == 1


def test_response_times_are_read(tmp_path):
    labels = "item,annotator,label,response_ms\n1,ann,cat,812.5\n1,bob,cat,\n"
    assert read(tmp_path, labels).response_ms.tolist() == pytest.approx([812.5, np.nan], nan_ok=True)


def test_categories_may_be_indexes_where_their_list_is_given(tmp_path):
    labels = "item,annotator,label\n1,ann,0\n2,ann,1\n"
    table = read(tmp_path, labels, categories=["dog", "cat"])
    assert table.category_codes.tolist() == [0, 1]


def test_batches_are_joined(tmp_path, monkeypatch):
    monkeypatch.setattr(csv_rows, "BATCH_ROWS", 2)
    assert read(tmp_path).sha256 == EXPECTED.sha256


def test_progress_is_told_for_every_batch(tmp_path, monkeypatch):
    monkeypatch.setattr(csv_rows, "BATCH_ROWS", 2)
    told = []
    read(tmp_path, progress=lambda *step: told.append(step))
    assert told == [("reading labels", 2, 0), ("reading labels", 4, 0), ("reading labels", 5, 0)]


def test_annotators_can_be_dropped(tmp_path):
    table = read(tmp_path, drop_annotators=["bob"])
    assert (table.annotators, table.n_labels) == (("ann",), 3)


def test_dropping_everybody_leaves_items_without_labels(tmp_path):
    assert read(tmp_path, drop_annotators=["ann", "bob"]).counts.sum() == 0


def test_an_annotator_to_drop_must_exist(tmp_path):
    with pytest.raises(BadTable, match=r"Annotators to drop have no label in .*labels.csv: 'cid'"):
        read(tmp_path, drop_annotators=["cid"])


def test_counting_a_file_gives_the_counts_of_its_table(tmp_path, monkeypatch):
    monkeypatch.setattr(csv_rows, "BATCH_ROWS", 2)
    labels, truth = write_pair(tmp_path)
    assert (count_labels(labels, read_truth(truth)) == EXPECTED.counts).all()


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ("", "labels.csv, line 1: it has no header"),
        ("\n", "labels.csv, line 1: it has no header"),
        ("item,annotator,label\n", "labels.csv, line 1: it has a header and no rows"),
        (
            "item,annotator\n1,ann\n",
            "line 1, column 'label': there is no column 'label'; the header has 'item', ",
        ),
        ("item,task,annotator,label\n1,1,ann,cat\n", "'item', 'task' all mean 'item'"),
        (LABELS + "9,ann,cat\n", "line 7, column 'item', value '9': the item has no ground truth"),
        (
            LABELS + "3,bob,cow\n",
            "line 7, column 'label', value 'cow': it is not the name of one of the 2 cat",
        ),
        (LABELS + "3,bob,\n", "line 7, column 'label', value '': the label is missing"),
        (LABELS + "3,bob,NaN\n", "line 7, column 'label', value 'NaN': the label is missing"),
        (LABELS + "3,bob,1\n", "line 7, column 'label', value '1': it is not the name"),
        (LABELS + "3, ,cat\n", "line 7, column 'annotator', value ' ': the annotator is blank"),
        (LABELS + ",bob,cat\n", "line 7, column 'item', value '': the item has no ground truth"),
        (LABELS + "1,ann,dog\n", "line 7, column 'annotator', value 'ann': .* on line 2 already"),
        (LABELS + "3,bob\n", "line 7, value '3,bob': the row has 2 fields and the header 3"),
        (LABELS + "3,bob,cat,\n", "line 7, value '3,bob,cat,': the row has 4 fields"),
        (LABELS + '3,bob,"cat\n', "line 7: it is not valid CSV"),
        (LABELS.encode() + b"3,bob,c\xe4t\n", "line 7: it is not UTF-8"),
        (LABELS.encode("utf-16"), "line 1: it is not UTF-8"),
    ],
)
def test_a_fault_in_the_labels_is_told_with_its_place(tmp_path, labels, message):
    with pytest.raises(BadFile, match=message):
        read(tmp_path, labels)


@pytest.mark.parametrize("time", ["fast", "-1", "inf", "1e999"])
def test_what_is_no_time_is_refused(tmp_path, time):
    labels = f"item,annotator,label,response_ms\n1,ann,cat,5\n1,bob,cat,{time}\n"
    with pytest.raises(BadFile, match=rf"line 3, column 'response_ms', value '{time}': it is not a time"):
        read(tmp_path, labels)


@pytest.mark.parametrize(
    ("truth", "message"),
    [
        ("", "truth.csv, line 1: it has no header"),
        (TRUTH + "1,cat\n", "truth.csv, line 5, column 'item', value '1': the item stands on line 2 already"),
        (TRUTH + " ,cat\n", "truth.csv, line 5, column 'item', value '': the item is blank"),
        (TRUTH + "4,\n", "truth.csv, line 5, column 'label', value '': the ground truth is missing"),
        (TRUTH + "4,nan\n", "truth.csv, line 5, column 'label', value 'nan': the ground truth is missing"),
        ("item,label,truth\n1,cat,dog\n", "'label', 'truth' all mean 'label'"),
    ],
)
def test_a_fault_in_the_ground_truth_is_told_with_its_place(tmp_path, truth, message):
    with pytest.raises(BadFile, match=message):
        read(tmp_path, truth=truth)


def test_ground_truth_outside_a_given_list_is_refused(tmp_path):
    with pytest.raises(
        BadFile, match=r"truth.csv, line 3, column 'label', value 'dog': it is not the name or index"
    ):
        read(tmp_path, categories=["cat", "cow"])


def test_the_first_repetition_in_the_file_is_told(tmp_path):
    labels = LABELS + "3,ann,cat\n1,ann,dog\n"
    with pytest.raises(BadFile, match=r"line 7, .* on line 6 already"):
        read(tmp_path, labels)


def test_a_missing_label_is_told_in_whole_sentences(tmp_path):
    with pytest.raises(BadFile, match=r"value 'nan': the label is missing\. It is not the name of one"):
        read_table(*write_pair(tmp_path, "item,annotator,label\n1,ann,nan\n"))


def test_a_fault_keeps_its_parts(tmp_path):
    with pytest.raises(BadFile) as caught:
        read(tmp_path, LABELS + "3,bob,cow\n")
    fault = caught.value
    assert (fault.line, fault.column, fault.value) == (7, "label", "cow")
    assert fault.file.endswith("labels.csv")


def test_a_fault_in_a_later_batch_has_its_own_line(tmp_path, monkeypatch):
    monkeypatch.setattr(csv_rows, "BATCH_ROWS", 2)
    with pytest.raises(BadFile, match=r"line 7"):
        read(tmp_path, LABELS + "3,bob,cow\n")


def test_a_label_over_several_lines_counts_its_lines(tmp_path):
    labels = 'item,annotator,label,note\n1,ann,cat,"two\nlines"\n1,bob,cow,x\n'
    with pytest.raises(BadFile, match=r"line 4, column 'label', value 'cow'"):
        read(tmp_path, labels)


def test_a_missing_file_is_named(tmp_path):
    truth = write(tmp_path, "truth.csv", TRUTH)
    with pytest.raises(BadFile, match=r"none.csv: it cannot be read .No such file"):
        read_table(tmp_path / "none.csv", truth)


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(BadFile, match=r"it cannot be read"):
        read_table(tmp_path, write(tmp_path, "truth.csv", TRUTH))


def test_a_broken_gzip_file_is_named(tmp_path):
    packed = write(tmp_path, "labels.csv.gz", LABELS * 50).read_bytes()
    (tmp_path / "labels.csv.gz").write_bytes(packed[: len(packed) // 2])
    with pytest.raises(BadFile, match=r"labels.csv.gz: it cannot be read"):
        read_table(tmp_path / "labels.csv.gz", write(tmp_path, "truth.csv", TRUTH))


def test_a_long_value_is_cut_in_the_message(tmp_path):
    with pytest.raises(BadFile, match=r"value 'x{80}…'"):
        read(tmp_path, LABELS + f"3,bob,{'x' * 500}\n")
