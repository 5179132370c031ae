"""A study's protocol as a file: written from any study, read into a draft.

The file is the protocol's canonical JSON, as it is hashed at launch and as the bundle has it. That of a draft
lacks what only the launch draws. A file is read whole or refused whole.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, NoReturn

from django.db import models

from labelling.errors import ProtocolError, ProtocolFileError
from labelling.models import Dataset, Study
from labelling.services.drafts import free_slug
from labelling.services.protocol import SCHEMA_VERSION, protocol_text
from labelling.services.studies import create_study

#: No protocol is larger: the indexes of a sample of half a million images fit.
LARGEST_FILE = 4_000_000
# What a launch draws. It stands in the file of a launched study, and follows from the seed.
_DRAWN = ("sample", "guide", "practice", "gold")
_STUDY = {"slug": str, "rehearsal": bool}
_DATASET = {"name": str, "split": str, "checksum": str, "size": int, "drawn": bool, "categories": list}
_CALLED = {str: "a text", int: "a whole number", bool: "true or false", list: "a list", dict: "an object"}


def protocol_file(*, study: Study) -> str:
    """Return the study's protocol as a file: as it was frozen, or as it stands in a draft."""
    return study.protocol or protocol_text(study=study, drawn={})


def import_protocol(*, content: bytes, title: str, now: datetime, by: str = "") -> Study:
    """Make a draft with the protocol of a file. An empty title takes the file's.

    The seed is the file's, so that the same dataset gives the same sample. The event of the draft's creation
    names the file by its SHA-256.

    Raises
    ------
    ProtocolFileError
        With the key, its value and the way out, when the file is no protocol, or its dataset is not here.
    """
    document = _read(content)
    dataset = _dataset(_object(document, "dataset", _DATASET))
    _object(document, "study", _STUDY)
    protocol = _protocol(document)
    protocol["title"] = title or protocol["title"]
    try:
        return create_study(
            dataset=dataset,
            slug=free_slug(title=protocol["title"]),
            now=now,
            by=by,
            origin=f"protocol file, SHA-256 {hashlib.sha256(content).hexdigest()}",
            **protocol,
        )
    except ProtocolError as error:
        raise ProtocolFileError(
            f"The protocol of this file cannot be carried out. {error} Mend the file, or plan the study anew."
        ) from error


