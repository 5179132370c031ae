"""Checks that protocol and items are those that the record of events has from the launch."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator

from evaluation.bundle.inputs import BundleInputs
from evaluation.bundle.source_files import PROTOCOL, SAMPLE
from evaluation.verification.event_chains import EVENTS, Chains
from evaluation.verification.faults import Fault


def check_launch(inputs: BundleInputs, chains: Chains) -> Iterator[Fault]:
    """Compare the protocol and the items with the digests that were recorded before the first label.

    Parameters
    ----------
    inputs : BundleInputs
        The bundle's raw data.
    chains : Chains
        Its record of events.

    Yields
    ------
    Fault
        A protocol, a ground truth or pixels that were changed since.
    """
    protocol = hashlib.sha256(inputs.protocol.encode()).hexdigest()
    for event in chains.of_kind("launched"):
        said = event.payload or {}
        where = f"at launch ({EVENTS}, line {event.line})"
        if said.get("protocol_sha256") != protocol:
            problem = f"its SHA-256 is not the one {where}."
            yield Fault(PROTOCOL, problem, "", str(said.get("protocol_sha256")), protocol)
        items = items_sha256(inputs)
        if said.get("sample_sha256") != items:
            problem = f"items, ground truth or pixels are not those {where}."
            yield Fault(SAMPLE, problem, "", str(said.get("sample_sha256")), items)


def items_sha256(inputs: BundleInputs) -> str:
    """Give one digest for all items of a study.

    Parameters
    ----------
    inputs : BundleInputs
        The bundle's raw data.

    Returns
    -------
    str
        SHA-256 of the lines ``role index ground-truth pixels``, by role and in drawn order.
    """
    rows = {row.item: row for row in inputs.sample}
    drawn = [rows[item] for item in json.loads(inputs.protocol).get("sample", []) if item in rows]
    lines = [(other.role, other.item, other.truth, other.pixel_sha256) for other in inputs.record.other_items]
    lines += [("sampled", row.item, row.truth, row.pixel_sha256) for row in drawn]
    # Sorted by role alone, and stable: within a role the order is the drawn one.
    ordered = sorted(lines, key=lambda line: line[0])
    text = "".join(f"{' '.join(map(str, line))}\n" for line in ordered)
    return hashlib.sha256(text.encode()).hexdigest()
