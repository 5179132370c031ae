"""Checks that protocol, sample and the study's facts tell the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from evaluation.bundle.inputs import BundleInputs
from evaluation.bundle.source_files import PROTOCOL, SAMPLE, STUDY
from evaluation.verification.faults import Fault

#: Field of the facts to where the protocol has it.
_FACTS = {
    "name": ("study", "slug"),
    "rehearsal": ("study", "rehearsal"),
    "dataset": ("dataset", "name"),
    "dataset_checksum": ("dataset", "checksum"),
    "split": ("dataset", "split"),
    "population": ("dataset", "size"),
    "sample_size": ("protocol", "sample_size"),
    "strategy": ("protocol", "strategy"),
    "seed": ("protocol", "seed"),
    "labels_per_item": ("protocol", "redundancy"),
    "tie_rule": ("protocol", "tie_rule"),
}
#: Setting of the evaluation to the fact that it must equal.
_SETTINGS = ("tie_rule", "seed", "labels_per_item", "population")


def check_protocol(inputs: BundleInputs) -> Iterator[Fault]:
    """Compare the frozen protocol with what the report says of it.

    Parameters
    ----------
    inputs : BundleInputs
        The bundle's raw data.

    Yields
    ------
    Fault
        Another hash, another sample, a fact or a setting that is not the protocol's.
    """
    record = inputs.record
    digest = hashlib.sha256(inputs.protocol.encode()).hexdigest()
    if digest != record.facts.protocol_sha256:
        problem = f"its SHA-256 is not the one in {STUDY}."
        yield Fault(PROTOCOL, problem, "", str(record.facts.protocol_sha256), digest)
    document: dict[str, Any] = json.loads(inputs.protocol)
    for name, (part, key) in _FACTS.items():
        expected, found = document.get(part, {}).get(key), getattr(record.facts, name)
        if expected != found:
            yield _fault(f"facts.{name}", f"{part}.{key}", expected, found)
    for name in _SETTINGS:
        expected, found = getattr(record.facts, name), getattr(record.config, name)
        if expected != found:
            yield _fault(f"config.{name}", name, expected, found)
    drawn = sorted(document.get("sample", []))
    sampled = [row.item for row in inputs.sample]
    if drawn != sampled:
        missing = sorted(set(drawn) - set(sampled))[:5]
        beside = sorted(set(sampled) - set(drawn))[:5]
        problem = f"it is not the sample of {PROTOCOL} (missing {missing}, not drawn {beside})."
        yield Fault(SAMPLE, problem)


def _fault(key: str, source: str, expected: Any, found: Any) -> Fault:
    return Fault(STUDY, f"it is not {source} of {PROTOCOL}.", f"key {key}", str(expected), str(found))
