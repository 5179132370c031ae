"""Simulated people for rehearsals: what they choose and how long they take.

Each image has rates of its own, drawn around those of its ground truth: some images are plain, and some
look like something else to nearly everybody. Each person has a skill that raises or lowers the odds of the
ground truth.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from labelling.errors import ProtocolError

Rates = NDArray[np.float64]

# Standard deviation of a person's skill, in logits: careful people and hasty ones.
SKILL_SPREAD = 0.4

# How far images stray from the rates of their ground truth: the sum of a Dirichlet distribution's parameters.
# With the rates of Fashion-MNIST, this value lets one image in eight end in a tie at three labels, as with
# people; if all images were alike it would be one in six.
IMAGE_CONCENTRATION = 9.0

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

    skill: float
    rng: np.random.Generator

    def choose(self, *, rates: Rates, ground_truth: int) -> int:
        """Return the category that this person chooses for an image with these rates, shape (K,)."""
        odds = rates.copy()
        odds[ground_truth] *= np.exp(self.skill)
        edges = np.cumsum(odds)
        return int(np.searchsorted(edges, self.rng.random() * edges[-1], side="right"))

    def response_ms(self) -> int:
        """Return how long this person takes for the next image, in milliseconds."""
        return int(_MEDIAN_RESPONSE_MS * np.exp(_RESPONSE_SPREAD * self.rng.standard_normal()))


def make_person(*, seed: int, number: int) -> Person:
    """Return the person of this number in the crowd of this seed; always the same one."""
    rng = np.random.Generator(np.random.PCG64([seed, 2, number]))
    return Person(skill=SKILL_SPREAD * rng.standard_normal(), rng=rng)


def image_rates(*, crowd: Crowd, ground_truth: NDArray[np.integer], seed: int) -> Rates:
    """Return each image's own rates, shape (size, K); on average those of its ground truth.

    `ground_truth` has the category of each item of the dataset in its order, shape (size,).
    """
    if crowd.by_item:
        return crowd.rates
    rng = np.random.Generator(np.random.PCG64([seed, 3]))
    rates: Rates = rng.standard_gamma(IMAGE_CONCENTRATION * crowd.rates[ground_truth])
    # A gamma of a tiny rate can be 0 for a whole row; such an image keeps its ground truth's rates.
    sums = rates.sum(axis=1, keepdims=True)
    return np.where(sums > 0, rates / np.where(sums > 0, sums, 1), crowd.rates[ground_truth])


def crowd_of_accuracy(*, accuracy: float, categories: int) -> Crowd:
    """Return a crowd that is right so often on average, and errs to each other category alike.

    Raises
    ------
    ProtocolError
        When the accuracy is no more than guessing reaches, or above 1.
    """
    if not 1 / categories < accuracy <= 1:
        raise ProtocolError(
            f"An accuracy of {accuracy:.1%} cannot be rehearsed with {categories} categories: "
            f"guessing reaches {1 / categories:.1%}. Choose more than that, and 100 % at most."
        )
    rates = np.full((categories, categories), (1 - accuracy) / (categories - 1))
    np.fill_diagonal(rates, accuracy)
    return Crowd(rates=rates, by_item=False, source=f"right {accuracy:.1%} of the time")


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
