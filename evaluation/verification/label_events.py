"""Checks that labels and exclusions are those that the record of events tells of."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from evaluation.bundle.inputs import BundleInputs, LabelRow
from evaluation.bundle.source_files import LABELS, SET_ASIDE, STUDY
from evaluation.verification.event_chains import EVENTS, Chains, Told
from evaluation.verification.faults import Fault


def check_label_events(inputs: BundleInputs, chains: Chains) -> Iterator[Fault]:
    """Compare labels and exclusions with the events.

    Parameters
    ----------
    inputs : BundleInputs
        The bundle's raw data.
    chains : Chains
        Its record of events. One without any event is compared with nothing.

    Yields
    ------
    Fault
        A label without its event, an event without its label, an exclusion that one of them does not know.
    """
    if not chains.events and inputs.record.events is None:
        return
    given: dict[tuple[str, int | str], Told] = {}
    for event in chains.of_kind("labelled"):
        if event.payload is not None:
            given[event.chain, _item(event.payload)] = event
    excluded = _excluded(chains)
    files = ((LABELS, inputs.labels, False), (SET_ASIDE, inputs.set_aside, True))
    for file, rows, aside in files:
        for line, row in enumerate(rows, start=2):
            yield from _row_faults(file, line, row, given.pop((row.annotator, row.item), None))
            if (row.annotator in excluded) != aside:
                state = "is not excluded" if aside else "is excluded"
                problem = f"by the events, the annotator {row.annotator} {state}."
                yield Fault(file, problem, f"line {line}")
    yield from _rest_faults(inputs, given, excluded)
    yield from _facts_faults(inputs, chains)


def _item(payload: dict[str, Any]) -> int | str:
    """Return the item that an answer is about; whatever else a doctored event has there, as text."""
    item = payload.get("item")
    return item if type(item) is int else json.dumps(item)


def _excluded(chains: Chains) -> set[str]:
    """Return the annotators who are excluded after the last event."""
    excluded: set[str] = set()
    for event in chains.events:
        if event.kind == "excluded":
            excluded.add(event.chain)
        elif event.kind == "reinstated":
            excluded.discard(event.chain)
    return excluded


def _row_faults(file: str, line: int, row: LabelRow, event: Told | None) -> Iterator[Fault]:
    place = f"line {line}"
    if event is None or event.payload is None:
        yield Fault(file, f"no event tells of this label by {row.annotator} on item {row.item}.", place)
        return
    said = (
        ("label", event.payload.get("label"), row.label),
        ("response_ms", event.payload.get("response_ms"), row.response_ms),
        ("submitted_at", event.payload.get("submitted_at", event.at), row.submitted_at),
    )
    for column, expected, found in said:
        if expected != found:
            problem = f"{column} is another than {EVENTS} has on line {event.line}."
            yield Fault(file, problem, place, str(expected), str(found))


def _rest_faults(
    inputs: BundleInputs, left: dict[tuple[str, int | str], Told], excluded: set[str]
) -> Iterator[Fault]:
    """Compare what no file of labels has: surplus labels, and answers that one cannot tell."""
    yield from _cant_tell_faults(inputs, left)
    surplus = inputs.record.surplus_labels
    if len(left) != surplus:
        lines = ", ".join(str(event.line) for event in list(left.values())[:5])
        problem = "the number of surplus labels is not that of the events whose label no file has"
        told = f"{problem} (lines {lines})." if left else f"{problem}."
        yield Fault(STUDY, told, "key surplus_labels", str(len(left)), str(surplus))
    if len(excluded) != inputs.record.excluded_annotators:
        yield Fault(
            STUDY,
            "the number of excluded annotators is not that of the events.",
            "key excluded_annotators",
            str(len(excluded)),
            str(inputs.record.excluded_annotators),
        )


def _cant_tell_faults(inputs: BundleInputs, left: dict[tuple[str, int | str], Told]) -> Iterator[Fault]:
    """Compare how often one could not tell, item by item; these events are no more among those left."""
    told: Counter[int | str] = Counter()
    for key, event in list(left.items()):
        if event.payload is not None and event.payload.get("label") is None:
            told[_item(event.payload)] += 1
            del left[key]
    recorded: Counter[int | str] = Counter()
    for each in inputs.record.cant_tell:
        recorded[each.item] += each.counted + each.others
    for item in sorted(told.keys() | recorded.keys(), key=str):
        if told[item] != recorded[item]:
            problem = f"how often one could not tell what item {item} is, is not what the events say."
            yield Fault(STUDY, problem, "key cant_tell", str(told[item]), str(recorded[item]))


def _facts_faults(inputs: BundleInputs, chains: Chains) -> Iterator[Fault]:
    """Compare what the report says of the record with the record."""
    told = inputs.record.events
    events, root = sum(length for length, _ in chains.heads.values()), chains.root
    found = (told.events, told.chains, told.root) if told else (0, 0, "(nothing)")
    for name, expected, said in zip(
        ("events", "chains", "root"), (events, len(chains.heads), root), found, strict=True
    ):
        if expected != said:
            yield Fault(STUDY, f"it is not that of {EVENTS}.", f"key events.{name}", str(expected), str(said))
