"""Checks the record of events: each chain's links, each payload's digest, each seal.

Written from the format in docs/report.md alone, beside the code that writes the record, so that a mistake
there is not repeated here.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from sys import intern
from typing import Any

from evaluation.verification.faults import Fault

EVENTS = "events.jsonl"
STUDY_CHAIN = "study"
_FIRST = "0" * 64
# A withdrawal erases answers and what followed from them; what is written about a person is not published.
_MAY_BE_NULL = frozenset(
    {"labelled", "checked", "screened", "practised", "turned_away", "excluded", "reinstated"}
)
_KEYS = {"at", "chain", "kind", "payload", "payload_sha256", "sequence", "sha256"}


@dataclass(frozen=True, slots=True)
class Told:
    """What an event says.

    Parameters
    ----------
    line : int
        Its line in the file, from 1.
    chain, kind, at : str
        As in the file.
    payload : dict or None
        Without its salt; None where a withdrawal erased it, or where it is not published.
    """

    line: int
    chain: str
    kind: str
    at: str
    payload: dict[str, Any] | None


@dataclass
class Chains:
    """A record of events that was read.

    Parameters
    ----------
    events : list of Told
        Events that can be read, in the order of the file.
    heads : dict of str to (int, str)
        Length and last digest of every chain, by its name.
    faults : list of Fault
        What is wrong with the links and payloads.
    """

    events: list[Told] = field(default_factory=list)
    heads: dict[str, tuple[int, str]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    _digests: dict[str, list[str]] = field(default_factory=dict, repr=False)

    @property
    def root(self) -> str:
        """SHA-256 over all chains, the study's own among them."""
        return root_of(self.heads)

    def of_kind(self, kind: str) -> Iterator[Told]:
        """Yield the events of one kind."""
        return (event for event in self.events if event.kind == kind)

    def digest(self, chain: str, length: int) -> str | None:
        """Return the digest of a chain's event after so many, or None where the chain is shorter."""
        digests = self._digests.get(chain, [])
        return digests[length - 1] if 0 < length <= len(digests) else None

    def add(self, chain: str, digest: str) -> None:
        """Remember the digest that the next event of a chain must follow."""
        self._digests.setdefault(chain, []).append(digest)
        self.heads[chain] = (len(self._digests[chain]), digest)


def root_of(heads: dict[str, tuple[int, str]]) -> str:
    """Give one digest for the ends of several chains.

    Parameters
    ----------
    heads : dict of str to (int, str)
        Length and last digest by the chain's name.

    Returns
    -------
    str
        SHA-256 of the lines ``chain length digest`` in the order of the names.

    Examples
    --------
    >>> root_of({})[:8]
    'e3b0c442'
    """
    lines = "".join(f"{chain} {length} {digest}\n" for chain, (length, digest) in sorted(heads.items()))
    return _sha256(lines)


def read_chains(content: bytes) -> Chains:
    """Read a record of events, and check every link and every payload.

    Parameters
    ----------
    content : bytes
        Of `events.jsonl`.

    Returns
    -------
    Chains
        With a fault for every line that is not as it must be.
    """
    chains = Chains()
    last_place = ("", -1)
    if content and not content.endswith(b"\n"):
        chains.faults.append(Fault(EVENTS, "the last line has no end."))
    for number, line in enumerate(io.BytesIO(content), start=1):
        event = _event(line.removesuffix(b"\n"))
        if event is None:
            shown = line.decode(errors="backslashreplace").rstrip("\n")
            chains.faults.append(_fault(number, "it is no event in canonical JSON.", found=shown))
            continue
        # The study's own chain first, then the annotators' by name, each in its order.
        place = ("" if event["chain"] == STUDY_CHAIN else event["chain"], event["sequence"])
        if place <= last_place:
            chains.faults.append(_fault(number, "the event does not stand in its place."))
        last_place = place
        _check(event, number, chains)
        chains.events.append(_told(event, number))
    for told in chains.of_kind("sealed"):
        chains.faults += _seal_faults(told, chains)
    return chains


def _event(line: bytes) -> dict[str, Any] | None:
    """Return the event of a line, or None where it is none or is written otherwise than it must be."""
    try:
        text = line.decode()
        event = json.loads(text)
        canonical = _canonical(event) == text
    except (ValueError, RecursionError):
        return None
    if not canonical or not isinstance(event, dict) or set(event) != _KEYS:
        return None
    texts = all(isinstance(event[key], str) for key in _KEYS - {"payload", "sequence"})
    payload = event["payload"] is None or isinstance(event["payload"], dict)
    return event if texts and payload and type(event["sequence"]) is int else None


def _told(event: dict[str, Any], line: int) -> Told:
    """Keep what an event says, texts that come again and again once: a large study has many events."""
    payload = event["payload"]
    if payload is not None:
        payload.pop("salt", None)
        payload = {key: intern(value) if type(value) is str else value for key, value in payload.items()}
    return Told(line, intern(event["chain"]), intern(event["kind"]), event["at"], payload)


def _check(event: dict[str, Any], line: int, chains: Chains) -> None:
    chain, sequence = event["chain"], event["sequence"]
    length, previous = chains.heads.get(chain, (0, _FIRST))
    if sequence != length:
        chains.faults.append(
            _fault(line, f"the chain {chain} does not go on with this event.", str(length), str(sequence))
        )
    if event["payload"] is None:
        if event["kind"] not in _MAY_BE_NULL:
            chains.faults.append(_fault(line, "an event of this kind says something, and this one does not."))
    elif (digest := _sha256(_canonical(event["payload"]))) != event["payload_sha256"]:
        problem = "the payload's SHA-256 is another."
        chains.faults.append(_fault(line, problem, event["payload_sha256"], digest))
    linked = (previous, chain, str(sequence), event["at"], event["kind"], event["payload_sha256"])
    digest = _sha256("\n".join(linked) + "\n")
    if digest != event["sha256"]:
        chains.faults.append(
            _fault(line, f"the event does not follow the one before it in {chain}.", digest, event["sha256"])
        )
    chains.add(chain, event["sha256"])


def _seal_faults(seal: Told, chains: Chains) -> Iterator[Fault]:
    """Compare a seal with the chains that it was laid on; they may have grown since."""
    payload = seal.payload or {}
    heads = payload.get("heads")
    if not isinstance(heads, dict) or not all(_is_head(head) for head in heads.values()):
        yield _fault(seal.line, "the seal does not name the chains' ends.")
        return
    for chain, (length, digest) in sorted(heads.items()):
        found = chains.digest(chain, length)
        if found != digest:
            problem = f"the chain {chain} is not as it was sealed."
            yield _fault(seal.line, problem, f"{length} events, the last {digest}", found or "fewer events")
    root = root_of({chain: (length, digest) for chain, (length, digest) in heads.items()})
    if payload.get("root") != root:
        yield _fault(seal.line, "the seal's root is not that of its chains.", root, str(payload.get("root")))
    total = sum(length for length, _ in heads.values())
    if payload.get("events") != total:
        yield _fault(
            seal.line,
            "the seal counts other events than its chains have.",
            str(total),
            str(payload.get("events")),
        )


def _is_head(head: Any) -> bool:
    return isinstance(head, list) and len(head) == 2 and type(head[0]) is int and isinstance(head[1], str)


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _fault(line: int, problem: str, expected: str | None = None, found: str | None = None) -> Fault:
    return Fault(EVENTS, problem, f"line {line}", expected, found)
