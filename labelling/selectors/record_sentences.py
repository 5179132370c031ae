"""What each event of a study's own chain says, as a sentence for people, and who decided it."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from labelling.models import Event

Kind = Event.Kind
Told = Mapping[str, Any]

# Nobody decides these: they follow from what somebody did, or from the last label.
_BY_ITSELF = frozenset({Kind.COMPLETED, Kind.REOPENED, Kind.SEALED})
#: Who decided what a command did.
COMMAND = "a command"
_PLANNED = "plan."


def sentence(kind: str, payload: str | None) -> str:
    """Return what an event says beside its kind; empty where that says it all."""
    told = _told(payload)
    return _SENTENCES[kind](told) if kind in _SENTENCES else ""


def author(kind: str, payload: str | None) -> str:
    """Return who decided it, as the record calls them; empty where nobody did."""
    if kind in _BY_ITSELF:
        return ""
    return str(_told(payload).get("by") or COMMAND)


def _told(payload: str | None) -> Told:
    return json.loads(payload) if payload else {}


def _field(name: str) -> str:
    """Return a field of the protocol or the plan in words."""
    return name.removeprefix(_PLANNED).replace("_", " ")


def _created(told: Told) -> str:
    return f"From {told['origin']}." if told.get("origin") else ""


def _changed(told: Told) -> str:
    fields = ", ".join(_field(name) for name in told.get("changed", ()))
    return f"Changed: {fields}." if fields else ""


def _launched(told: Told) -> str:
    return (
        "The sample was drawn and the protocol frozen, with the SHA-256 "
        f"{str(told.get('protocol_sha256', ''))[:16]}…"
    )


def _recruited(told: Told) -> str:
    return f"Through {told.get('panel', '?')}, {told.get('places') or 'any number of'} places."


def _imported(told: Told) -> str:
    return f"{told.get('labels', '?')} labels by {told.get('annotators', '?')} annotators."


def _extended(told: Told) -> str:
    items, labels = len(told.get("items", ())), told.get("labels", "?")
    return f"{items} tied {'image' if items == 1 else 'images'}, {labels} further labels wanted."


def _unsealed(told: Told) -> str:
    return (
        f"At {told.get('labels', '?')} of {told.get('wanted', '?')} labels. "
        f"The reason given: {told.get('reason', '')}"
    )


def _sealed(told: Told) -> str:
    return (
        f"The ends of {len(told.get('heads', ()))} chains, with {told.get('events', '?')} events, under the "
        f"digest {str(told.get('root', ''))[:16]}…"
    )


_SENTENCES: Mapping[str, Callable[[Told], str]] = {
    Kind.CREATED: _created,
    Kind.REVISED: _changed,
    Kind.REHEARSED: lambda told: f"As {told.get('copy', '?')}: {told.get('crowd', '?')}.",
    Kind.LAUNCHED: _launched,
    Kind.CLOSED: lambda told: f"The reason given: {told.get('reason', '')}",
    Kind.REOPENED: lambda _: "Places had become free.",
    Kind.EXTENDED: _extended,
    Kind.UNSEALED: _unsealed,
    Kind.SEALED: _sealed,
    Kind.IMPORTED: _imported,
    Kind.RECRUITED: _recruited,
    Kind.RECRUITMENT_CHANGED: lambda told: f"{told.get('panel', '?')}. {_changed(told)}".strip(),
    Kind.CHECKLIST_ANSWERED: lambda told: f"Item {told.get('item', '?')}.",
    Kind.PREDICTIONS_ADDED: lambda told: f"{told.get('name', '?')}.",
    Kind.PREDICTIONS_REMOVED: lambda told: f"{told.get('name', '?')}.",
}
