"""``python -m evaluation.report_schema``: JSON Schema of report.json, from the classes it is written from."""

from __future__ import annotations

import json
import re
import sys
import types
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import numpy as np

from evaluation.report import SCHEMA_VERSION, Report

_PLAIN: Mapping[Any, dict[str, Any]] = {
    int: {"type": "integer"},
    float: {"type": "number"},
    str: {"type": "string"},
    bool: {"type": "boolean"},
    type(None): {"type": "null"},
    Any: {},
}
_PARAMETER = re.compile(r"^    (\w[\w, ]*) : (.*)$")


def report_schema(*, strict: bool = False) -> dict[str, Any]:
    """Describe report.json as it is written by `evaluation.render.json`.

    Parameters
    ----------
    strict : bool
        Whether a key that is not described is a fault. In the published schema it is none: keys may be added
        without a new schema version.

    Returns
    -------
    dict
        JSON Schema, draft 2020-12. Descriptions are those of the classes' documentation.

    Examples
    --------
    >>> schema = report_schema()
    >>> schema["properties"]["schema_version"]
    {'const': 1}
    """
    definitions: dict[str, Any] = {}
    body = _object(Report, definitions, strict=strict)
    body["properties"]["schema_version"] = {"const": SCHEMA_VERSION}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "report.json of a human baseline",
        **body,
        "$defs": dict(sorted(definitions.items())),
    }


def schema_text() -> str:
    """Write the schema as it is published.

    Returns
    -------
    str
        JSON that ends with a newline.

    Examples
    --------
    >>> schema_text().endswith("}\\n")
    True
    """
    return json.dumps(report_schema(), indent=2, ensure_ascii=False) + "\n"


def _object(kind: Any, definitions: dict[str, Any], *, strict: bool) -> dict[str, Any]:
    """Describe a dataclass: the fields that are written, and those that may be left out."""
    hints, told = get_type_hints(kind), _descriptions(kind)
    properties, required = {}, []
    for entry in fields(kind):
        if not entry.metadata.get("rendered", True):
            continue
        described = _described(hints[entry.name], definitions, strict=strict)
        if entry.name in told:
            described = {**described, "description": told[entry.name]}
        properties[entry.name] = described
        if entry.name != "reason" and not entry.metadata.get("leave_out_if_none"):
            required.append(entry.name)
    summary = (kind.__doc__ or "").strip().splitlines()[0]
    body: dict[str, Any] = {"type": "object", "description": summary, "properties": properties}
    if required:
        body["required"] = required
    if strict:
        body["additionalProperties"] = False
    return body


def _described(hint: Any, definitions: dict[str, Any], *, strict: bool) -> dict[str, Any]:
    origin, arguments = get_origin(hint), get_args(hint)
    if hint in _PLAIN:
        return dict(_PLAIN[hint])
    if is_dataclass(hint):
        name = getattr(hint, "__name__", "")
        if name not in definitions:
            definitions[name] = {}  # holds the place of a class that refers to itself
            definitions[name] = _object(hint, definitions, strict=strict)
        return {"$ref": f"#/$defs/{name}"}
    if origin in (Union, types.UnionType):
        return {"anyOf": [_described(one, definitions, strict=strict) for one in arguments]}
    if origin is Literal:
        return {"enum": list(arguments)}
    if isinstance(origin, type) and issubclass(origin, np.ndarray):
        return {"type": "array", "items": {"type": ["number", "null", "array"]}}
    if isinstance(origin, type) and issubclass(origin, Mapping):
        entry = _described(arguments[1], definitions, strict=strict)
        return {"type": "object", "additionalProperties": entry}
    if isinstance(origin, type) and issubclass(origin, Sequence):
        return {"type": "array", "items": _described(arguments[0], definitions, strict=strict)}
    raise TypeError(f"report.json has no form for {hint!r}. Say in evaluation/report_schema.py what it is.")


def _descriptions(kind: Any) -> dict[str, str]:
    """Take the fields' descriptions from a class's documentation."""
    told: dict[str, str] = {}
    names: list[str] = []
    for line in (kind.__doc__ or "").splitlines():
        match = _PARAMETER.match(line)
        if match:
            names = [name.strip() for name in match[1].split(",")]
        elif line.startswith("        ") and names:
            for name in names:
                told[name] = f"{told.get(name, '')} {line.strip()}".strip()
        elif line.strip():
            names = []
    return told


if __name__ == "__main__":
    sys.stdout.write(schema_text())
