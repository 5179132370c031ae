"""Simulated people for rehearsals: what they choose and how long they take.

Each person has a skill and each image a difficulty, both normal on the logit scale; together they raise or
lower the odds of the ground truth. The other categories keep their proportions.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from labelling.errors import ProtocolError

Rates = NDArray[np.float64]

# Spread around the rates, in logits: about what separates careful from hasty people, plain from odd images.
SKILL_SPREAD = 0.6
DIFFICULTY_SPREAD = 1.2

# A person takes two to three seconds for an image, at times much longer.
_MEDIAN_RESPONSE_MS = 2500
_RESPONSE_SPREAD = 0.45


@dataclass(frozen=True)
class Crowd:
    """How a crowd answers.

    `rates` has one row a ground truth (K x K), or, where `by_item` holds, one row an item of the dataset
    (size x K), rows summing to 1. `source` says in words where the rates come from.
    """

    rates: Rates
    by_item: bool
    source: str


@dataclass(frozen=True)
class Person:
    """One simulated person: a skill in logits and a stream of random numbers of its own."""

    crowd: Crowd
    skill: float
    rng: np.random.Generator

    def choose(self, *, index: int, ground_truth: int, difficulty: float) -> int:
        """Return the category that this person chooses for the item at `index` of the dataset."""
        rates = self.crowd.rates[index if self.crowd.by_item else ground_truth]
        odds = rates.copy()
        odds[ground_truth] *= np.exp(self.skill - difficulty)
        edges = np.cumsum(odds)
        return int(np.searchsorted(edges, self.rng.random() * edges[-1], side="right"))

    def response_ms(self) -> int:
        """Return how long this person takes for the next image, in milliseconds."""
        return int(_MEDIAN_RESPONSE_MS * np.exp(_RESPONSE_SPREAD * self.rng.standard_normal()))


def make_person(*, crowd: Crowd, seed: int, number: int) -> Person:
    """Return the person of this number in the crowd of this seed; always the same one."""
    rng = np.random.Generator(np.random.PCG64([seed, 2, number]))
    return Person(crowd=crowd, skill=SKILL_SPREAD * rng.standard_normal(), rng=rng)


def difficulties(*, crowd: Crowd, size: int, seed: int) -> Rates:
    """Return each item's difficulty in logits, shape (size,); zero where the rates are by item already."""
    if crowd.by_item:
        return np.zeros(size)
    return DIFFICULTY_SPREAD * np.random.Generator(np.random.PCG64([seed, 3])).standard_normal(size)


def read_confusion(path: Path, *, categories: Sequence[str]) -> Crowd:
    """Read a K x K table of counts or rates: a header of category names, then one row a ground truth.

    Raises
    ------
    ProtocolError
        When a name, the number of rows or a value does not fit; names the file and the line.
    """
    header, *rows = _read(path)
    if header[1:] != list(categories):
        raise ProtocolError(
            f"{path}, line 1: the columns {header[1:]} are not the dataset's categories {list(categories)}."
        )
    if [row[0] for row in rows] != list(categories):
        raise ProtocolError(f"{path}: the rows are not the dataset's categories, one each, in its order.")
    rates = _rates(path, [row[1:] for row in rows], len(categories))
    return Crowd(rates=rates, by_item=False, source=f"confusion rates of {path.name}")


def read_answer_counts(path: Path, *, categories: Sequence[str], size: int) -> Crowd:
    """Read a size x K table of answer counts, row i for the item at index i; a header line is optional.

    Raises
    ------
    ProtocolError
        When the number of rows or columns, or a value, does not fit; names the file and the line.
    """
    rows = _read(path)
    if rows[0] == list(categories):
        rows = rows[1:]
    if len(rows) != size:
        raise ProtocolError(f"{path} has {len(rows)} rows of counts; the dataset has {size} items.")
    rates = _rates(path, rows, len(categories))
    return Crowd(rates=rates, by_item=True, source=f"answer counts of {path.name}")


def _read(path: Path) -> list[list[str]]:
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = [row for row in csv.reader(file) if row]
    except (OSError, UnicodeDecodeError) as error:
        raise ProtocolError(f"{path} cannot be read: {error}.") from error
    if not rows:
        raise ProtocolError(f"{path} is empty; it should hold a table of rates or counts.")
    return rows


def _rates(path: Path, rows: list[list[str]], columns: int) -> Rates:
    for number, row in enumerate(rows):
        if len(row) != columns:
            raise ProtocolError(
                f"{path}, row {number}: {len(row)} values; {columns} categories want {columns}."
            )
    try:
        counts = np.array(rows, dtype=np.float64)
    except ValueError as error:
        raise ProtocolError(f"{path}: {error}; every cell should be a number.") from error
    wrong = np.flatnonzero(
        ~np.isfinite(counts).all(axis=1) | (counts < 0).any(axis=1) | (counts.sum(axis=1) <= 0)
    )
    if len(wrong):
        raise ProtocolError(
            f"{path}, row {wrong[0]}: {rows[wrong[0]]} is no row of counts: negative, or all 0."
        )
    rates: Rates = counts / counts.sum(axis=1, keepdims=True)
    return rates
