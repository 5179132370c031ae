import numpy as np
import pytest

from evaluation import BadTable, LabelTable

LABELS = [("10", "bob", "dog"), ("9", "ann", "cat"), ("9", "bob", "cat")]
TRUTH = {"10": "dog", "9": "cat", "11": "dog"}


def from_codes(**changes):
    arguments = {
        "items": ["a", "b"],
        "annotators": ["x", "y"],
        "categories": ["c", "d"],
        "truth": [0, 1],
        "item_codes": [0, 1],
        "annotator_codes": [0, 1],
        "category_codes": [0, 1],
    }
    return LabelTable.from_codes(**(arguments | changes))


def test_integer_items_are_sorted_as_numbers():
    assert LabelTable.from_labels(LABELS, TRUTH).items == ("9", "10", "11")


def test_other_items_are_sorted_as_text():
    table = LabelTable.from_labels([], {"b10": "cat", "b9": "cat", "a": "cat"})
    assert table.items == ("a", "b10", "b9")


def test_labels_are_sorted_by_item_and_annotator():
    table = LabelTable.from_labels(LABELS, TRUTH)
    assert table.item_codes.tolist() == [0, 0, 1]
    assert table.annotator_codes.tolist() == [0, 1, 1]


def test_response_times_move_with_their_labels():
    table = LabelTable.from_labels(LABELS, TRUTH, response_ms=[1, 2, None])
    assert table.response_ms.tolist() == pytest.approx([2, np.nan, 1], nan_ok=True)


def test_categories_keep_the_order_that_was_given():
    assert LabelTable.from_labels(LABELS, TRUTH, categories=["dog", "cat"]).categories == ("dog", "cat")


def test_categories_come_from_the_ground_truth_where_none_are_given():
    assert LabelTable.from_labels(LABELS, TRUTH).categories == ("cat", "dog")


def test_an_index_names_a_category_of_a_given_list():
    table = LabelTable.from_labels([(0, "ann", 1)], [0], categories=["cat", "dog"])
    assert table.category_codes.tolist() == [1]


def test_a_name_goes_before_an_index():
    table = LabelTable.from_labels([(0, "ann", "1")], ["0"], categories=["1", "0"])
    assert table.category_codes.tolist() == [0]


def test_an_index_is_refused_where_the_list_was_gathered_from_the_data():
    with pytest.raises(BadTable, match="is '1': it is not the name of one of the 2 categories 'cat', 'dog'"):
        LabelTable.from_labels([("9", "ann", 1)], TRUTH)


def test_three_arrays_are_labels_too():
    labels = tuple(np.array(column) for column in zip(*LABELS, strict=True))
    assert LabelTable.from_labels(labels, TRUTH).sha256 == LabelTable.from_labels(LABELS, TRUTH).sha256


def test_an_annotator_without_a_label_is_left_out():
    assert from_codes(annotators=["x", "y", "z"]).annotators == ("x", "y")


def test_an_item_without_a_label_stays():
    table = LabelTable.from_labels(LABELS, TRUTH)
    assert table.counts.tolist() == [[2, 0], [0, 1], [0, 0]]


def test_strata_follow_the_items():
    table = LabelTable.from_labels(LABELS, TRUTH, strata={"10": "hard", "9": "easy", "11": "hard"})
    assert [table.stratum_names[code] for code in table.strata] == ["easy", "hard", "hard"]


def test_arrays_cannot_be_changed():
    table = LabelTable.from_labels(LABELS, TRUTH)
    with pytest.raises(ValueError, match="read-only"):
        table.counts[0, 0] = 5


def test_the_fingerprint_does_not_depend_on_the_order_of_rows():
    one = LabelTable.from_labels(LABELS, TRUTH)
    other = LabelTable.from_labels(LABELS[::-1], dict(reversed(TRUTH.items())))
    assert one.sha256 == other.sha256


@pytest.mark.parametrize(
    "change",
    [
        {"items": ["a", "c"]},
        {"annotators": ["x", "z"]},
        {"categories": ["c", "e"]},
        {"truth": [1, 1]},
        {"category_codes": [1, 1]},
        {"annotator_codes": [0, 0]},
        {"response_ms": [1.0, 2.0]},
        {"strata": ["s", "t"]},
    ],
)
def test_the_fingerprint_depends_on_everything_in_the_table(change):
    assert from_codes(**change).sha256 != from_codes().sha256


