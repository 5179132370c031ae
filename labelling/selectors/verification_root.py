"""Find a root that somebody kept elsewhere in a study's record of events: the moment whose root it is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from labelling.models import Event
from labelling.models.event import STUDY_CHAIN, moment, sha256
from labelling.selectors.chain_check import Chains, content
from labelling.selectors.event_heads import Head, root_of
from labelling.selectors.event_record import EventRow

# Each earlier moment costs a line for each chain: so many take some seconds.
_MOST_LINES = 20_000_000


@dataclass(frozen=True)
class Root:
    """The one digest of all chains at a moment, and how much it stands for."""

    digest: str
    events: int
    chains: int


def root_now(chains: Chains) -> Root:
    """Return the root of all that is there, the study's own chain included, as a report prints it."""
    heads = _heads(chains)
    return Root(root_of(heads=heads), sum(length for _, length, _ in heads), len(heads))


def moment_of(*, root: str, chains: Chains) -> str:
    """Say in words of which moment of the record a root is; empty where it is of none that was looked at.

    It may be the root of all chains, now or at an earlier moment, as reports print it, or that of a seal. It
    says nothing of what came later. In a record with very many chains and events since, not every moment
    is looked at.
    """
    if root == root_now(chains).digest:
        return "all chains as they are now"
    for row in chains.get(STUDY_CHAIN, ()):
        if row.kind == Event.Kind.SEALED and content(row).get("root") == root:
            return f"the seal of {moment(row.at)}"
    return next(
        (f"all chains as they were after {at}" for at, earlier in _earlier_roots(chains) if earlier == root),
        "",
    )


def _heads(chains: Chains) -> list[Head]:
    return [(chain, len(events), events[-1].sha256) for chain, events in chains.items() if events]


def _earlier_roots(chains: Chains) -> Iterator[tuple[str, str]]:
    """Yield moments and roots, from the last to the first: each without the events that came later."""
    left = {chain: list(events) for chain, events in sorted(chains.items()) if events}
    lines = {chain: _line(chain, events) for chain, events in left.items()}
    times = sorted(((row.at, row.chain) for events in left.values() for row in events), reverse=True)
    # What happened at one time was recorded together: no report was made between.
    groups = [(at, [chain for _, chain in group]) for at, group in groupby(times, key=lambda time: time[0])]
    looked_at = 0
    for (_, happened), (before, _) in pairwise(groups):
        for chain in happened:
            left[chain].pop()
            if left[chain]:
                lines[chain] = _line(chain, left[chain])
            else:
                del lines[chain]
        looked_at += len(lines)
        if looked_at > _MOST_LINES:
            return
        yield moment(before), sha256("".join(lines.values()))


def _line(chain: str, events: Sequence[EventRow]) -> str:
    """Write the end of a chain as it enters a root; `root_of` writes all of them anew."""
    return f"{chain} {len(events)} {events[-1].sha256}\n"
