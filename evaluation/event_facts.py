"""What a report says about the record of events that stands behind its labels."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class EventFacts:
    """How long the record is, and one digest for all of it.

    Parameters
    ----------
    events, chains : int
        Events, and the chains that they stand in: one for each annotator, and the study's own.
    root : str
        SHA-256 of the lines ``chain length digest`` of all chains by name. Whoever has it from elsewhere can
        tell that no event was changed, left out or slipped in.

    Examples
    --------
    >>> EventFacts(events=0, chains=0, root="").chains
    0
    """

    events: int
    chains: int
    root: str
