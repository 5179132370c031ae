"""What became of the checks that were mixed in among an annotator's images: counts, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from evaluation.array_types import FloatArray
from evaluation.errors import BadTable


@dataclass(frozen=True)
class CheckOutcomes:
    """The checks that one annotator answered. Whoever said that they could not tell is not judged by it.

    Parameters
    ----------
    annotator : str
        Pseudonymous id.
    gold, gold_wrong : int
        Answers to gold images, and how many of them differ from the ground truth.
    repeats, repeats_differ : int
        Answers to images shown again, and how many of them differ from the annotator's own label.
    attention, attention_failed : int
        Instructions, and how many of them were not followed.

    Raises
    ------
    BadTable
        If a number is negative, or more failed than were answered.

    Examples
    --------
    >>> CheckOutcomes("ann", gold=5, gold_wrong=1).repeats
    0
    """

    annotator: str
    gold: int = 0
    gold_wrong: int = 0
    repeats: int = 0
    repeats_differ: int = 0
    attention: int = 0
    attention_failed: int = 0

    def __post_init__(self) -> None:
        for answered, failed in (
            (self.gold, self.gold_wrong),
            (self.repeats, self.repeats_differ),
            (self.attention, self.attention_failed),
        ):
            if not 0 <= failed <= answered:
                raise BadTable(
                    f"Of the {answered} checks of {self.annotator}, {failed} failed; it must be 0 to "
                    f"{answered}."
                )


@dataclass(frozen=True)
class CheckTotals:
    """One kind of check over all annotators.

    Parameters
    ----------
    kind : {'gold', 'repeats', 'attention'}
        What was checked. Panels accept failed attention checks, and no others, as grounds for rejection.
    annotators : int
        Annotators with at least one such answer.
    answers, failed : int
        Answers that could be judged, and how many were wrong, differed or did not follow the instruction.
    """

    kind: str
    annotators: int
    answers: int
    failed: int


_COLUMNS = (
    ("gold", "gold", "gold_wrong"),
    ("repeats", "repeats", "repeats_differ"),
    ("attention", "attention", "attention_failed"),
)


def counts_of(
    annotators: Sequence[str], checks: Iterable[CheckOutcomes], answered: str, failed: str
) -> tuple[FloatArray, FloatArray]:
    """Return two counts for every annotator.

    Parameters
    ----------
    annotators : sequence of str, length A
        In the order wanted.
    checks : iterable of CheckOutcomes
        At most one an annotator; those of others are left out.
    answered, failed : str
        Names of the counts.

    Returns
    -------
    answered, failed : float arrays, shape (A,)
        0 for whoever had no check.

    Raises
    ------
    BadTable
        If an annotator has two.

    Examples
    --------
    >>> counts_of(["ann", "bob"], [CheckOutcomes("bob", gold=5, gold_wrong=1)], "gold", "gold_wrong")
    (array([0., 5.]), array([0., 1.]))
    """
    by_name: dict[str, CheckOutcomes] = {}
    for outcome in checks:
        if outcome.annotator in by_name:
            raise BadTable(f"The checks of {outcome.annotator} are told twice.")
        by_name[outcome.annotator] = outcome
    known = [by_name.get(name, CheckOutcomes(name)) for name in annotators]
    return (
        np.array([getattr(entry, answered) for entry in known], dtype=np.float64),
        np.array([getattr(entry, failed) for entry in known], dtype=np.float64),
    )


def check_totals(annotators: Sequence[str], checks: Iterable[CheckOutcomes]) -> tuple[CheckTotals, ...]:
    """Add the checks up.

    Parameters
    ----------
    annotators : sequence of str
        Whose checks count.
    checks : iterable of CheckOutcomes
        At most one an annotator.

    Returns
    -------
    tuple of CheckTotals
        Gold, repeats and attention; a kind that nobody answered is left out.

    Examples
    --------
    >>> check_totals(["ann"], [CheckOutcomes("ann", gold=5, gold_wrong=1)])
    (CheckTotals(kind='gold', annotators=1, answers=5, failed=1),)
    """
    known = list(checks)
    totals = []
    for kind, answered, failed in _COLUMNS:
        given, wrong = counts_of(annotators, known, answered, failed)
        if given.any():
            totals.append(CheckTotals(kind, int(np.count_nonzero(given)), int(given.sum()), int(wrong.sum())))
    return tuple(totals)
