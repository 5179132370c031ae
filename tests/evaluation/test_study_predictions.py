import gzip
import io

import numpy as np
import pytest

from evaluation import BadFile, BadTable
from evaluation.comparison import p_if_shuffled
from evaluation.csv_rows import NamedBytes
from evaluation.study_predictions import read_study_predictions

NAMES = ("cat", "dog", "cow")


def read(content, *, population=6, sample=(4, 2), categories=NAMES):
    if isinstance(content, np.ndarray):
        file = io.BytesIO()
        np.save(file, content)
        content = file.getvalue()
    if isinstance(content, str):
        content = content.encode()
    return read_study_predictions(
        NamedBytes("net", content), population=population, sample=sample, categories=categories
    )


def test_a_file_for_the_sample_is_put_into_the_order_of_the_indexes():
    made = read("item,label\n4,dog\n2,cow\n")
    assert (made.codes.tolist(), made.whole, made.scores) == ([2, 1], False, False)


def test_a_file_for_the_whole_dataset_is_known_by_its_items():
    made = read("item,label\n5,cat\n4,dog\n3,cow\n2,cow\n1,cat\n0,dog\n")
    assert (made.codes.tolist(), made.whole) == ([1, 0, 2, 2, 1, 0], True)


def test_categories_may_be_numbers_in_the_datasets_order():
    assert read("item,label\n4,1\n2,2\n").codes.tolist() == [2, 1]


def test_the_largest_probability_wins():
    made = read("item,cow,cat,dog\n4,0.1,0.2,0.7\n2,0.8,0.1,0.1\n")
    assert (made.codes.tolist(), made.scores) == ([2, 1], True)


def test_an_array_of_codes_is_for_the_dataset_or_the_sample_by_its_length():
    assert read(np.array([2, 1], dtype=np.uint8)).codes.tolist() == [2, 1]
    whole = read(np.array([0, 1, 2, 0, 1, 2]))
    assert (whole.codes.tolist(), whole.whole) == ([0, 1, 2, 0, 1, 2], True)


def test_an_array_of_probabilities_has_a_column_a_category():
    made = read(np.array([[0.1, 0.2, 0.7], [0.6, 0.3, 0.1]], dtype=np.float32))
    assert (made.codes.tolist(), made.scores) == ([2, 0], True)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (np.arange(3), "it has 3 rows. Give 6, one for each image of the dataset, or 2"),
        (np.array([0, 3]), r"row 1 \(from 0\) is 3. A category is a number from 0 to 2"),
        (np.array([-1, 0]), r"row 0 \(from 0\) is -1"),
        (np.array([0.0, 1.0]), "it has decimal numbers .float64. in one column"),
        (np.zeros((2, 4)), "it has 4 columns of probabilities, and there are 3 categories"),
        (np.array([[0.1, 0.2, 0.7], [0.1, np.nan, 0.7]]), r"row 1, column 1 .both from 0. is nan"),
        (np.array([[0.1, 0.2, np.inf], [0.1, 0, 0.7]]), r"row 0, column 2 .both from 0. is inf"),
        ("item,label\n4,dog\n", "1 of the 2 items of the sample have no prediction: '2'"),
        ("item,label\n5,dog\n", "5 of all 6 items of the dataset have no prediction: '0', '1'"),
        ("item,label\n6,dog\n", "line 2, column 'item', value '6': there is no such item"),
        ("item,label\n-1,dog\n", "value '-1': there is no such item. An image is named by its index, 0 to 5"),
        ("item,label\nx,dog\n", "value 'x': there is no such item"),
        ("item,label\n" + "9" * 5000 + ",dog\n", "there is no such item"),
        (
            "item,label\n4,dog\n04,cat\n",
            "line 3, column 'item', value '4': the item stands on line 2 already",
        ),
        ("item,label\n4,goat\n", "value 'goat': it is "),
        ("item,label\n4,\n", "the label is missing"),
        ("item,cat,dog,cow\n4,0.1,nan,0.3\n2,0,0,1\n", "line 2, column 'dog', value 'nan'"),
        ("item,cat,dog\n4,0.1,0.3\n", "there is no column 'label' or 'prediction'"),
        ("", "it has no header"),
        (b"\xff\xfe\x00", "it is not UTF-8"),
        (b"\x80\x04K\x01.", "it is a pickle, which can run a program when it is read"),
        (b"PK\x03\x04rest", "it is a zip file, as npz and Excel files are"),
        (gzip.compress(b"item,label\n4,dog\n", mtime=0), "it is packed with gzip. Unpack it first"),
    ],
)
def test_a_fault_is_told_with_its_place_and_the_way_out(content, message):
    with pytest.raises(BadFile, match=message):
        read(content)


def test_a_file_that_covers_the_dataset_and_the_sample_is_for_the_dataset():
    assert read(np.array([0, 1]), population=2, sample=(1, 0)).whole


def test_shuffled_predictions_are_right_as_often_as_chance():
    rng = np.random.default_rng(1)
    truth = rng.integers(10, size=1000)
    good = np.where(rng.random(1000) < 0.6, truth, 0)
    assert p_if_shuffled(good, truth) < 1e-9
    values = [p_if_shuffled(rng.permutation(good), truth) for _ in range(200)]
    assert 0.02 <= np.mean(np.array(values) < 0.05) <= 0.09


def test_one_answer_to_everything_is_no_better_than_shuffled():
    assert p_if_shuffled(np.zeros(1000, dtype=int), np.arange(1000) % 10) > 0.4


def test_no_items_and_other_lengths_are_defined():
    assert p_if_shuffled(np.zeros(0, dtype=int), np.zeros(0, dtype=int)) == 1
    with pytest.raises(BadTable, match="one for each item"):
        p_if_shuffled(np.zeros(2, dtype=int), np.zeros(3, dtype=int))
