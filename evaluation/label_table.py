"""The table that every statistic starts from: who gave which category to which item."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from evaluation.array_types import FloatArray, IntArray
from evaluation.categories import CategoryIndex, natural_order
from evaluation.counting import label_counts
from evaluation.errors import BadTable, listed
from evaluation.label_coding import code_labels, code_truth

# The order of the arrays in the fingerprint; a change here needs a new version in its first line.
_FINGERPRINT_HEADER = b"evaluation label table 1\n"


@dataclass(frozen=True, eq=False)
class LabelTable:
    """Labels and ground truth as integer codes, in one canonical order.

    Make one with `from_labels` (names) or `from_codes` (arrays); both sort, so that the order of the rows
    changes nothing. Items are sorted naturally (as numbers where all ids are integers), annotators too,
    labels by (item, annotator). Annotators without a label are left out. Categories keep the order that they
    were given in.

    Parameters
    ----------
    items : tuple of str
        Item ids, N of them. An item may have no label yet.
    annotators : tuple of str
        Annotator ids, A of them.
    categories : tuple of str
        Category names, K of them.
    truth : int array, shape (N,)
        Code of the ground truth of every item.
    item_codes, annotator_codes, category_codes : int arrays, shape (L,)
        One entry a label.
    response_ms : float array, shape (L,), or None
        Time to answer in milliseconds; nan where it is not known.
    strata : int array, shape (N,), or None
        Code of every item's stratum in a stratified sample.
    stratum_names : tuple of str
        Names of the strata.

    Raises
    ------
    BadTable
        If shapes do not match, a code is out of range, or an annotator has two labels on one item.

    Examples
    --------
    >>> labels = [("2", "ann", "dog"), ("1", "ann", "cat")]
    >>> table = LabelTable.from_labels(labels, truth={"1": "cat", "2": "cat"}, categories=["cat", "dog"])
    >>> table.items, table.item_codes.tolist(), table.category_codes.tolist()
    (('1', '2'), [0, 1], [0, 1])
    """

    items: tuple[str, ...]
    annotators: tuple[str, ...]
    categories: tuple[str, ...]
    truth: IntArray
    item_codes: IntArray
    annotator_codes: IntArray
    category_codes: IntArray
    response_ms: FloatArray | None = None
    strata: IntArray | None = None
    stratum_names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name, size, limit in (
            ("truth", len(self.items), len(self.categories)),
            ("item_codes", self.n_labels, len(self.items)),
            ("annotator_codes", self.n_labels, len(self.annotators)),
            ("category_codes", self.n_labels, len(self.categories)),
            ("strata", len(self.items), len(self.stratum_names)),
        ):
            if getattr(self, name) is not None:
                object.__setattr__(self, name, _checked_codes(name, getattr(self, name), size, limit))
        if self.response_ms is not None:
            object.__setattr__(self, "response_ms", _checked_times(self.response_ms, self.n_labels))
        self._check_order()

    def _check_order(self) -> None:
        place = self.item_codes * max(len(self.annotators), 1) + self.annotator_codes
        step = np.diff(place)
        if (step > 0).all():
            return
        if (step < 0).any():
            raise BadTable(
                "The labels are not sorted by item and annotator. Use LabelTable.from_codes, which sorts."
            )
        first = int(np.flatnonzero(step == 0)[0])
        raise BadTable(
            f"Annotator {self.annotators[self.annotator_codes[first]]!r} has two labels on item "
            f"{self.items[self.item_codes[first]]!r}. Keep one label for each item and annotator."
        )

    @property
    def n_items(self) -> int:
        """Number of items N, with and without labels."""
        return len(self.items)

    @property
    def n_labels(self) -> int:
        """Number of labels L."""
        return len(self.item_codes)

    @property
    def n_annotators(self) -> int:
        """Number of annotators A with at least one label."""
        return len(self.annotators)

    @property
    def n_categories(self) -> int:
        """Number of categories K."""
        return len(self.categories)

    @cached_property
    def counts(self) -> IntArray:
        """Labels of every item for every category, shape (N, K)."""
        counts = label_counts(self.item_codes, self.category_codes, self.n_items, self.n_categories)
        counts.setflags(write=False)
        return counts

    @cached_property
    def sha256(self) -> str:
        """Fingerprint of everything in the table.

        It is the SHA-256 of the line ``evaluation label table 1``, then one line of JSON (ASCII, no spaces)
        for each of categories, items, annotators and stratum names, then for each of truth, item codes,
        annotator codes, category codes and strata a line with its length and its values as little-endian
        64-bit integers, and the same for the response times as little-endian 64-bit floats. A missing array
        has the line ``-``.
        """
        digest = hashlib.sha256(_FINGERPRINT_HEADER)
        for names in (self.categories, self.items, self.annotators, self.stratum_names):
            digest.update(json.dumps(names, separators=(",", ":")).encode("ascii") + b"\n")
        codes = (self.truth, self.item_codes, self.annotator_codes, self.category_codes, self.strata)
        for array, kind in (*((code, "<i8") for code in codes), (self.response_ms, "<f8")):
            if array is None:
                digest.update(b"-\n")
                continue
            digest.update(f"{len(array)}\n".encode("ascii"))
            digest.update(np.ascontiguousarray(array.astype(kind)).data)
        return digest.hexdigest()

    @classmethod
    def from_labels(
        cls,
        labels: Iterable[tuple[Any, Any, Any]],
        truth: Mapping[Any, Any] | Iterable[Any],
        categories: Sequence[str] | None = None,
        response_ms: Iterable[float | None] | None = None,
        strata: Mapping[Any, str] | None = None,
    ) -> LabelTable:
        """Build a table from names.

        Parameters
        ----------
        labels : iterable of (item, annotator, category), or a tuple of three arrays
            One entry a label. Ids may be text or integers. A category is a name, or its index in
            `categories`.
        truth : mapping of item to category, iterable of (item, category), or of categories
            Ground truth of every item. Plain categories belong to the items 0, 1, 2, ...
        categories : sequence of str, optional
            The categories in the dataset's order. Without it the categories of the ground truth are the list,
            sorted.
        response_ms : iterable of float or None, optional
            Milliseconds for each label, in the order of `labels`; None or nan where missing.
        strata : mapping of item to str, optional
            The stratum of every item.

        Returns
        -------
        LabelTable
            The table in canonical order.

        Raises
        ------
        BadTable
            If a label has an unknown item or category, or an annotator has two labels on one item.

        Examples
        --------
        >>> labels = [(0, "ann", "dog"), (0, "bob", 0)]
        >>> table = LabelTable.from_labels(labels, truth=["cat"], categories=["cat", "dog"])
        >>> table.counts.tolist()
        [[1, 1]]
        """
        items, truth_names = code_truth(truth)
        index = CategoryIndex(
            natural_order(set(truth_names)) if categories is None else categories,
            allow_index=categories is not None,
        )
        coded = code_labels(labels, items, index)
        return cls.from_codes(
            items=items,
            annotators=coded.annotators,
            categories=index.names,
            truth=[_category_code(index, name, item) for name, item in zip(truth_names, items, strict=True)],
            item_codes=coded.item_codes,
            annotator_codes=coded.annotator_codes,
            category_codes=coded.category_codes,
            response_ms=None if response_ms is None else _times(response_ms),
            strata=None if strata is None else _strata_names(strata, items),
        )

    @classmethod
    def from_codes(
        cls,
        *,
        items: Sequence[str],
        annotators: Sequence[str],
        categories: Sequence[str],
        truth: Any,
        item_codes: Any,
        annotator_codes: Any,
        category_codes: Any,
        response_ms: FloatArray | None = None,
        strata: Sequence[str] | None = None,
    ) -> LabelTable:
        """Build a table from integer codes, in any order.

        Parameters
        ----------
        items, annotators, categories : sequence of str
            Names that the codes point to.
        truth : int array, shape (N,)
            Ground truth of every item.
        item_codes, annotator_codes, category_codes : int arrays, shape (L,)
            One entry a label.
        response_ms : float array, shape (L,), optional
            Milliseconds, nan where missing.
        strata : sequence of str, length N, optional
            Name of every item's stratum.

        Returns
        -------
        LabelTable
            The table in canonical order.

        Raises
        ------
        BadTable
            If shapes or codes are wrong, an id stands twice, or an annotator has two labels on one item.

        Examples
        --------
        >>> LabelTable.from_codes(items=["b", "a"], annotators=["ann"], categories=["x", "y"], truth=[0, 1],
        ...                       item_codes=[0], annotator_codes=[0], category_codes=[1]).truth.tolist()
        [1, 0]
        """
        truth = np.asarray(truth, dtype=np.int64)
        codes = [_checked_codes("item_codes", item_codes, len(item_codes), len(items))]
        codes += [_checked_codes("annotator_codes", annotator_codes, len(codes[0]), len(annotators))]
        codes += [np.asarray(category_codes, dtype=np.int64)]
        times = None if response_ms is None else np.asarray(response_ms, dtype=np.float64)
        item_names, item_order, item_rank = _ranked("item", items)
        used = np.bincount(codes[1], minlength=len(annotators)) > 0
        annotator_names, _, annotator_rank = _ranked("annotator", annotators, used)
        codes[0], codes[1] = item_rank[codes[0]], annotator_rank[codes[1]]
        place = codes[0] * max(len(annotator_names), 1) + codes[1]
        if (np.diff(place) < 0).any():
            order = np.argsort(place, kind="stable")
            codes = [code[order] if len(code) == len(order) else code for code in codes]
            times = times[order] if times is not None and len(times) == len(order) else times
        stratum_names = () if strata is None else tuple(natural_order(set(strata)))
        stratum_code = {name: code for code, name in enumerate(stratum_names)}
        return cls(
            items=item_names,
            annotators=annotator_names,
            categories=tuple(categories),
            truth=truth[item_order] if len(truth) == len(items) else truth,
            item_codes=codes[0],
            annotator_codes=codes[1],
            category_codes=codes[2],
            response_ms=times,
            strata=None if strata is None else np.array([stratum_code[name] for name in strata])[item_order],
            stratum_names=stratum_names,
        )


def _checked_codes(name: str, values: Any, size: int, limit: int) -> IntArray:
    codes = np.array(values, dtype=np.int64)
    if codes.shape != (size,):
        raise BadTable(f"{name} has the shape {codes.shape}; it needs ({size},), one entry each.")
    if codes.size and not (codes.min() >= 0 and codes.max() < limit):
        bad = codes[(codes < 0) | (codes >= limit)][0]
        raise BadTable(f"{name} has the code {bad}; codes go from 0 to {limit - 1}.")
    codes.setflags(write=False)
    return codes


def _checked_times(values: Any, size: int) -> FloatArray:
    times = np.array(values, dtype=np.float64)
    if times.shape != (size,):
        raise BadTable(f"response_ms has the shape {times.shape}; it needs ({size},), one entry a label.")
    bad = times[(times < 0) | np.isinf(times)]
    if bad.size:
        raise BadTable(
            f"response_ms has the value {bad[0]}; give milliseconds from 0 up, or nan where it is not known."
        )
    # One bit pattern for "missing", so that the fingerprint does not depend on where the nan came from.
    times[np.isnan(times)] = np.nan
    times.setflags(write=False)
    return times


def _times(response_ms: Iterable[float | None]) -> FloatArray:
    return np.array([np.nan if time is None else time for time in response_ms], dtype=np.float64)


def _ranked(kind: str, names: Sequence[str], used: Any = None) -> tuple[tuple[str, ...], IntArray, IntArray]:
    """Sort the names; give them, the old place of each new one, and the new place of each old one."""
    kept = range(len(names)) if used is None else np.flatnonzero(used).tolist()
    place = {names[old]: old for old in kept}
    if len(place) != len(kept):
        doubles = natural_order({names[old] for old in kept if place[names[old]] != old})
        raise BadTable(f"The {kind} ids stand twice: {listed(doubles)}. Name each {kind} once.")
    ordered = tuple(natural_order(place))
    order = np.array([place[name] for name in ordered], dtype=np.int64)
    rank = np.full(len(names), -1, dtype=np.int64)
    rank[order] = np.arange(len(order))
    return ordered, order, rank


def _category_code(index: CategoryIndex, name: str, item: str) -> int:
    code = index.code(name)
    if code is None:
        raise BadTable(f"Ground truth {name!r} of item {item!r}: {index.refusal()}")
    return code


def _strata_names(strata: Mapping[Any, str], items: Sequence[str]) -> list[str]:
    names = {str(item): str(stratum) for item, stratum in strata.items()}
    missing = [item for item in items if item not in names]
    if missing:
        raise BadTable(f"Items without a stratum: {listed(missing)}. Give the stratum of every item.")
    return [names[item] for item in items]
