"""The settings of an evaluation, all of which a report repeats."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from evaluation.errors import BadSetting
from evaluation.quality_rule import QualityRule, quality_rules
from evaluation.voting import TIE_RULES

#: More would fill the memory and tell nothing more.
MOST_RESAMPLES = 10_000_000


@dataclass(frozen=True)
class EvaluationConfig:
    """What `evaluate` is asked to do.

    Parameters
    ----------
    tie_rule : {'random', 'wrong', 'optimistic', 'seeded'}
        How an item without a unique winner is credited in the headline.
    seed : int
        The one number that all random streams are derived from, each by its purpose.
    resamples : int
        Bootstrap resamples, at most `MOST_RESAMPLES`. With 0 the bootstrap intervals are null with a reason.
    labels_per_item : int
        Redundancy k that was planned; an item with that many labels is complete.
    population : int or None
        Size of the test set that the sample was drawn from, for the finite-population interval.
    stratum_populations : mapping of str to int, or None
        Size of every stratum of the population, for the stratified estimate.
    category_populations : mapping of str to int, or None
        Items of every category in the population, to compare the sample with.
    quality_rules : sequence of QualityRule, or of mappings with its fields
        The rules that the protocol declares, for the quality checks and the multiverse.
    confidence : float
        Confidence level of all intervals, between 0 and 1.
    max_iterations : int
        Most EM iterations of truth inference.
    tolerance : float
        EM stops when the log-likelihood per label changes by less than this.

    Raises
    ------
    BadSetting
        If a value cannot be used.

    Examples
    --------
    >>> EvaluationConfig(tie_rule="wrong").resamples
    10000
    >>> EvaluationConfig(tie_rule="coin")
    Traceback (most recent call last):
    evaluation.errors.BadSetting: tie_rule is 'coin'; it must be one of random, wrong, optimistic, seeded.
    """

    tie_rule: str = "random"
    seed: int = 0
    resamples: int = 10_000
    labels_per_item: int = 3
    population: int | None = field(default=None, metadata={"leave_out_if_none": True})
    stratum_populations: Mapping[str, int] | None = field(default=None, metadata={"leave_out_if_none": True})
    category_populations: Mapping[str, int] | None = field(default=None, metadata={"leave_out_if_none": True})
    quality_rules: tuple[QualityRule, ...] = ()
    confidence: float = 0.95
    max_iterations: int = 200
    tolerance: float = 1e-8

    def __post_init__(self) -> None:
        # Settings that were read from JSON have lists and plain mappings.
        object.__setattr__(self, "quality_rules", quality_rules(self.quality_rules))
        if self.tie_rule not in TIE_RULES:
            raise BadSetting(f"tie_rule is {self.tie_rule!r}; it must be one of {', '.join(TIE_RULES)}.")
        if not 0 < self.confidence < 1:
            raise BadSetting(f"confidence is {self.confidence}; it must lie between 0 and 1, as 0.95 does.")
        for name, least in (("seed", 0), ("resamples", 0), ("labels_per_item", 1), ("max_iterations", 1)):
            if getattr(self, name) < least:
                raise BadSetting(f"{name} is {getattr(self, name)}; it must be {least} or more.")
        if self.resamples > MOST_RESAMPLES:
            raise BadSetting(f"resamples is {self.resamples}; it must be {MOST_RESAMPLES} or less.")
        if self.population is not None and self.population < 1:
            raise BadSetting(f"population is {self.population}; it must be 1 or more, or None.")
        if not self.tolerance > 0:
            raise BadSetting(f"tolerance is {self.tolerance}; it must be above 0.")
