import pytest

from evaluation import BadFile, LabelTable
from evaluation.prediction_files import read_predictions
from tests.evaluation.files import write

TABLE = LabelTable.from_labels([], {"1": "cat", "2": "dog", "10": "dog"})


def read(folder, text, **options):
    return read_predictions(write(folder, "model.csv", text), TABLE, **options).tolist()


def test_predictions_are_put_into_the_tables_order(tmp_path):
    assert read(tmp_path, "item,label\n10,dog\n1,cat\n2,cat\n") == [0, 0, 1]


@pytest.mark.parametrize("header", ["task,label", "item,prediction"])
def test_other_headers_are_read(tmp_path, header):
    assert read(tmp_path, f"{header}\n10,dog\n1,cat\n2,cat\n") == [0, 0, 1]


def test_predictions_may_be_indexes_of_a_list_that_was_given(tmp_path):
    assert read(tmp_path, "item,label\n10,1\n1,0\n2,0\n", allow_index=True) == [0, 0, 1]


def test_predictions_are_no_indexes_of_a_list_gathered_from_the_ground_truth(tmp_path):
    with pytest.raises(BadFile, match="line 2, column 'label', value '1': it is not the name of one"):
        read(tmp_path, "item,label\n10,1\n1,0\n2,0\n")


def test_the_largest_probability_wins(tmp_path):
    assert read(tmp_path, "item,dog,cat\n10,0.7,0.3\n1,0.2,0.8\n2,0.4,0.6\n") == [0, 0, 1]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("item,label\n1,cat\n", "2 items have no prediction: '2', '10'. Add them."),
        ("item,label\n7,cat\n", "line 2, column 'item', value '7': the item has no ground truth"),
        ("item,label\n1,cat\n1,cat\n", "line 3, column 'item', value '1': the item stands on line 2 already"),
        ("item,label\n1,cow\n", "line 2, column 'label', value 'cow': it is not the name of one"),
        ("item,cat,dog\n1,0.5,much\n", "line 2, column 'dog', value 'much': it is not a probability"),
        ("item,cat,dog\n1,0.5,nan\n", "line 2, column 'dog', value 'nan': it is not a probability"),
        ("item,cat\n1,0.5\n", "there is no column 'label' or 'prediction'"),
        ("", "it has no header"),
        ("item,label\n", "it has a header and no rows"),
    ],
)
def test_a_fault_is_told_with_its_place(tmp_path, text, message):
    with pytest.raises(BadFile, match=message):
        read(tmp_path, text)
