"""A report as report.json."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

from evaluation.report import Report

#: Significant digits of a number. Processors differ in the last bits of a logarithm; that must not change a
#: byte.
DIGITS = 12


def render(report: Report) -> str:
    r"""Write a report as JSON.

    Keys stand in a fixed order, that of the fields of `Report`. What is undefined is null, with the key
    "reason" beside it. Numbers have `DIGITS` significant digits.

    Parameters
    ----------
    report : Report
        From `evaluate`.

    Returns
    -------
    str
        ASCII text that ends with a newline; the same bytes for the same report on any machine.

    Examples
    --------
    >>> from evaluation import EvaluationConfig, LabelTable, evaluate
    >>> table = LabelTable.from_labels([(0, "ann", "cat")], truth=["cat"])
    >>> text = render(evaluate(table, EvaluationConfig(resamples=0)))
    >>> json.loads(text)["accuracy"]["majority"]["value"]
    1.0
    """
    return json.dumps(plain(report), indent=2, allow_nan=False) + "\n"


def plain(value: Any) -> Any:
    """Turn a result into what JSON knows: dicts, lists, text, numbers, None.

    Parameters
    ----------
    value : dataclass, mapping, sequence, array or scalar
        Any part of a report.

    Returns
    -------
    dict, list, str, int, float, bool or None
        A dataclass becomes a dict of its fields. A reason that is None is left out, and so are optional
        fields that a result does not have.

    Examples
    --------
    >>> plain({"share": np.float64(1) / 3, "rows": np.eye(2, dtype=int)})
    {'share': 0.333333333333, 'rows': [[1, 0], [0, 1]]}
    """
    if is_dataclass(value) and not isinstance(value, type):
        return _plain_fields(value)
    if isinstance(value, Mapping):
        return {str(key): plain(entry) for key, entry in value.items()}
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, (list, tuple)):
        return [plain(entry) for entry in value]
    if isinstance(value, (float, np.floating)):
        return float(f"{value:.{DIGITS}g}")
    if isinstance(value, np.integer):
        return int(value)
    return value


def _plain_fields(result: Any) -> dict[str, Any]:
    written = {}
    for entry in fields(result):
        value = getattr(result, entry.name)
        may_miss = entry.name == "reason" or entry.metadata.get("leave_out_if_none")
        if entry.metadata.get("rendered", True) and not (value is None and may_miss):
            written[entry.name] = plain(value)
    return written
