"""Dataclasses from what JSON kept of them, by the types of their fields."""

from __future__ import annotations

import types
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from evaluation.errors import BadTable

T = TypeVar("T")


def built(kind: type[T], value: Any, place: str) -> T:
    """Build a dataclass from the object that `dataclasses.asdict` and JSON made of it.

    Parameters
    ----------
    kind : type
        The dataclass. Its fields are text, numbers, truth values, None, dataclasses, and tuples and mappings
        of such.
    value : object
        From ``json.loads``.
    place : str
        What to call it in an error, such as "study.json".

    Returns
    -------
    object of type `kind`
        Equal to the one that was written.

    Raises
    ------
    BadTable
        If a field is missing, unknown, or of another type.

    Examples
    --------
    >>> from evaluation.study_facts import StudyFacts
    >>> built(StudyFacts, {**vars(StudyFacts()), "seed": 7}, "study.json").seed
    7
    """
    if not isinstance(value, Mapping):
        raise BadTable(f"{place} is {value!r}, not an object.")
    hints = get_type_hints(kind)
    names = [entry.name for entry in fields(kind) if entry.init]  # type: ignore[arg-type]
    for name in value:
        if name not in names:
            raise BadTable(f"{place} has {name!r}, which is none of its fields.")
    for name in names:
        if name not in value:
            raise BadTable(f"{place} has no {name!r}.")
    return kind(**{name: _value(hints[name], value[name], f"{place}: {name}") for name in names})


def _value(hint: Any, value: Any, place: str) -> Any:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return _one_of(arguments, value, place)
    if is_dataclass(hint) and isinstance(hint, type):
        return built(hint, value, place)
    if isinstance(origin, type) and issubclass(origin, Sequence):
        if not isinstance(value, list):
            raise BadTable(f"{place} is {value!r}, not a list.")
        return tuple(_value(arguments[0], entry, f"{place}[{row}]") for row, entry in enumerate(value))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        if not isinstance(value, Mapping):
            raise BadTable(f"{place} is {value!r}, not an object.")
        return {name: _value(arguments[1], entry, f"{place}.{name}") for name, entry in value.items()}
    if hint is float and type(value) is int:
        return value
    if hint is not Any and type(value) is not hint:
        raise BadTable(f"{place} is {value!r}, which is not of its type.")
    return value


def _one_of(hints: Sequence[Any], value: Any, place: str) -> Any:
    """Take None where it may stand; of other choices the first that fits."""
    if value is None and type(None) in hints:
        return None
    fault: BadTable | None = None
    for hint in hints:
        if hint is not type(None):
            try:
                return _value(hint, value, place)
            except BadTable as error:
                fault = fault or error
    raise fault or BadTable(f"{place} is {value!r}, which is not of its type.")
