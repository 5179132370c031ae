"""Draw a sample without replacement, the same on every platform for the same seed.

Every item of the population gets one uniform random number, in the population's own order; the items with the
smallest numbers are the sample, in the order of their numbers. Only `Generator.random` is asked, whose stream
is a fixed function of PCG64's raw output, so no library's sampling routine can change the draw.
"""

import numpy as np
from numpy.typing import NDArray

from labelling.errors import ProtocolError
from labelling.models import Study

Positions = NDArray[np.int64]


def draw_sample(*, strata: NDArray[np.integer], size: int, strategy: str, seed: int) -> Positions:
    """Return the positions of the sampled items in the population, in random order.

    Parameters
    ----------
    strata
        Code of each item's stratum, shape (population,), in dataset order: its ground truth, or its part of a
        dataset that has parts. A simple sample looks at their number only.
    size
        Number of items to draw, at most the population.
    strategy
        `Study.Strategy.SIMPLE`; or `STRATIFIED` or `BY_STRATUM`: each stratum gets its share of the sample in
        proportion to its share of the population, rounded by largest remainder (ties to the lower code).
    seed
        Seed of numpy's PCG64; a non-negative integer.

    Returns
    -------
    Positions, shape (size,), without repetition.

    Raises
    ------
    ProtocolError
        When the size is below 1 or above the population, or the strategy is unknown.
    """
    population = len(strata)
    if not 1 <= size <= population:
        raise ProtocolError(
            f"A sample of {size} cannot be drawn from {population} items; choose 1 to {population}."
        )
    if seed < 0:
        raise ProtocolError(f"The seed {seed} is negative; choose 0 or more.")
    lots = np.random.Generator(np.random.PCG64(seed)).random(population)
    by_lot = lots.argsort(kind="stable")
    if strategy == Study.Strategy.SIMPLE:
        return by_lot[:size]
    if strategy in (Study.Strategy.STRATIFIED, Study.Strategy.BY_STRATUM):
        shares = allocate(counts=np.bincount(strata), size=size)
        drawn = strata[by_lot]
        chosen = [np.flatnonzero(drawn == stratum)[:share] for stratum, share in enumerate(shares)]
        return by_lot[np.sort(np.concatenate(chosen))]
    raise ProtocolError(f"Unknown strategy {strategy!r}; choose one of {', '.join(Study.Strategy.values)}.")


def draw_examples(
    *, ground_truth: NDArray[np.integer], excluded: Positions, per_category: int, seed: int
) -> Positions:
    """Return positions for the guide: up to `per_category` of each category, none of them in `excluded`.

    Ordered by category, then by lot. A category with too few items left gives what it has.
    """
    # The second stream of the same seed: independent of the sample's lots.
    lots = np.random.Generator(np.random.PCG64([seed, 1])).random(len(ground_truth))
    lots[excluded] = np.inf
    by_lot = lots.argsort(kind="stable")[: len(ground_truth) - len(excluded)]
    categories = ground_truth[by_lot]
    examples = [by_lot[categories == category][:per_category] for category in np.unique(ground_truth)]
    return np.concatenate(examples)


def draw_apart(
    *, ground_truth: NDArray[np.integer], excluded: Positions, size: int, seed: int, stream: int
) -> Positions:
    """Return `size` positions outside `excluded`, in the order of the draw, the categories taking turns.

    Every category comes once before any comes twice, so that a short practice shows them all. `stream` sets
    one purpose's lots apart from another's under the same seed; the sample has 0 and the guide 1.

    Raises
    ------
    ProtocolError
        When fewer than `size` items are left.
    """
    if size > len(ground_truth) - len(excluded):
        left = len(ground_truth) - len(excluded)
        raise ProtocolError(
            f"{size} images are wanted beside the sample, and the dataset has {left} left; ask for fewer, or "
            "draw a smaller sample."
        )
    lots = np.random.Generator(np.random.PCG64([seed, stream])).random(len(ground_truth))
    lots[excluded] = np.inf
    by_lot = lots.argsort(kind="stable")[: len(ground_truth) - len(excluded)]
    turn = np.empty(len(by_lot), dtype=np.int64)
    for category in np.unique(ground_truth):
        of_category = np.flatnonzero(ground_truth[by_lot] == category)
        turn[of_category] = np.arange(len(of_category))
    return by_lot[turn.argsort(kind="stable")[:size]]


def allocate(*, counts: NDArray[np.integer], size: int) -> NDArray[np.int64]:
    """Share `size` out in proportion to `counts` by largest remainder; the shares sum to `size`."""
    exact = counts * size
    shares: NDArray[np.int64] = (exact // counts.sum()).astype(np.int64)
    remainders = exact % counts.sum()
    largest = (-remainders).argsort(kind="stable")[: size - shares.sum()]
    shares[largest] += 1
    return shares
