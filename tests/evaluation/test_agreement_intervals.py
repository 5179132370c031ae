import numpy as np
import pytest

from evaluation import agreement_intervals as module
from evaluation.agreement import agreement
from evaluation.agreement_intervals import agreement_intervals
from tests.evaluation.tables import make_table, random_table

FIGURES = ("fleiss_kappa", "krippendorff_alpha", "pairwise", "unanimous", "mean_entropy")


def intervals(counts, resamples=400, seed=1):
    names = tuple(f"c{code}" for code in range(counts.shape[1]))
    return agreement_intervals(counts, names, agreement(counts), resamples, seed)


@pytest.mark.parametrize(
    "counts", [random_table(1).counts, make_table([[0, 0], [0, 1, 1], [2, 1], [1]]).counts]
)
def test_replicates_equal_the_figures_of_the_items_drawn(counts):
    kinds, times = module._kinds(counts, tuple(f"c{code}" for code in range(counts.shape[1])))
    made = module._replicates(kinds, times, 40, seed=3)
    drawn = module.stream(3).multinomial(int(times.sum()), times / times.sum(), size=40)
    for number, weights in enumerate(drawn):
        figures = agreement(np.repeat(kinds, weights, axis=0))
        for name, values in made.items():
            value = getattr(figures, name)
            if value is not None and name != "fleiss_kappa":
                assert values[number] == pytest.approx(value), name
            if name == "fleiss_kappa" and value is not None:
                assert values[number] == pytest.approx(value)


def test_every_interval_holds_its_figure():
    counts = random_table(2, n_items=120).counts
    figures, made = agreement(counts), intervals(counts)
    for name in FIGURES:
        interval = getattr(made, name)
        assert interval.low < getattr(figures, name) == interval.estimate < interval.high


def test_with_ragged_labels_kappa_has_no_interval_and_alpha_has():
    counts = make_table([[0, 0, 1], [0, 1], [1, 1, 1], [2, 0], [2, 2]]).counts
    made = intervals(counts)
    assert made.fleiss_kappa.low is None
    assert "equally many labels" in made.fleiss_kappa.reason
    assert made.krippendorff_alpha.low is not None


def test_full_agreement_shows_no_spread():
    made = intervals(make_table([[0, 0], [1, 1], [0, 0]]).counts)
    assert "no spread" in made.unanimous.reason


@pytest.mark.parametrize("counts", [np.zeros((2, 3), dtype=int), np.array([[1, 0], [0, 1]])])
def test_without_pairs_of_labels_the_reason_is_said(counts):
    made = intervals(counts)
    assert made.krippendorff_alpha.low is None
    assert made.krippendorff_alpha.reason


def test_batches_change_nothing(monkeypatch):
    counts = random_table(4).counts
    whole = intervals(counts)
    monkeypatch.setattr(module, "_BATCH_CELLS", 100)
    assert intervals(counts) == whole


def test_no_more_is_drawn_than_needed():
    assert intervals(random_table(4).counts, resamples=10_000_000).pairwise.resamples == module.MOST_RESAMPLES
