import csv
import io

import pytest

from evaluation import EvaluationConfig, LabelTable, evaluate
from evaluation.render.csv import tables
from tests.evaluation.tables import make_table, random_table


def written(table, **options):
    return tables(evaluate(table, EvaluationConfig(resamples=20), **options))


def rows(text):
    return list(csv.reader(io.StringIO(text)))


def test_the_confusion_matrix_has_a_last_column_for_no_majority():
    text = written(make_table([[0, 0, 1], [0, 1, 2]]))["confusion_matrix.csv"]
    assert rows(text)[:2] == [["ground_truth", "c0", "c1", "c2", "no majority"], ["c0", "1", "0", "0", "1"]]


def test_items_are_listed_with_their_vote():
    text = written(make_table([[0, 0], [0, 1], [None, None]]))["items.csv"]
    assert rows(text)[1:] == [
        ["0", "c0", "2", "c0", "1", "1.0"],
        ["1", "c0", "2", "no majority", "2", "0.5"],
        ["2", "c0", "0", "", "0", ""],
    ]


def test_annotators_have_their_interval():
    text = written(random_table(1))["annotators.csv"]
    assert rows(text)[0][-2:] == ["accuracy_low", "accuracy_high"]
    assert len(rows(text)) == 9


def test_machines_are_listed():
    table = random_table(1)
    assert rows(written(table, predictions={"net": table.truth})["machines.csv"])[1][:3] == [
        "net",
        "40",
        "1.0",
    ]


def test_tables_without_rows_are_left_out():
    assert "machines.csv" not in written(make_table([[0, 0]]))


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_a_cell_that_a_spreadsheet_would_run_is_defused(start):
    name = f"{start}SUM(1)"
    table = LabelTable.from_labels([(0, name, "cat")], ["cat"])
    text = written(table)["annotators.csv"]
    assert rows(text)[1][0] == f"'{name}"


def test_a_negative_number_is_no_formula():
    table = LabelTable.from_labels([(-1, "ann", "cat")], {-1: "cat"})
    assert rows(written(table)["items.csv"])[1][0] == "-1"
