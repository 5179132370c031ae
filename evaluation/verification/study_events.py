"""Checks that what a report tells of the study's course is what the record of events has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import zip_longest

from evaluation.bundle.inputs import BundleInputs
from evaluation.bundle.source_files import STUDY
from evaluation.verification.event_chains import EVENTS, STUDY_CHAIN, Chains
from evaluation.verification.faults import Fault

#: The state in which each kind of event leaves a study.
_STATES = {
    "launched": "running",
    "resumed": "running",
    "reopened": "running",
    "extended": "running",
    "paused": "paused",
    "completed": "complete",
    "closed": "closed",
}
#: Kinds that end a study; each is sealed at once.
_ENDS = frozenset({"completed", "closed"})
#: Kinds that a report lists as deviations from the protocol.
_DEVIATIONS = frozenset(
    {"paused", "resumed", "reopened", "closed", "imported", "excluded", "reinstated", "withdrawn"}
    | {"unsealed", "extended"}
)


def check_study_events(inputs: BundleInputs, chains: Chains) -> Iterator[Fault]:
    """Compare the study's state and the deviations with the events.

    Parameters
    ----------
    inputs : BundleInputs
        The bundle's raw data.
    chains : Chains
        Its record of events. One without any event is compared with nothing.

    Yields
    ------
    Fault
        Another state, another reason of an early closing, an end without its seal, a deviation too many or
        too few.
    """
    if not chains.events:
        return
    record = inputs.record
    state, reason = "", ""
    for event in chains.events:
        if event.chain == STUDY_CHAIN and event.kind in _STATES:
            state = _STATES[event.kind]
            reason = str((event.payload or {}).get("reason", "")) if state == "closed" else ""
    for key, expected, found in (
        ("state", state, record.state),
        ("close_reason", reason, record.close_reason),
    ):
        if expected != found:
            yield Fault(STUDY, f"it is not what {EVENTS} tells.", f"key {key}", expected, found)
    yield from _unsealed_ends(chains)
    happened = Counter((event.at, event.kind) for event in chains.events if event.kind in _DEVIATIONS)
    told = Counter((entry.at, entry.kind) for entry in record.facts.deviations or ())
    for (at, kind), _ in sorted((happened - told).items()):
        yield Fault(STUDY, f"it does not tell of the event {kind} at {at}.", "key facts.deviations")
    for (at, kind), _ in sorted((told - happened).items()):
        problem = f"it tells of the event {kind} at {at}, which {EVENTS} does not have."
        yield Fault(STUDY, problem, "key facts.deviations")


def _unsealed_ends(chains: Chains) -> Iterator[Fault]:
    """Yield a fault for each end of the study that no seal follows: without it chains can be cut short."""
    own = [event for event in chains.events if event.chain == STUDY_CHAIN]
    for event, following in zip_longest(own, own[1:]):
        if event.kind in _ENDS and (following is None or following.kind != "sealed"):
            problem = f"the study was {_STATES[event.kind]}, and the seal that is written then is missing."
            yield Fault(EVENTS, problem, f"line {event.line}")