def test_the_fingerprint_is_what_its_documentation_says():
    # The documented bytes, written out by hand for one label of one item.
    import hashlib
    import struct

    table = LabelTable.from_labels([("1", "ann", "cat")], {"1": "cat"})
    one = b"1\n" + struct.pack("<q", 0)
    expected = b"evaluation label table 1\n" + b'["cat"]\n["1"]\n["ann"]\n[]\n' + one * 4 + b"-\n" + b"-\n"
    assert table.sha256 == hashlib.sha256(expected).hexdigest()


def test_two_labels_of_one_annotator_on_one_item_are_refused():
    with pytest.raises(BadTable, match="Annotator 'bob' has two labels on item '9'"):
        LabelTable.from_labels([("9", "bob", "cat"), ("9", "bob", "dog")], TRUTH)


def test_a_label_on_an_unknown_item_is_refused():
    with pytest.raises(BadTable, match="Label 1 is on item '7', which has no ground truth"):
        LabelTable.from_labels([("7", "bob", "cat")], TRUTH)


def test_a_label_outside_the_categories_is_refused():
    with pytest.raises(BadTable, match="Label 1 on item '9' is 'cow': it is not the name"):
        LabelTable.from_labels([("9", "bob", "cow")], TRUTH)


def test_a_blank_annotator_is_refused():
    with pytest.raises(BadTable, match="Label 1 has a blank annotator"):
        LabelTable.from_labels([("9", " ", "cat")], TRUTH)


def test_ground_truth_outside_the_categories_is_refused():
    with pytest.raises(BadTable, match="Ground truth 'dog' of item '10'"):
        LabelTable.from_labels([], TRUTH, categories=["cat"])


def test_two_ground_truths_of_an_item_are_refused():
    with pytest.raises(BadTable, match="Items have two ground truths: '1'"):
        LabelTable.from_labels([], [("1", "cat"), ("1", "dog")])


def test_no_ground_truth_is_refused():
    with pytest.raises(BadTable, match="There is no ground truth"):
        LabelTable.from_labels([], {})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"truth": [0]}, r"truth has the shape \(1,\); it needs \(2,\)"),
        ({"truth": [0, 2]}, "truth has the code 2; codes go from 0 to 1"),
        ({"item_codes": [0, 5]}, "item_codes has the code 5"),
        ({"annotator_codes": [0, -1]}, "annotator_codes has the code -1"),
        ({"category_codes": [0]}, "category_codes has the shape"),
        ({"items": ["a", "a"]}, "The item ids stand twice: 'a'"),
        ({"annotators": ["x", "x"]}, "The annotator ids stand twice: 'x'"),
        ({"response_ms": [1.0, -1.0]}, "response_ms has the value -1.0"),
        ({"response_ms": [1.0]}, "response_ms has the shape"),
    ],
)
def test_codes_that_do_not_fit_are_refused(change, message):
    with pytest.raises(BadTable, match=message):
        from_codes(**change)


def test_a_table_made_by_hand_must_be_sorted():
    with pytest.raises(BadTable, match=r"not sorted by item and annotator. Use LabelTable.from_codes"):
        LabelTable(("a", "b"), ("x",), ("c",), [0, 0], [1, 0], [0, 0], [0, 0])


def test_a_missing_stratum_is_refused():
    with pytest.raises(BadTable, match="Items without a stratum: '10', '11'"):
        LabelTable.from_labels([], TRUTH, strata={"9": "easy"})


@pytest.mark.parametrize("missing", [None, float("nan"), "", " "])
def test_missing_ground_truth_is_refused(missing):
    with pytest.raises(BadTable, match="Items have no ground truth: '9'"):
        LabelTable.from_labels([], {"10": "dog", "9": missing})


def test_a_label_that_is_not_a_number_is_refused():
    with pytest.raises(BadTable, match="Label 1 on item '9' is 'nan'"):
        LabelTable.from_labels([("9", "bob", float("nan"))], TRUTH)
