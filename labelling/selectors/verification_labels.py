"""Compare every label, and whether it counts, with the events of its annotator's chain."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from django.db.models import F

from labelling.models import Assignment, Event, Label, Study
from labelling.models.event import STUDY_CHAIN, moment
from labelling.selectors.chain_check import Chains, Fault, content, plain
from labelling.selectors.event_record import EventRow

Kind = Event.Kind
State = Assignment.State

# What became of a label, as far as the record tells: one state, or several where it does not say which.
States = tuple[str, ...]
# Item, category's name, first choice, response time and moment.
Key = tuple[Any, ...]

_ANY: States = (State.SUBMITTED, State.SURPLUS, State.ABSTAINED, State.VOID)
_ONE: dict[str, States] = {state: (state,) for state in _ANY}


class _Recorded(NamedTuple):
    """A label by its event: where that stands in the chain, the label, and what became of it."""

    sequence: int
    key: Key
    states: States


def label_faults(study: Study, chains: Chains) -> Iterator[Fault]:
    """Compare every label with the event of its acceptance, and its state with what happened since."""
    replaced = study.cant_tell == Study.CantTell.REPLACED
    stored = _stored_labels(study)
    for chain in sorted(stored.keys() | chains.keys() - {STUDY_CHAIN}):
        recorded = _recorded(chains.get(chain, ()), replaced=replaced)
        yield from _chain_faults(chain, stored[chain], recorded)
    labels = Label.objects.filter(assignment__sample_item__study=study)
    strange = labels.exclude(annotator=F("assignment__annotator")).count()
    if strange:
        yield Fault("labels", f"{strange} are of another annotator than their assignments")


def untold_reinstatements(chains: Chains) -> Iterator[str]:
    """Say of which annotators the record does not tell which labels count again: it is older than that."""
    for chain, events in chains.items():
        for row in events:
            if row.kind == Kind.REINSTATED and _counted_again(row) is None:
                yield (
                    f"The annotator {chain} was reinstated on {moment(row.at)}, before the record told which "
                    "labels count again. Whether these do and no others cannot be checked."
                )


def _chain_faults(chain: str, stored: Counter[Key], recorded: Sequence[_Recorded]) -> Iterator[Fault]:
    """Compare one annotator's labels, of which `stored` has how often there is each, with its state."""
    missing: defaultdict[Key, list[States]] = defaultdict(list)
    for _, key, states in recorded:
        found = next(((*key, state) for state in states if stored[*key, state] > 0), None)
        if found is None:
            missing[key].append(states)
        else:
            stored[found] -= 1
    place = f"annotator {chain}"
    for *columns, state in (+stored).elements():
        key = tuple(columns)
        if missing[key]:
            right = " or ".join(missing[key].pop())
            yield Fault(place, f"a label is {state}, and by the record it is {right}: {_words(*key)}")
        else:
            yield Fault(place, f"a label is stored that no event records: {_words(*key)}")
    for key, left in missing.items():
        for _ in left:
            yield Fault(place, f"a label was recorded that is not stored: {_words(*key)}")


def _recorded(events: Sequence[EventRow], *, replaced: bool) -> list[_Recorded]:
    """Replay a chain: what it says of each label when that was accepted, and at each exclusion since.

    `replaced` tells that somebody else is asked in the place of whoever could not tell.
    """
    recorded: list[_Recorded] = []
    excluded = False
    for row in events:
        if row.kind == Kind.LABELLED and row.payload is not None:
            said = content(row)
            key = tuple(plain(said.get(name)) for name in ("item", "label", "changed_from", "response_ms"))
            at = plain(said.get("submitted_at")) or moment(row.at)
            states = _at_first(said, excluded=excluded, replaced=replaced)
            recorded.append(_Recorded(row.sequence, (*key, at), states))
        elif row.kind == Kind.EXCLUDED:
            excluded = True
            recorded = [each._replace(states=_after_exclusion(each.states)) for each in recorded]
        elif row.kind == Kind.REINSTATED:
            excluded = False
            again = _counted_again(row)
            recorded = [
                each._replace(states=_after_reinstatement(each.states, again, each.sequence))
                for each in recorded
            ]
    return recorded


def _at_first(said: dict[str, Any], *, excluded: bool, replaced: bool) -> States:
    """Return what became of a label when it was accepted."""
    if said.get("counted") is True:
        return _ONE[State.SUBMITTED]
    if said.get("counted") is not False:
        return _ANY
    if replaced and said.get("label") is None:
        return _ONE[State.ABSTAINED]
    return _ONE[State.VOID if excluded else State.SURPLUS]


def _after_exclusion(states: States) -> States:
    return tuple(State.VOID if state == State.SUBMITTED else state for state in states)


def _after_reinstatement(states: States, again: frozenset[int] | None, sequence: int) -> States:
    """Return what became of a label when its annotator was reinstated.

    `again` has the sequences of the labels that count again; None where the record does not tell.
    """
    if State.VOID not in states:
        return states
    if again is not None and sequence in again:
        return _ONE[State.SUBMITTED]
    now: States = (State.SURPLUS,) if again is not None else (State.SUBMITTED, State.SURPLUS)
    changed = ((state,) if state != State.VOID else now for state in states)
    return tuple(dict.fromkeys(state for each in changed for state in each))


def _counted_again(row: EventRow) -> frozenset[int] | None:
    """Return the sequences of the labels that count again by a reinstatement; None where it does not tell."""
    counted = content(row).get("counted")
    if not isinstance(counted, list):
        return None
    return frozenset(sequence for sequence in counted if isinstance(sequence, int))


def _words(item: int, label: str | None, changed_from: str | None, response_ms: int | None, at: str) -> str:
    first = f", at first {changed_from}," if changed_from is not None else ""
    return f"item {item} as {label or 'one that nobody can tell'}{first} in {response_ms} ms at {at}"


def _stored_labels(study: Study) -> defaultdict[str, Counter[Key]]:
    """Count the labels of the study's items by annotator: the event's columns, and the assignment's state."""
    columns = Label.objects.filter(assignment__sample_item__study=study).order_by()
    stored: defaultdict[str, Counter[Key]] = defaultdict(Counter)
    for pseudonym, *label, at, state in columns.values_list(
        "annotator__pseudonym",
        "assignment__sample_item__item__index",
        "category__name",
        "changed_from__name",
        "response_ms",
        "submitted_at",
        "assignment__state",
    ).iterator(chunk_size=5000):
        stored[pseudonym][*label, moment(at), state] += 1
    return stored
