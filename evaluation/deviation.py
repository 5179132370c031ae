"""A deviation from the protocol: something that happened otherwise than planned, as it was recorded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from evaluation.errors import BadSetting

_FIELDS = {"kind", "at", "text"}


@dataclass(frozen=True)
class Deviation:
    """One deviation.

    Parameters
    ----------
    kind : str
        What it is, such as "closed_early" or "paused".
    at : str
        When, in UTC as in ISO 8601; empty where no moment is known.
    text : str
        One or two sentences for a reader.
    """

    kind: str
    at: str
    text: str


def deviations(told: Any) -> tuple[Deviation, ...]:
    """Read deviations.

    Parameters
    ----------
    told : iterable of Deviation, or of mappings with its fields
        In the order that they happened.

    Returns
    -------
    tuple of Deviation
        The same.

    Raises
    ------
    BadSetting
        If one has another field, or lacks one.

    Examples
    --------
    >>> deviations([{"kind": "paused", "at": "2026-01-02T03:04:05Z", "text": "Paused."}])[0].kind
    'paused'
    """
    return tuple(entry if isinstance(entry, Deviation) else _read(entry) for entry in told)


def _read(told: Any) -> Deviation:
    if not isinstance(told, Mapping) or set(told) != _FIELDS:
        raise BadSetting(f"A deviation has kind, at and text; this one is {told!r}.")
    return Deviation(str(told["kind"]), str(told["at"]), str(told["text"]))
