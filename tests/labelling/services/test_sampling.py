"""Samples: without replacement, the same everywhere for a seed, in proportion where asked."""

import hashlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labelling.errors import ProtocolError
from labelling.services.sampling import allocate, draw_apart, draw_examples, draw_sample

TEN_CATEGORIES = np.arange(10_000) % 10

# Recorded once; a change here means that published seeds no longer give their samples.
RECORDED_START = "1428,5596,7048,5795,8597,2132,"
RECORDED_SHA256 = "45be6fb6e1005c81d31eda98d038becc67d13b6842704d088acb9e4324060fd6"


def draw(size: int = 1000, strategy: str = "simple", seed: int = 7) -> np.ndarray:
    return draw_sample(strata=TEN_CATEGORIES, size=size, strategy=strategy, seed=seed)


@pytest.mark.parametrize("strategy", ["simple", "stratified"])
def test_no_item_is_drawn_twice(strategy: str) -> None:
    assert len(set(draw(strategy=strategy).tolist())) == 1000


def test_the_same_seed_gives_the_same_sample() -> None:
    assert (draw(seed=11) == draw(seed=11)).all()


def test_another_seed_gives_another_sample() -> None:
    assert (draw(seed=11) != draw(seed=12)).any()


def test_a_seed_gives_the_sample_that_it_gave_when_it_was_first_recorded() -> None:
    drawn = ",".join(map(str, draw(seed=20261122).tolist()))
    assert drawn.startswith(RECORDED_START)
    assert hashlib.sha256(drawn.encode()).hexdigest() == RECORDED_SHA256


def test_the_whole_population_can_be_drawn() -> None:
    assert sorted(draw(size=10_000).tolist()) == list(range(10_000))


def test_a_larger_sample_of_the_same_seed_begins_with_the_smaller_one() -> None:
    assert (draw(size=2000)[:1000] == draw(size=1000)).all()


def test_a_stratified_sample_has_each_category_in_proportion() -> None:
    assert np.bincount(TEN_CATEGORIES[draw(strategy="stratified")]).tolist() == [100] * 10


def test_a_stratified_sample_comes_in_random_order() -> None:
    categories = TEN_CATEGORIES[draw(strategy="stratified")]
    assert len(set(categories[:100].tolist())) == 10


def test_every_item_is_equally_likely() -> None:
    truth = np.zeros(20, dtype=int)
    drawn = np.concatenate(
        [draw_sample(strata=truth, size=5, strategy="simple", seed=seed) for seed in range(4000)]
    )
    counts = np.bincount(drawn, minlength=20)
    # 1000 expected with standard deviation sqrt(4000 * .25 * .75) = 27.4; five of them is 137.
    assert abs(counts - 1000).max() < 137


@pytest.mark.parametrize("size", [0, -1, 10_001])
def test_a_sample_that_the_population_cannot_give_is_refused(size: int) -> None:
    with pytest.raises(ProtocolError, match=rf"A sample of {size} .* 10000 items; choose 1 to 10000"):
        draw(size=size)


def test_an_unknown_strategy_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ProtocolError, match="'quota'; choose one of simple, stratified, by-stratum"):
        draw(strategy="quota")


def test_a_negative_seed_is_refused() -> None:
    with pytest.raises(ProtocolError, match="seed -1 is negative"):
        draw(seed=-1)


@given(
    counts=st.lists(st.integers(0, 500), min_size=1, max_size=12).filter(lambda c: sum(c) > 0),
    share=st.floats(0, 1),
)
def test_shares_sum_to_the_size_and_stay_within_one_of_proportion(counts: list[int], share: float) -> None:
    size = int(share * sum(counts))
    shares = allocate(counts=np.array(counts), size=size)
    assert shares.sum() == size
    assert (shares <= counts).all()
    assert (abs(shares - np.array(counts) * size / sum(counts)) < 1).all()


def test_guide_examples_are_of_each_category_and_never_from_the_sample() -> None:
    sample = draw()
    examples = draw_examples(ground_truth=TEN_CATEGORIES, excluded=sample, per_category=3, seed=7)
    assert TEN_CATEGORIES[examples].tolist() == [category for category in range(10) for _ in range(3)]
    assert not set(examples.tolist()) & set(sample.tolist())


def test_a_category_that_the_sample_used_up_has_no_examples() -> None:
    truth = np.array([0, 0, 0, 1])
    examples = draw_examples(ground_truth=truth, excluded=np.array([3]), per_category=2, seed=7)
    assert truth[examples].tolist() == [0, 0]


def draw_beside(size: int, *, stream: int = 2, excluded: int = 0) -> np.ndarray:
    return draw_apart(
        ground_truth=np.arange(60) % 10, excluded=np.arange(excluded), size=size, seed=7, stream=stream
    )


def test_what_is_drawn_apart_shows_every_category_before_any_comes_twice() -> None:
    categories = draw_beside(25) % 10
    for start in (0, 10):
        assert sorted(categories[start : start + 10]) == list(range(10))


def test_what_is_drawn_apart_has_nothing_of_what_is_excluded() -> None:
    assert sorted(draw_beside(20, excluded=40)) == list(range(40, 60))


def test_two_purposes_draw_differently_under_one_seed() -> None:
    assert (draw_beside(10, stream=2) != draw_beside(10, stream=3)).any()


def test_more_than_there_is_cannot_be_drawn_apart() -> None:
    with pytest.raises(
        ProtocolError, match="21 images are wanted beside the sample, and the dataset has 20 left"
    ):
        draw_beside(21, excluded=40)
