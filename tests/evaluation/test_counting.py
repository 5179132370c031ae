import numpy as np
import pytest

from evaluation import BadTable, counting
from evaluation.counting import accumulated_counts, label_counts


def test_labels_are_counted_for_item_and_category():
    assert label_counts([0, 0, 2], [1, 1, 0], 3, 2).tolist() == [[0, 2], [0, 0], [1, 0]]


def test_chunks_give_the_counts_of_the_whole():
    rng = np.random.default_rng(1)
    items, categories = rng.integers(50, size=1000), rng.integers(7, size=1000)
    chunks = ((items[start : start + 37], categories[start : start + 37]) for start in range(0, 1000, 37))
    assert (accumulated_counts(chunks, 50, 7) == label_counts(items, categories, 50, 7)).all()


def test_no_chunk_gives_zeros():
    assert accumulated_counts([], 2, 2).tolist() == [[0, 0], [0, 0]]


@pytest.mark.parametrize(("items", "categories", "kind"), [([2], [0], "item"), ([0], [-1], "category")])
def test_a_code_out_of_range_is_refused(items, categories, kind):
    with pytest.raises(BadTable, match=f"The {kind} code .* is out of range"):
        label_counts(items, categories, 2, 2)


def test_arrays_of_different_length_are_refused():
    with pytest.raises(BadTable, match="one entry a label each"):
        label_counts([0, 1], [0], 2, 2)


def test_more_cells_than_memory_are_refused(monkeypatch):
    monkeypatch.setattr(counting, "MOST_CELLS", 5)
    with pytest.raises(BadTable, match="3 items x 2 categories are 6 counts, more than 5"):
        label_counts([0], [0], 3, 2)
