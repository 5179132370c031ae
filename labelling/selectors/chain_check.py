"""Walk the chains of a study's events: is each link whole, and does each seal hold?"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from labelling.models import Event
from labelling.models.event import NOTHING_BEFORE, STUDY_CHAIN, link, sha256
from labelling.selectors.event_record import EventRow

Chains = Mapping[str, Sequence[EventRow]]


@dataclass(frozen=True)
class Fault:
    """Something that is not as it was recorded: where, and what."""

    place: str
    what: str

    def __str__(self) -> str:
        return f"{self.place}: {self.what}"


def chains_of(rows: Sequence[EventRow]) -> dict[str, list[EventRow]]:
    """Group rows, which come chain by chain, by the chain's name."""
    return {chain: list(events) for chain, events in groupby(rows, key=lambda row: row.chain)}


def content(row: EventRow) -> dict[str, Any]:
    """Return what an event says; empty where it was erased or is no JSON object."""
    try:
        said = json.loads(row.payload or "{}")
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def plain(value: Any) -> str | int | float | bool | None:
    """Return a value of a payload that can be compared and counted; a list or an object as its JSON.

    The application writes no such value where a name or a number belongs. Whoever doctors a payload may.
    """
    return value if value is None or isinstance(value, str | int | float) else json.dumps(value)


def chain_faults(chains: Chains) -> Iterator[Fault]:
    """Yield a fault for each link, digest or seal that does not hold."""
    for chain, events in chains.items():
        yield from _link_faults(chain, events)
    for row in chains.get(STUDY_CHAIN, ()):
        if row.kind == Event.Kind.SEALED:
            yield from _seal_faults(row, chains)


def _link_faults(chain: str, events: Sequence[EventRow]) -> Iterator[Fault]:
    previous = NOTHING_BEFORE
    withdrawn = any(row.kind == Event.Kind.WITHDRAWN for row in events)
    for expected, row in enumerate(events):
        place = f"event {row.sequence} of chain {chain}"
        if row.sequence != expected:
            yield Fault(place, f"event {expected} is missing before it")
            return
        if row.payload is None:
            if not withdrawn or row.kind not in Event.ERASED_KINDS:
                yield Fault(place, "its payload is missing, and nobody withdrew")
        elif sha256(row.payload) != row.payload_sha256:
            yield Fault(place, "its payload does not have the digest that was recorded")
        digest = link(
            previous=previous,
            chain=chain,
            sequence=row.sequence,
            at=row.at,
            kind=row.kind,
            payload_sha256=row.payload_sha256,
        )
        if digest != row.sha256:
            yield Fault(place, "it does not follow from the event before it")
        previous = row.sha256


def _seal_faults(seal: EventRow, chains: Chains) -> Iterator[Fault]:
    """Yield a fault for each chain that does not begin with what was sealed of it."""
    place = f"event {seal.sequence} of chain {STUDY_CHAIN}"
    said = content(seal)
    heads = said.get("heads")
    if not isinstance(heads, dict) or not all(map(_is_head, heads.values())):
        yield Fault(place, "it does not name the ends of the chains")
        return
    lines = [f"{chain} {length} {digest}\n" for chain, (length, digest) in sorted(heads.items())]
    if sha256("".join(lines)) != said.get("root"):
        yield Fault(place, "the root is not that of the chains it names")
    for chain, (length, digest) in sorted(heads.items()):
        events = chains.get(chain, ())
        if len(events) < length:
            yield Fault(f"chain {chain}", f"{length} events were sealed, {len(events)} are there")
        elif events[length - 1].sha256 != digest:
            yield Fault(f"chain {chain}", f"its first {length} events are not those that were sealed")


def _is_head(head: Any) -> bool:
    """Tell whether it is the length of a chain and a digest."""
    return (
        isinstance(head, list)
        and len(head) == 2
        and type(head[0]) is int
        and head[0] > 0
        and isinstance(head[1], str)
    )
