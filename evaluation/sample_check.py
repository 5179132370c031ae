"""Whether the sample has the categories in the shares that the population has them in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from evaluation.array_types import FloatArray, IntArray
from evaluation.errors import BadSetting, listed
from evaluation.label_table import LabelTable
from evaluation.random_streams import stream

#: A chi-square distribution fits where every cell expects so many items; else the test is exact.
LEAST_EXPECTED = 5
#: Samples drawn for the exact test, and cells of all of them together at most.
MOST_DRAWS = 20_000
_MOST_CELLS = 2_000_000


@dataclass(frozen=True)
class CategoryBalance:
    """One category in the sample and in the population.

    Parameters
    ----------
    category : str
        Its name.
    sampled, population : int
        Items.
    expected : float
        Items that a sample of this size has on average.
    """

    category: str
    sampled: int
    population: int
    expected: float


@dataclass(frozen=True)
class SampleCheck:
    """The sample against the population.

    Parameters
    ----------
    categories : tuple of CategoryBalance
        Those that the population has.
    sampled, population : int
        Items.
    method : str or None
        "chi_square", or "exact" where a cell expects fewer than five items.
    statistic : float or None
        Pearson's, over the table of categories by sampled and not sampled.
    degrees_of_freedom : int or None
        Categories less one.
    p_value : float or None
        How often a random sample without replacement is as far from the population's shares, or further. It
        says nothing about a sample that was stratified by category, which is closer by design.
    draws, seed : int or None
        Of the exact test.
    reason : str or None
        Why there is no test.
    """

    categories: tuple[CategoryBalance, ...]
    sampled: int
    population: int | None
    method: str | None
    statistic: float | None
    degrees_of_freedom: int | None
    p_value: float | None
    draws: int | None = field(default=None, metadata={"leave_out_if_none": True})
    seed: int | None = field(default=None, metadata={"leave_out_if_none": True})
    reason: str | None = None


def sample_check(table: LabelTable, populations: Mapping[str, int] | None, seed: int) -> SampleCheck:
    """Compare the categories of the sample with those of the population.

    Parameters
    ----------
    table : LabelTable
        All sampled items, with and without labels.
    populations : mapping of str to int, or None
        Items of every category in the population.
    seed : int
        Seed of the exact test.

    Returns
    -------
    SampleCheck
        Without a test, and with the reason, where the population is not told, has one category, or is the
        sample.

    Raises
    ------
    BadSetting
        If a category's population is missing, or smaller than its sample.

    Notes
    -----
    Pearson's chi-square test of the 2 x K table of sampled and other items, which are drawn without
    replacement. Where a cell expects fewer than five, the p-value is that of the exact test given both
    margins (G. H. Freeman and J. H. Halton 1951, Biometrika 38, 141-149), by drawing samples.

    Examples
    --------
    >>> table = LabelTable.from_labels([], truth=["cat"] * 30 + ["dog"] * 10)
    >>> check = sample_check(table, {"cat": 500, "dog": 500}, seed=1)
    >>> check.method, round(check.statistic, 3), round(check.p_value, 4)
    ('chi_square', 10.417, 0.0012)
    """
    sampled = np.bincount(table.truth, minlength=table.n_categories)
    if populations is None:
        untold = "How many images of each category the dataset has was not told."
        return SampleCheck((), table.n_items, None, None, None, None, None, reason=untold)
    everyone = _everyone(table, populations, sampled)
    size, total = table.n_items, int(everyone.sum())
    expected = everyone * (size / total)
    rows = tuple(
        CategoryBalance(*row)
        for row in zip(table.categories, sampled.tolist(), everyone.tolist(), expected.tolist(), strict=True)
        if row[2]
    )
    reason: str | None = None
    if size == total:
        reason = "Every image of the dataset was labelled; there is no sample to check."
    elif len(rows) < 2:
        reason = "The dataset has one category."
    elif not size:
        reason = "The sample is empty."
    if reason is not None:
        return SampleCheck(rows, size, total, None, None, None, None, reason=reason)
    present = everyone > 0
    return _tested(rows, sampled[present], everyone[present], seed)


def _tested(
    rows: tuple[CategoryBalance, ...], sampled: IntArray, everyone: IntArray, seed: int
) -> SampleCheck:
    size, total = int(sampled.sum()), int(everyone.sum())
    expected = np.asarray(everyone * (size / total), dtype=np.float64)
    statistic = float(_pearson(sampled, expected, size, total))
    degrees = len(rows) - 1
    if min(expected.min(), (everyone - expected).min()) >= LEAST_EXPECTED:
        from scipy.special import chdtrc

        p_value = float(chdtrc(degrees, statistic))
        return SampleCheck(rows, size, total, "chi_square", statistic, degrees, p_value)
    draws = min(MOST_DRAWS, max(_MOST_CELLS // len(rows), 1))
    drawn = stream(seed).multivariate_hypergeometric(everyone, size, size=draws, method="marginals")
    # Samples as far from the population as this one count too, whatever rounding says.
    as_far = np.count_nonzero(_pearson(drawn, expected, size, total) >= statistic * (1 - 1e-9))
    p_value = (int(as_far) + 1) / (draws + 1)
    return SampleCheck(rows, size, total, "exact", statistic, degrees, p_value, draws, seed)


def _pearson(sampled: Any, expected: FloatArray, size: int, total: int) -> Any:
    # The cells of the items that were not sampled are off by as much; they expect (total - size) / size as
    # many.
    distance = ((sampled - expected) ** 2 / expected).sum(axis=-1)
    return distance * total / (total - size)


def _everyone(table: LabelTable, populations: Mapping[str, int], sampled: IntArray) -> IntArray:
    missing = [name for name in table.categories if name not in populations]
    if missing:
        raise BadSetting(
            f"category_populations lacks {listed(missing)}. Give the items of every category in the dataset."
        )
    everyone = np.array([populations[name] for name in table.categories], dtype=np.int64)
    short = np.flatnonzero(everyone < sampled)
    if short.size:
        raise BadSetting(
            f"Category {table.categories[short[0]]!r} has {sampled[short[0]]} sampled items but a population "
            f"of {everyone[short[0]]}."
        )
    return everyone
