"""Names to integer codes, for labels that are already in memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from evaluation.array_types import IntArray
from evaluation.categories import CategoryIndex
from evaluation.errors import BadTable, listed


class FirstSight(dict[str, int]):
    """Gives every new name the next number: 0, 1, 2, ...

    >>> codes = FirstSight()
    >>> [codes[name] for name in ("b", "a", "b")]
    [0, 1, 0]
    """

    def __missing__(self, name: str) -> int:
        """Number a name that is seen for the first time."""
        self[name] = code = len(self)
        return code


@dataclass(frozen=True)
class CodedLabels:
    """Labels as codes; annotators in the order of first sight."""

    annotators: list[str]
    item_codes: IntArray
    annotator_codes: IntArray
    category_codes: IntArray


def code_truth(truth: Mapping[Any, Any] | Iterable[Any]) -> tuple[list[str], list[str]]:
    """Split ground truth into item ids and category names.

    Parameters
    ----------
    truth : mapping of item to category, iterable of (item, category), or of categories
        Plain categories belong to the items 0, 1, 2, ...

    Returns
    -------
    items, names : list of str
        Both of length N.

    Raises
    ------
    BadTable
        If there is no item, an item stands twice, or its category is None, nan or blank.

    Examples
    --------
    >>> code_truth(["cat", "dog"])
    (['0', '1'], ['cat', 'dog'])
    >>> code_truth({7: "cat"})
    (['7'], ['cat'])
    """
    pairs = list(truth.items()) if isinstance(truth, Mapping) else list(truth)
    if not pairs:
        raise BadTable("There is no ground truth. Give the category of every item.")
    if not isinstance(pairs[0], tuple):
        pairs = list(enumerate(pairs))
    items = [str(item) for item, _ in pairs]
    if len(set(items)) != len(items):
        raise BadTable(f"Items have two ground truths: {listed(_doubles(items))}. Name each item once.")
    missing = [item for item, (_, name) in zip(items, pairs, strict=True) if _is_missing(name)]
    if missing:
        raise BadTable(f"Items have no ground truth: {listed(missing)}. Give a category for each of them.")
    return items, [str(name) for _, name in pairs]


def code_labels(labels: Any, items: Sequence[str], index: CategoryIndex) -> CodedLabels:
    """Turn (item, annotator, category) labels into codes.

    Parameters
    ----------
    labels : iterable of (item, annotator, category), or a tuple of three arrays
        The labels.
    items : sequence of str
        Item ids; their place is their code.
    index : CategoryIndex
        Finds a category from its name or index.

    Returns
    -------
    CodedLabels
        Codes in the order of the labels.

    Raises
    ------
    BadTable
        If a label has an unknown item, an unknown category or a blank annotator.

    Examples
    --------
    >>> index = CategoryIndex(["cat", "dog"], allow_index=False)
    >>> code_labels([("a", "ann", "dog")], ["a"], index).category_codes.tolist()
    [1]
    """
    if isinstance(labels, tuple) and len(labels) == 3 and isinstance(labels[0], np.ndarray):
        labels = zip(*(column.tolist() for column in labels), strict=True)
    item_code = {item: code for code, item in enumerate(items)}
    annotators = FirstSight()
    codes: tuple[list[int], list[int], list[int]] = ([], [], [])
    for number, (item, annotator, name) in enumerate(labels, start=1):
        if str(item) not in item_code:
            raise BadTable(
                f"Label {number} is on item {str(item)!r}, which has no ground truth. "
                "Add it, or drop the label."
            )
        if not str(annotator).strip():
            raise BadTable(f"Label {number} has a blank annotator. Every label needs the id of who gave it.")
        category = index.code(str(name))
        if category is None:
            raise BadTable(f"Label {number} on item {str(item)!r} is {str(name)!r}: {index.refusal()}")
        codes[0].append(item_code[str(item)])
        codes[1].append(annotators[str(annotator)])
        codes[2].append(category)
    arrays = [np.array(code, dtype=np.int64) for code in codes]
    return CodedLabels(list(annotators), *arrays)


def _is_missing(name: Any) -> bool:
    # Only nan differs from itself.
    return name is None or name != name or not str(name).strip()


def _doubles(names: Sequence[str]) -> list[str]:
    seen: set[str] = set()
    return [name for name in names if name in seen or seen.add(name)]  # type: ignore[func-returns-value]
