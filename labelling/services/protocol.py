"""The frozen protocol: one canonical JSON text and its SHA-256."""

import hashlib
import json
from collections.abc import Mapping, Sequence

from labelling.models import Study

SCHEMA_VERSION = 1


def protocol_text(*, study: Study, drawn: Mapping[str, Sequence[int]]) -> str:
    """Return the protocol as canonical JSON: sorted keys, no spaces, UTF-8, one newline at the end.

    `drawn` has the dataset indexes for `sample`, `guide`, `practice` and `gold`, each in drawn order, so that
    the hash fixes them.
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
        **{role: list(indexes) for role, indexes in drawn.items()},
    }
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False) + "\n"


def protocol_hash(text: str) -> str:
    """Return the SHA-256 of a protocol's text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()
