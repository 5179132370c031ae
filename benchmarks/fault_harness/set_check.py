"""Jepsen's set check: what was acknowledged must be there; what is there must have been sent.

An answer that was sent and never acknowledged may be there or not: nobody was told. It is reported.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_COMPARED = ("assignment", "category", "response_ms")


@dataclass(frozen=True)
class SetCheck:
    """Submission keys by what became of them."""

    acknowledged: int
    stored: int
    lost: list[str]
    never_sent: list[str]
    twice: list[str]
    altered: list[str]
    unacknowledged: list[str]

    def violations(self) -> list[str]:
        """Return a sentence for each way in which the tables differ from what people were told."""
        told = {
            "acknowledged labels are lost": self.lost,
            "stored labels were sent by nobody": self.never_sent,
            "labels are stored twice": self.twice,
            "stored labels differ from what was sent": self.altered,
        }
        return [f"{len(keys)} {what}, as {min(keys)}" for what, keys in told.items() if keys]


def set_check(
    *,
    sent: Mapping[str, Mapping[str, Any]],
    acknowledged: Collection[str],
    stored: Sequence[Mapping[str, Any]],
) -> SetCheck:
    """Compare what was sent and acknowledged, by submission key, with the stored labels."""
    times = Counter(label["submission_key"] for label in stored)
    known = set(acknowledged)
    return SetCheck(
        acknowledged=len(known),
        stored=len(stored),
        lost=[key for key in known if key not in times],
        never_sent=[key for key in times if key not in sent],
        twice=[key for key, count in times.items() if count > 1],
        altered=[
            label["submission_key"]
            for label in stored
            if (answer := sent.get(label["submission_key"])) is not None
            and any(label[name] != answer[name] for name in _COMPARED)
        ],
        unacknowledged=[key for key in times if key in sent and key not in known],
    )
