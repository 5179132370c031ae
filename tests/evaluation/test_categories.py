import pytest

from evaluation import BadTable
from evaluation.categories import CategoryIndex, natural_order


def test_numbers_sort_by_value():
    assert natural_order(["10", "-1", "9"]) == ["-1", "9", "10"]


def test_one_name_makes_all_sort_as_text():
    assert natural_order(["10", "9", "a"]) == ["10", "9", "a"]


def test_equal_numbers_keep_one_order():
    assert natural_order(["1", "01"]) == natural_order(["01", "1"]) == ["01", "1"]


@pytest.mark.parametrize("text", ["2", "-1", "1.0", "", "\uff19"])
def test_what_is_no_index_has_no_code(text):
    assert CategoryIndex(["cat", "dog"], allow_index=True).code(text) is None


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ([], "There is no category"),
        (["cat", "cat"], "twice in the list: 'cat'"),
        (["cat", " "], "blank name"),
    ],
)
def test_a_list_that_names_nothing_clearly_is_refused(names, message):
    with pytest.raises(BadTable, match=message):
        CategoryIndex(names, allow_index=True)


def test_beside_categories_named_by_numbers_a_number_is_no_index():
    index = CategoryIndex(["1", "2", "3"], allow_index=True)
    assert [index.code(text) for text in ("0", "1", "3")] == [None, 0, 2]
    assert "not the name of one" in index.refusal()


def test_a_refusal_cuts_a_long_list():
    refusal = CategoryIndex([f"c{i}" for i in range(10_000)], allow_index=True).refusal()
    assert "the name or index of one of the 10000 categories" in refusal
    assert "and 9990 more" in refusal