def _read(content: bytes) -> dict[str, Any]:
    if len(content) > LARGEST_FILE:
        raise ProtocolFileError(
            f"The file has {len(content):,} bytes; a protocol has {LARGEST_FILE:,} at most. Choose the file "
            "protocol.json of a study or of its bundle."
        )
    try:
        document = json.loads(content.decode(), object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        # What our own hooks refuse is said in their words.
        raise ProtocolFileError(
            f"The file is not JSON in UTF-8: {error}. Choose the file protocol.json of a study or of its "
            "bundle."
        ) from error
    if not isinstance(document, dict):
        raise ProtocolFileError(
            f"The file holds {_kind(document)}, not an object with schema_version, study, dataset and "
            "protocol."
        )
    version = document.get("schema_version")
    if version != SCHEMA_VERSION or isinstance(version, bool):
        raise ProtocolFileError(
            f"schema_version is {_shown(version)}; this version of the program reads {SCHEMA_VERSION}. "
            "Export the protocol again with the same version of the program as here."
        )
    _no_others("", document, ("schema_version", "study", "dataset", "protocol", *_DRAWN))
    for text in _texts(document):
        if "\x00" in text or any("\ud800" <= sign <= "\udfff" for sign in text):
            raise ProtocolFileError(
                f"{_shown(text)} holds a sign that no database keeps: a zero byte or half a character. "
                "Remove it."
            )
    for role in _DRAWN:
        if not isinstance(document.get(role, []), list):
            _wrong(role, document[role], "has to be a list of the indexes drawn, or left out")
    return document


def _once(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the key {key[:60]!r} stands twice")
        found[key] = value
    return found


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number in JSON")


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for pair in value.items() for part in pair for text in _texts(part))
    elif isinstance(value, list):
        yield from (text for part in value for text in _texts(part))


def _object(document: Mapping[str, Any], name: str, keys: Mapping[str, type]) -> dict[str, Any]:
    """Return one of the file's objects once it has just the keys that it should, each of its kind."""
    part = document.get(name)
    if not isinstance(part, dict):
        _wrong(name, part, "has to be an object")
    _no_others(f"{name}.", part, tuple(keys))
    for key, kind in keys.items():
        if type(part.get(key)) is not kind:
            _wrong(f"{name}.{key}", part.get(key), f"has to be {_CALLED[kind]}", missing=key not in part)
    return part


def _dataset(told: Mapping[str, Any]) -> Dataset:
    """Return the dataset of a file, when it is here and the same in name, categories and checksum."""
    called = f"{told['name'][:60]} ({told['split'][:30]})"
    dataset = Dataset.objects.filter(name=told["name"], split=told["split"]).first()
    if dataset is None:
        raise ProtocolFileError(
            f"dataset.name is {told['name'][:60]!r}, dataset.split {told['split'][:30]!r}: this dataset is "
            "not imported here. Import it first with manage.py import_dataset, then choose the file again."
        )
    ours = list(dataset.categories.order_by("position").values_list("name", flat=True))
    theirs = [entry.get("name") if isinstance(entry, dict) else entry for entry in told["categories"]]
    if theirs != ours:
        raise ProtocolFileError(f"dataset.categories of {called} differ: {_first_difference(theirs, ours)}.")
    if told["checksum"] != dataset.checksum:
        raise ProtocolFileError(
            f"dataset.checksum of {called} is {told['checksum'][:64]!r}; the one imported here has "
            f"{dataset.checksum!r}: other images or another ground truth. Import the same data, or plan the "
            "study anew on these."
        )
    return dataset


def _first_difference(theirs: list[Any], ours: list[str]) -> str:
    for place, (their, our) in enumerate(zip(theirs, ours, strict=False)):
        if their != our:
            return (
                f"number {place} is {_shown(their)} in the file and {our!r} here. A protocol goes with the "
                "categories that it was made for; import the dataset that has them"
            )
    return (
        f"the file has {len(theirs)}, the dataset here {len(ours)}. A protocol goes with the categories that "
        "it was made for; import the dataset that has them"
    )


def _protocol(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the protocol once it has just the fields of one, each of its kind; ranges are checked later."""
    protocol = document.get("protocol")
    if not isinstance(protocol, dict):
        _wrong("protocol", protocol, "has to be an object")
    _no_others("protocol.", protocol, Study.PROTOCOL_FIELDS)
    for name in Study.PROTOCOL_FIELDS:
        field = Study._meta.get_field(name)  # noqa: SLF001 - Django documents it
        value = protocol.get(name)
        kind = _kind_of(field)
        if name in protocol and value is None and field.null:
            continue
        if type(value) is not kind:
            or_nothing = ", or null" if field.null else ""
            _wrong(
                f"protocol.{name}",
                value,
                f"has to be {_CALLED[kind]}{or_nothing}",
                missing=name not in protocol,
            )
    return dict(protocol)


def _kind_of(field: Any) -> type:
    if isinstance(field, models.BooleanField):
        return bool
    if isinstance(field, models.IntegerField):
        return int
    return list if isinstance(field, models.JSONField) else str


def _no_others(where: str, part: Mapping[str, Any], keys: Iterable[str]) -> None:
    known = tuple(keys)
    for key in part:
        if key not in known:
            raise ProtocolFileError(
                f"{where}{key[:60]} is unknown here, with the value {_shown(part[key])}. Known are "
                f"{', '.join(known)}. Remove it, or use the version of the program that wrote it."
            )


def _wrong(key: str, value: Any, wanted: str, *, missing: bool = False) -> NoReturn:
    what = "is missing" if missing else f"is {_shown(value)}"
    raise ProtocolFileError(f"{key} {what}; it {wanted}. Mend the file, or export it again.")


def _kind(value: Any) -> str:
    return _CALLED.get(type(value), "a number" if isinstance(value, float) else "null")


def _printable(value: Any) -> bool:
    return all(text.isprintable() for text in _texts(value))


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=not _printable(value))
    return text if len(text) <= 80 else f"{text[:79]}…"
