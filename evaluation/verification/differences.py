"""Where two versions of a file differ: the key in JSON, the line in text, the byte in anything else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice, zip_longest
from typing import Any

from evaluation.verification.faults import Fault

#: Differences told of one file; more of them tell no more.
MOST = 5
_NOT_THERE = "(nothing)"


def differences(name: str, expected: bytes, found: bytes) -> list[Fault]:
    """Compare a file with what it must be, byte for byte.

    Parameters
    ----------
    name : str
        The file's name; its ending tells how to name a place in it.
    expected, found : bytes
        What was computed, and what is there.

    Returns
    -------
    list of Fault
        At most `MOST`; empty where the two are equal.

    Examples
    --------
    >>> print(differences("a.csv", b"x\\n1\\n", b"x\\n2\\n")[0])
    a.csv, line 2: it differs from what the raw labels give.
        expected: 1
        found:    2
    """
    if expected == found:
        return []
    told: list[Fault] = []
    if name.endswith(".json"):
        told = _told(name, _keys(expected, found))
    if not told and _is_text(expected) and _is_text(found):
        told = _told(name, _lines(expected, found))
    return told or _told(name, _bytes(expected, found))


def _told(name: str, places: Iterator[tuple[str, str, str]]) -> list[Fault]:
    problem = "it differs from what the raw labels give."
    return [Fault(name, problem, place, expected, found) for place, expected, found in islice(places, MOST)]


def _keys(expected: bytes, found: bytes) -> Iterator[tuple[str, str, str]]:
    try:
        before, after = json.loads(expected), json.loads(found)
    except (ValueError, RecursionError):  # no JSON any more: the lines tell where
        return
    yield from _differing(before, after, "")


def _differing(expected: Any, found: Any, path: str) -> Iterator[tuple[str, str, str]]:
    if isinstance(expected, dict) and isinstance(found, dict):
        for key in [*expected, *(key for key in found if key not in expected)]:
            place = f"{path}.{key}" if path else str(key)
            if key not in found or key not in expected:
                yield f"key {place}", _json(expected, key), _json(found, key)
            else:
                yield from _differing(expected[key], found[key], place)
    elif isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        for row, (one, other) in enumerate(zip(expected, found, strict=True)):
            yield from _differing(one, other, f"{path}[{row}]")
    elif type(expected) is not type(found) or expected != found:
        yield f"key {path}", json.dumps(expected), json.dumps(found)


def _json(document: dict[str, Any], key: str) -> str:
    return json.dumps(document[key]) if key in document else _NOT_THERE


def _is_text(content: bytes) -> bool:
    return b"\x00" not in content[:1000]


def _lines(expected: bytes, found: bytes) -> Iterator[tuple[str, str, str]]:
    pairs = zip_longest(expected.split(b"\n"), found.split(b"\n"))
    for line, (one, other) in enumerate(pairs, start=1):
        if one != other:
            yield f"line {line}", _shown(one), _shown(other)


def _shown(line: bytes | None) -> str:
    return _NOT_THERE if line is None else line.decode(errors="backslashreplace")


def _bytes(expected: bytes, found: bytes) -> Iterator[tuple[str, str, str]]:
    shared = min(len(expected), len(found))
    low, high = 0, shared  # the first difference lies beyond `low` equal bytes, at `high` at the latest
    while low < high:
        middle = (low + high + 1) // 2
        if expected[:middle] == found[:middle]:
            low = middle
        else:
            high = middle - 1
    yield f"byte {low}", _hexadecimal(expected, low), _hexadecimal(found, low)


def _hexadecimal(content: bytes, begin: int) -> str:
    return content[begin : begin + 16].hex(" ") or f"(the end, after {len(content)} bytes)"
