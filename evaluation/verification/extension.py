"""Checks that no item has more labels than it was to get, and that exactly the tied ones were to get more."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from evaluation.bundle.inputs import BundleInputs
from evaluation.bundle.source_files import LABELS, PROTOCOL, STUDY
from evaluation.verification.event_chains import EVENTS, Chains
from evaluation.verification.faults import Fault


def check_extension(inputs: BundleInputs, chains: Chains) -> Iterator[Fault]:
    """Compare the number of every item's labels, and an extension, with the protocol and the events.

    Parameters
    ----------
    inputs : BundleInputs
        The bundle's raw data.
    chains : Chains
        Its record of events. One without any event is compared with nothing.

    Yields
    ------
    Fault
        An item with too many labels, an extension that protocol or events do not know, or other items than
        the tied ones.
    """
    extension = inputs.record.extension
    yield from _number_faults(inputs)
    if not chains.events:
        return
    told = [event.payload or {} for event in chains.of_kind("extended")]
    if len(told) > 1:
        yield Fault(EVENTS, f"tied items were given out again {len(told)} times; it may be done once.")
    if (extension is None) != (not told):
        problem = f"it is not what {EVENTS} tells of an extension."
        yield Fault(STUDY, problem, "key extension", str(len(told)), str(int(extension is not None)))
    if extension is None or not told:
        return
    foreseen = json.loads(inputs.protocol).get("protocol", {}).get("tie_extension")
    for place, expected, found in (
        (PROTOCOL, foreseen, extension.labels_per_item),
        (EVENTS, told[0].get("labels_per_item"), extension.labels_per_item),
        (EVENTS, told[0].get("items"), list(extension.items)),
    ):
        if expected != found:
            yield Fault(STUDY, f"it is not what {place} tells.", "key extension", str(expected), str(found))
    # Whoever was excluded or withdrew may have made the tie, and their labels count no more.
    changed = any(event.kind in ("excluded", "withdrawn") for event in chains.events)
    if not changed and (tied := _tied(inputs)) != list(extension.items):
        yield Fault(
            STUDY, "the items are not those that were tied.", "key extension", str(tied), str(extension.items)
        )


def _number_faults(inputs: BundleInputs) -> Iterator[Fault]:
    """Yield a fault for each item with more labels, or more further labels, than it was to get."""
    record = inputs.record
    k, extension = record.config.labels_per_item, record.extension
    more = dict.fromkeys(extension.items, extension.labels_per_item) if extension else {}
    counts = Counter(row.item for row in inputs.labels)
    for each in record.cant_tell:
        counts[each.item] += each.counted
    for item, count in sorted(counts.items()):
        if count > k + more.get(item, 0):
            problem = f"item {item} has more labels than it was to get."
            yield Fault(LABELS, problem, "", str(k + more.get(item, 0)), str(count))
    further = Counter(label.item for label in extension.labels) if extension else Counter[int]()
    for item, count in sorted(further.items()):
        if count > more.get(item, 0):
            problem = f"item {item} has more further labels than it was to get."
            yield Fault(STUDY, problem, "key extension", str(more.get(item, 0)), str(count))


def _tied(inputs: BundleInputs) -> list[int]:
    """Return the items whose first labels have no unique winner."""
    extension = inputs.record.extension
    further = {(label.item, label.annotator) for label in extension.labels} if extension else set()
    votes: defaultdict[int, Counter[Any]] = defaultdict(Counter)
    for row in inputs.labels:
        if (row.item, row.annotator) not in further:
            votes[row.item][row.label] += 1
    return sorted(
        item for item, counts in votes.items() if list(counts.values()).count(max(counts.values())) > 1
    )
