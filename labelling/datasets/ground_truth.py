"""Ground truth as the files give it, numbers or names, made into positions of categories."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from labelling.datasets.source import SourceCategory
from labelling.errors import DatasetError


def categories_of(
    numbers: NDArray[np.integer],
    path: Path,
    *,
    known: Sequence[SourceCategory] = (),
    names: Sequence[str] = (),
) -> tuple[SourceCategory, ...]:
    """Return the categories, after checking that every number is a position in them.

    `known` are those of a dataset that the product knows, `names` those that the files give. Without either,
    the numbers are the names. `path` is the file to be named in an error.
    """
    categories = tuple(known) or tuple(SourceCategory(name=name) for name in checked_names(names, path))
    categories = categories or _numbered(numbers, path)
    outside = np.flatnonzero((numbers < 0) | (numbers >= len(categories)))
    if outside.size:
        position = int(outside[0])
        raise DatasetError(
            f"{path}: label {numbers[position]} at position {position} is outside 0-{len(categories) - 1}."
        )
    return categories


def named_categories(
    names: Sequence[object], path: Path, *, known: tuple[SourceCategory, ...] = ()
) -> tuple[SourceCategory, ...]:
    """Return the categories that a file lists, or the known ones where it lists as many.

    For forms whose labels always have names. `path` is the file to be named in an error.
    """
    texts = [name for name in names if isinstance(name, str)]
    if len(texts) < len(names):
        odd = next(name for name in names if not isinstance(name, str))
        raise DatasetError(f"{path}: the category name {odd!r} is no text.")
    if not texts:
        raise DatasetError(f"{path} names no category.")
    checked = checked_names(texts, path)
    if known and len(known) != len(checked):
        raise DatasetError(f"{path} names {len(checked)} categories; the dataset has {len(known)}.")
    return known or tuple(SourceCategory(name=name) for name in checked)


def checked_names(names: Sequence[str], path: Path) -> tuple[str, ...]:
    """Return category names that people can tell apart, or name the one that they cannot."""
    seen: set[str] = set()
    for position, name in enumerate(names):
        if not name.strip() or not name.isprintable():
            raise DatasetError(f"{path}: the name {name!r} of category {position} cannot be shown to people.")
        if len(name) > 100:
            raise DatasetError(f"{path}: the name of category {position} is longer than 100 characters.")
        if name in seen:
            raise DatasetError(f"{path}: two categories are called {name!r}.")
        seen.add(name)
    return tuple(names)


def _numbered(numbers: NDArray[np.integer], path: Path) -> tuple[SourceCategory, ...]:
    """Name categories by number, where every number up to the highest occurs."""
    present = np.unique(numbers)
    if present[0] < 0:
        raise DatasetError(f"{path}: label {present[0]} is below 0. Labels count from 0 without a gap.")
    gaps = np.flatnonzero(present != np.arange(present.size))
    if gaps.size:
        raise DatasetError(
            f"{path}: the labels go up to {present[-1]}, but no item has label {gaps[0]}. "
            "Labels count from 0 without a gap."
        )
    return tuple(SourceCategory(name=str(number)) for number in present)
