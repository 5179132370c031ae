"""Bootstrap intervals of the agreement between annotators, resampling items."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from evaluation.agreement import Agreement, AgreementIntervals, normalised_entropy
from evaluation.array_types import FloatArray, IntArray
from evaluation.bootstrap import percentile_limits, undefined_bootstrap
from evaluation.intervals import NO_SPREAD, Interval
from evaluation.random_streams import stream

_QUESTION = "How far would these annotators agree on other images like these?"

#: Three digits of a coefficient need no more resamples than this.
MOST_RESAMPLES = 2_000
# Cells of one batch of resamples.
_BATCH_CELLS = 4_000_000


def agreement_intervals(
    counts: IntArray,
    categories: tuple[str, ...],
    figures: Agreement,
    resamples: int,
    seed: int,
    confidence: float = 0.95,
) -> AgreementIntervals:
    """Bootstrap every figure of agreement over items.

    Parameters
    ----------
    counts : int array, shape (N, K)
        Labels of every item for every category.
    categories : tuple of str
        Their names. Items are drawn in an order that follows from names of categories and counts, so that
        neither the order of the items nor that of the categories steers the draws.
    figures : Agreement
        The estimates, from `agreement` with the same counts.
    resamples : int
        At most `MOST_RESAMPLES` are drawn; with 0 the intervals are undefined.
    seed : int
        Seed of the stream.
    confidence : float
        Nominal level.

    Returns
    -------
    AgreementIntervals
        Percentile intervals. Resamples in which a coefficient is undefined are left out of its interval.

    Notes
    -----
    B. Efron and R. J. Tibshirani (1993), An Introduction to the Bootstrap, chapter 13. Items with equal
    counts are one kind, and a resample is a multinomial draw of how often each kind comes up.

    Examples
    --------
    >>> from evaluation.agreement import agreement
    >>> counts = np.repeat([[3, 0], [0, 3], [2, 1]], [20, 20, 10], axis=0)
    >>> made = agreement_intervals(counts, ("x", "y"), agreement(counts), resamples=500, seed=1)
    >>> made.unanimous.low < 0.8 < made.unanimous.high
    True
    """
    resamples = min(resamples, MOST_RESAMPLES)
    kinds, times = _kinds(counts, categories)
    n = int(times.sum())
    replicates: Mapping[str, FloatArray] = {}
    if resamples and n:
        replicates = _replicates(kinds, times, resamples, seed)
    made = {}
    for name in AgreementIntervals.__dataclass_fields__:
        made[name] = _interval(
            getattr(figures, name), replicates.get(name), n, resamples, seed, confidence, figures.reason
        )
    return AgreementIntervals(**made)


def _kinds(counts: IntArray, categories: tuple[str, ...]) -> tuple[IntArray, IntArray]:
    """Give the distinct rows of items with labels, and how many items have each."""
    by_name = np.asarray(counts, dtype=np.int64)[:, np.argsort(np.array(categories))]
    labelled = by_name[by_name.any(axis=1)]
    kinds, times = np.unique(labelled, axis=0, return_counts=True)
    return kinds, times.astype(np.int64)


def _replicates(kinds: IntArray, times: IntArray, resamples: int, seed: int) -> dict[str, FloatArray]:
    totals = kinds.sum(axis=1)
    squares = (kinds * kinds).sum(axis=1)
    paired = totals > 1
    with np.errstate(divide="ignore", invalid="ignore"):
        disagreement = np.where(paired, (totals * totals - squares) / (totals - 1), 0.0)
    entropy = normalised_entropy(kinds)
    # A sum over the kinds for each statistic; of whole numbers wherever the bytes could else depend on order.
    columns = {
        "items": np.ones(len(kinds)),
        "paired": paired.astype(np.float64),
        "labels": np.where(paired, totals, 0).astype(np.float64),
        "pairs": (totals * (totals - 1)).astype(np.float64),
        "agreeing": (squares - totals).astype(np.float64),
        "unanimous": (paired & (kinds.max(axis=1) == totals)).astype(np.float64),
        "disagreement": disagreement,
        "entropy": entropy,
    }
    generator, n = stream(seed), int(times.sum())
    batch = max(1, min(resamples, _BATCH_CELLS // max(len(kinds), 1)))
    made: dict[str, list[FloatArray]] = {}
    for start in range(0, resamples, batch):
        size = min(batch, resamples - start)
        drawn = generator.multinomial(n, times / n, size=size)
        sums = {name: _weighted(drawn, column) for name, column in columns.items()}
        margins = np.stack([_weighted(drawn, np.where(paired, column, 0)) for column in kinds.T], axis=1)
        for name, values in _coefficients(sums, margins, totals).items():
            made.setdefault(name, []).append(values)
    return {name: np.concatenate(parts) for name, parts in made.items()}


def _weighted(drawn: IntArray, column: Any) -> FloatArray:
    # einsum sums in one order, whatever the number of threads.
    total: FloatArray = np.einsum("bk,k->b", drawn, np.asarray(column, dtype=np.float64))
    return total


def _coefficients(
    sums: Mapping[str, FloatArray], margins: FloatArray, totals: IntArray
) -> dict[str, FloatArray]:
    squared = (margins * margins).sum(axis=1)
    labels = sums["labels"]
    with np.errstate(divide="ignore", invalid="ignore"):
        pairwise = sums["agreeing"] / sums["pairs"]
        by_chance = squared / labels**2
        kappa = (pairwise - by_chance) / (1 - by_chance)
        alpha = 1 - (labels - 1) * sums["disagreement"] / (labels**2 - squared)
        made = {
            "krippendorff_alpha": alpha,
            "pairwise": pairwise,
            "unanimous": sums["unanimous"] / sums["paired"],
            "mean_entropy": sums["entropy"] / sums["items"],
        }
    if (totals == totals[0]).all():
        made["fleiss_kappa"] = kappa
    return made


def _interval(
    estimate: float | None,
    replicates: FloatArray | None,
    n: int,
    resamples: int,
    seed: int,
    confidence: float,
    reason: str | None,
) -> Interval:
    def undefined(why: str | None) -> Interval:
        return undefined_bootstrap(
            "bootstrap_items", n, resamples, seed, confidence, _QUESTION, why, estimate
        )

    if estimate is None:
        return undefined(reason or "The figure is undefined.")
    if replicates is None:
        return undefined(None)
    usable = np.sort(replicates[np.isfinite(replicates)])
    if not usable.size or usable[0] == usable[-1]:
        return undefined(NO_SPREAD)
    low, high = percentile_limits(usable, confidence, estimate)
    return Interval(
        "bootstrap_items",
        low,
        high,
        confidence,
        estimate,
        n,
        resamples=resamples,
        seed=seed,
        answers=_QUESTION,
    )
