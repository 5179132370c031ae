"""Results that others published on a dataset: the benchmark table of the Fashion-MNIST README.

They are accuracies on the whole test set by people who submitted them, checked by nobody. They stand behind
the human result to place it, and are never compared with it item by item.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("published_fashion_mnist.csv")
_SOURCE = (
    "Benchmark table of the Fashion-MNIST README, github.com/zalandoresearch/fashion-mnist, "
    "commit 02cf0676df9403f820db28474248ba7d7d1060bb: the rows with a Fashion-MNIST test accuracy"
)
_DATASET, _SPLIT = "fashion-mnist", "test"
_PEOPLE = "Human Performance"


@dataclass(frozen=True)
class PublishedResult:
    """One row of the table.

    Parameters
    ----------
    classifier, preprocessing : str
        As they stand there.
    accuracy : float
        On the test set, from 0 to 1.
    people : bool
        Whether people gave the answers.
    """

    classifier: str
    preprocessing: str
    accuracy: float
    people: bool


@dataclass(frozen=True)
class Published:
    """The table.

    Parameters
    ----------
    source : str
        Where it stands.
    paired : bool
        Always False: the results are on other items than the labels here.
    results : tuple of PublishedResult
        Those with an accuracy, the most accurate first.
    """

    source: str
    paired: bool
    results: tuple[PublishedResult, ...]


def published(dataset: str | None, split: str | None) -> Published | None:
    """Return the results on a dataset.

    Parameters
    ----------
    dataset, split : str or None
        As in `StudyFacts`.

    Returns
    -------
    Published or None
        None for any other dataset than the test set of Fashion-MNIST.

    Examples
    --------
    >>> len(published("fashion-mnist", "test").results), published("mnist", "test")
    (28, None)
    """
    return _table() if (dataset, split) == (_DATASET, _SPLIT) else None


@cache
def _table() -> Published:
    with _FILE.open(encoding="utf-8", newline="") as file:
        rows = [
            PublishedResult(
                row["classifier"],
                row["preprocessing"],
                float(row["accuracy"]),
                row["classifier"] == _PEOPLE,
            )
            for row in csv.DictReader(file)
        ]
    rows.sort(key=lambda row: (-row.accuracy, row.classifier))
    return Published(_SOURCE, False, tuple(rows))
