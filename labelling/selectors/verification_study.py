"""Compare a study's own row, and its dataset's, with its chain of events and its frozen protocol."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from labelling.models import Event, Study
from labelling.models.event import STUDY_CHAIN, canonical, moment, sha256
from labelling.selectors.chain_check import Chains, Fault, content
from labelling.selectors.event_record import EventRow, sample_sha256

Kind = Event.Kind

# What a study is after each event of its own chain; other events leave it as it is.
_STATE_AFTER: dict[str, Study.State] = {
    Kind.CREATED: Study.State.DRAFT,
    Kind.LAUNCHED: Study.State.RUNNING,
    Kind.PAUSED: Study.State.PAUSED,
    Kind.RESUMED: Study.State.RUNNING,
    Kind.REOPENED: Study.State.RUNNING,
    Kind.EXTENDED: Study.State.RUNNING,
    Kind.COMPLETED: Study.State.COMPLETE,
    Kind.CLOSED: Study.State.CLOSED,
}
_ENDS = frozenset({Kind.COMPLETED, Kind.CLOSED})
_SHOWN = 60


def study_faults(study: Study, chains: Chains) -> Iterator[Fault]:
    """Compare the study's state, times, reason and frozen protocol with what was recorded."""
    events = chains.get(STUDY_CHAIN, ())
    if not events:
        yield Fault("study", "it has no events: it was made before events were recorded")
        return
    yield from _state_faults(study, events)
    yield from _unsealed_ends(events)
    if study.state == Study.State.DRAFT:
        return
    launched = next((content(row) for row in events if row.kind == Kind.LAUNCHED), {})
    digests = {"protocol_sha256": study.protocol_sha256, "sample_sha256": sample_sha256(study=study)}
    for name, digest in digests.items():
        if launched.get(name) != digest:
            yield Fault("study", f"its {name} is {digest}; recorded at launch was {launched.get(name)}")
    if sha256(study.protocol) != study.protocol_sha256:
        yield Fault("study", f"the protocol's text does not have the digest {study.protocol_sha256}")
    yield from _protocol_faults(study)


def later_settings(study: Study) -> list[str]:
    """Return the settings that the frozen protocol does not name, because it is older than they are."""
    named = _part(_document(study), "protocol")
    return [] if study.state == Study.State.DRAFT else sorted(set(Study.PROTOCOL_FIELDS) - named.keys())


def _state_faults(study: Study, events: Sequence[EventRow]) -> Iterator[Fault]:
    """Compare what the study is, since when and why, with the last step that made it something."""
    steps = [row for row in events if row.kind in _STATE_AFTER]
    last = steps[-1] if steps else None
    state = _STATE_AFTER[last.kind] if last else Study.State.DRAFT
    if state != study.state:
        yield Fault("study", f"it is {study.state}, and the last step that was recorded makes it {state}")
    kind = last.kind if last else ""
    now = moment(last.at) if last else None
    recorded = {
        "launched_at": _first_time(events, Kind.LAUNCHED),
        "completed_at": now if kind == Kind.COMPLETED else None,
        "closed_at": now if kind == Kind.CLOSED else None,
        "unsealed_at": _first_time(events, Kind.UNSEALED),
    }
    for field, at in recorded.items():
        stored = getattr(study, field)
        if (None if stored is None else moment(stored)) != at:
            told = "accuracy was unsealed at" if field == "unsealed_at" else f"{field} is"
            yield Fault("study", f"its {told} {stored and moment(stored)}; recorded was {at}")
    reason = content(last).get("reason", "") if last and kind == Kind.CLOSED else ""
    if study.close_reason != reason:
        yield Fault(
            "study", f"its close_reason is {_short(study.close_reason)}; recorded was {_short(reason)}"
        )


def _first_time(events: Sequence[EventRow], kind: str) -> str | None:
    return next((moment(row.at) for row in events if row.kind == kind), None)


def _unsealed_ends(events: Sequence[EventRow]) -> Iterator[Fault]:
    """Yield a fault for each end of the study without the seal that is written together with it.

    The seal is what keeps the annotators' chains from being cut short: it must not be cut off itself.
    """
    after = [*events[1:], None]
    for row, following in zip(events, after, strict=True):
        if row.kind in _ENDS and (following is None or following.kind != Kind.SEALED):
            place = f"event {row.sequence} of chain {STUDY_CHAIN}"
            yield Fault(place, f"the study was {_STATE_AFTER[row.kind]}, and no seal follows")


def _protocol_faults(study: Study) -> Iterator[Fault]:
    """Compare the columns that pages and reports read with the text that was hashed at launch."""
    document = _document(study)
    if not document:
        yield Fault("study", "the protocol's text is no JSON object; nothing can be compared with it")
        return
    dataset = study.dataset
    stored = {
        "study": {"slug": study.slug, "rehearsal": study.rehearsal},
        "dataset": {name: getattr(dataset, name) for name in ("name", "split", "checksum", "size", "drawn")}
        | {"categories": list(dataset.categories.order_by("position").values("name", "description"))},
        "protocol": {field: getattr(study, field) for field in Study.PROTOCOL_FIELDS},
    }
    for part, columns in stored.items():
        frozen = _part(document, part)
        for name, value in columns.items():
            # An older protocol does not name what came later: `later_settings` tells of it.
            if name in frozen and _text(value) != _text(frozen[name]):
                yield Fault(
                    part if part == "dataset" else "study",
                    f"its {name} is {_short(value)}; the frozen protocol has {_short(frozen[name])}",
                )


def _document(study: Study) -> dict[str, Any]:
    """Return the frozen protocol; empty where its text is none."""
    try:
        document = json.loads(study.protocol or "{}")
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


def _part(document: dict[str, Any], name: str) -> dict[str, Any]:
    part = document.get(name)
    return part if isinstance(part, dict) else {}


def _text(value: Any) -> str:
    """Write a value so that 1, 1.0 and true differ."""
    return canonical({"": value})


def _short(value: Any) -> str:
    """Write a value, of a long text only the beginning, so that it does not bury the fault."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}… ({len(text)} characters)"
