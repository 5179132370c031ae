"""Write events at the end of their chains. Called inside the transaction of what they record."""

import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from labelling.models import Annotator, Event, Study
from labelling.models.event import NOTHING_BEFORE, STUDY_CHAIN, canonical, link, sha256
from labelling.selectors.event_heads import chain_heads, root_of
from labelling.services import statements
from labelling.services.insertion import insert_rows

_BATCH = 500


class Happening(NamedTuple):
    """Something to record: what kind, when, and what is to be known of it."""

    kind: str
    at: datetime
    payload: dict[str, Any]


def record_event(*, of: Study | Annotator, kind: str, now: datetime, **payload: Any) -> Event:
    """Write one event at the end of a study's own chain or of an annotator's. Two queries.

    The row of the study or the annotator is locked by the caller, so that nobody else writes there meanwhile;
    where that was forgotten, the constraint on the sequence refuses.
    """
    return record_events(of=of, happenings=[Happening(kind, now, payload)])[0]


def record_events(*, of: Study | Annotator, happenings: Iterable[Happening]) -> list[Event]:
    """Write several events at the end of one chain, in their order. The rules are those of `record_event`."""
    sequence, previous = _last_of(of) or (-1, NOTHING_BEFORE)
    owner = {"study": of} if isinstance(of, Study) else {"annotator": of}
    chain = STUDY_CHAIN if isinstance(of, Study) else of.pseudonym
    events = []
    for kind, at, content in happenings:
        payload = canonical(content | {"salt": secrets.token_hex(16)})
        sequence += 1
        digest = sha256(payload)
        previous = link(
            previous=previous, chain=chain, sequence=sequence, at=at, kind=kind, payload_sha256=digest
        )
        events.append(
            Event(
                **owner,
                sequence=sequence,
                kind=kind,
                at=at,
                payload=payload,
                payload_sha256=digest,
                sha256=previous,
            )
        )
    for first in range(0, len(events), _BATCH):
        insert_rows(events[first : first + _BATCH])
    return events


def _last_of(chain: Study | Annotator) -> tuple[int, str] | None:
    """Return sequence and digest of the last event of a chain; None for a chain that has none yet."""
    if isinstance(chain, Annotator):
        return statements.last_event(annotator=chain.pk)
    return chain.events.order_by("-sequence").values_list("sequence", "sha256").first()


def seal_chains(*, study: Study, now: datetime) -> Event:
    """Write the ends of all annotators' chains into the study's own, under one root digest.

    Whoever keeps the root can later show that no event before it was changed, left out or slipped in.
    """
    heads = chain_heads(study=study)
    return record_event(
        of=study,
        kind=Event.Kind.SEALED,
        now=now,
        heads={chain: [length, digest] for chain, length, digest in heads},
        events=sum(length for _, length, _ in heads),
        root=root_of(heads=heads),
    )
