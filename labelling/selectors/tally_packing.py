"""A tally as bytes, and back: compressed arrays that are no code and cannot become any."""

import io
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

import numpy as np

from labelling.selectors.tally import AnnotatorTally, ItemTally, OverviewTally, StudyTally, VoteTally

Array = np.ndarray[Any, np.dtype[Any]]

_PARTS: dict[str, type[ItemTally | AnnotatorTally | VoteTally | OverviewTally]] = {
    "items": ItemTally,
    "annotators": AnnotatorTally,
    "votes": VoteTally,
    "overview": OverviewTally,
}
_NUMBERS = ("labels", "n_categories", "alpha", "pairwise")


def pack(tally: StudyTally) -> bytes:
    """Return the tally as bytes, each array as narrow as its values let it be."""
    arrays = {name: np.array(getattr(tally, name)) for name in _NUMBERS}
    arrays["at"] = np.array(tally.at.astimezone(UTC).replace(tzinfo=None), dtype="datetime64[us]")
    for part, kind in _PARTS.items():
        for field in fields(kind):
            arrays[f"{part}.{field.name}"] = _narrow(getattr(getattr(tally, part), field.name))
    packed = io.BytesIO()
    np.savez_compressed(packed, allow_pickle=False, **arrays)
    return packed.getvalue()


def unpack(packed: bytes) -> StudyTally:
    """Return the tally that was packed. Each part is unpacked when it is asked for."""

    def part(name: str) -> Any:
        kind = _PARTS[name]
        with np.load(io.BytesIO(packed), allow_pickle=False) as arrays:
            return kind(**{field.name: _wide(arrays[f"{name}.{field.name}"]) for field in fields(kind)})

    with np.load(io.BytesIO(packed), allow_pickle=False) as arrays:
        at: datetime = arrays["at"].item().replace(tzinfo=UTC)
        numbers = {name: arrays[name].item() for name in _NUMBERS}
    return StudyTally(at=at, part=part, **numbers)


def _narrow(array: Array) -> Array:
    if array.dtype.kind not in "iu" or not array.size:
        return array
    return array.astype(np.promote_types(np.min_scalar_type(array.min()), np.min_scalar_type(array.max())))


def _wide(array: Array) -> Array:
    """Return whole numbers with 64 bits again, so that nothing that is computed from them overflows."""
    wide = array.astype(np.int64) if array.dtype.kind in "iu" else array
    wide.setflags(write=False)
    return wide
