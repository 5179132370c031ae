"""The frozen protocol: one canonical JSON text and its SHA-256."""

import hashlib
import json
from collections.abc import Sequence

from labelling.models import Study

SCHEMA_VERSION = 1


def protocol_text(*, study: Study, sample: Sequence[int], guide: Sequence[int]) -> str:
    """Return the protocol as canonical JSON: sorted keys, no spaces, UTF-8, one newline at the end.

    `sample` and `guide` are the dataset indexes drawn for each role, in drawn order, so the hash fixes them.
    """
    dataset = study.dataset
    document = {
        "schema_version": SCHEMA_VERSION,
        "study": {"slug": study.slug, "rehearsal": study.rehearsal},
        "dataset": {
            "name": dataset.name,
            "split": dataset.split,
            "checksum": dataset.checksum,
            "size": dataset.size,
            "drawn": dataset.drawn,
            "categories": list(dataset.categories.values("name", "description")),
        },
        "protocol": {field: getattr(study, field) for field in Study.PROTOCOL_FIELDS},
        "sample": list(sample),
        "guide": list(guide),
    }
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False) + "\n"


def protocol_hash(text: str) -> str:
    """Return the SHA-256 of a protocol's text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()
