"""The counted labels as a Parquet file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np

from evaluation.array_types import IntArray
from evaluation.bundle.inputs import LabelRow
from evaluation.render.parquet import Column, parquet_bytes

_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
_MICROSECOND = timedelta(microseconds=1)


def labels_parquet(labels: Sequence[LabelRow], categories: Sequence[str]) -> bytes:
    """Write labels as Parquet: the columns of `labels.csv`, with types.

    Parameters
    ----------
    labels : sequence of LabelRow
        In any order, which is kept.
    categories : sequence of str
        All categories in the dataset's order.

    Returns
    -------
    bytes
        `item` and `response_ms` as integers, `response_ms` null where unknown, `submitted_at` as a moment in
        UTC to the microsecond, `annotator` and `label` as text.

    Examples
    --------
    >>> written = labels_parquet([LabelRow(7, "ann", "cat", None, "2026-11-22T12:00:00.000000Z")], ["cat"])
    >>> written[:4]
    b'PAR1'
    """
    annotators = list(dict.fromkeys(row.annotator for row in labels))
    codes = {name: code for code, name in enumerate(annotators)}
    places = {name: code for code, name in enumerate(categories)}
    response = [row.response_ms for row in labels]
    known = np.array([value is not None for value in response], dtype=np.bool_)
    return parquet_bytes(
        [
            Column("item", "integer", _numbers([row.item for row in labels])),
            Column("annotator", "text", _numbers([codes[row.annotator] for row in labels]), annotators),
            Column("label", "text", _numbers([places[row.label] for row in labels]), categories),
            Column("response_ms", "integer", _numbers([value or 0 for value in response]), known=known),
            Column("submitted_at", "moment", _numbers([_microseconds(row.submitted_at) for row in labels])),
        ]
    )


def _numbers(values: Sequence[int]) -> IntArray:
    return np.array(values, dtype=np.int64)


def _microseconds(moment: str) -> int:
    return (datetime.fromisoformat(moment) - _EPOCH) // _MICROSECOND
