"""When an annotator is given which check: fixed by the study's seed and the annotator's pseudonym.

The images that an annotator is given are counted from 0. They are cut into blocks of as many as the protocol
says ("one among so many"), and one check of the kind comes in each block, at a place drawn by lot. The lots
are SHA-256 digests, so that anybody who has protocol and pseudonym finds the same places, on any machine, and
an annotator, who never sees the pseudonym, cannot.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from labelling.models import Check, Study

# A repeat comes when at least so many other images were shown since the first time.
IMAGES_BETWEEN = 10


@dataclass(frozen=True)
class PlannedCheck:
    """A check before it is given.

    `ordinal` images come before it. `number` counts the blocks of its kind, from 0. `lot`, from 0 up to but
    not 1, decides what the check is about.
    """

    kind: Check.Kind
    ordinal: int
    number: int
    lot: float


def has_checks(study: Study) -> bool:
    """Tell whether the protocol mixes any check in."""
    return bool(study.gold_every or study.repeat_every or study.attention_every)


def planned_checks(*, study: Study, pseudonym: str, first: int, end: int) -> list[PlannedCheck]:
    """Return the checks that come after at least `first` and fewer than `end` images, in their order.

    No check is the very first thing that an annotator sees. Gold ends when all gold images were given, and
    repeats begin when there is something to repeat.
    """
    planned = [
        *_blocks(study, pseudonym, Check.Kind.GOLD, study.gold_every, first, end),
        *_blocks(study, pseudonym, Check.Kind.REPEAT, study.repeat_every, first, end),
        *_blocks(study, pseudonym, Check.Kind.ATTENTION, study.attention_every, first, end),
    ]
    planned.sort(key=lambda check: check.ordinal)
    return [check for check in planned if _possible(study, check)]


def gold_order(*, study: Study, pseudonym: str) -> list[int]:
    """Return the positions of the gold items in the order in which this annotator is given them."""
    lots = [(_lot(study, pseudonym, "gold order", place), place) for place in range(study.gold_items)]
    return [place for _, place in sorted(lots)]


def _blocks(
    study: Study, pseudonym: str, kind: Check.Kind, every: int, first: int, end: int
) -> Iterator[PlannedCheck]:
    if every == 0 or end <= first:
        return
    for number in range(first // every, (end - 1) // every + 1):
        place = _lot(study, pseudonym, f"{kind} place", number)
        # The first block has one place less: nobody begins with a check.
        within = int(place * every) if number else 1 + int(place * (every - 1))
        ordinal = number * every + within
        if first <= ordinal < end:
            yield PlannedCheck(kind, ordinal, number, _lot(study, pseudonym, kind, number))


def _possible(study: Study, check: PlannedCheck) -> bool:
    if check.kind == Check.Kind.GOLD:
        return check.number < study.gold_items
    return check.kind != Check.Kind.REPEAT or check.ordinal > IMAGES_BETWEEN


def _lot(study: Study, pseudonym: str, purpose: str, number: int) -> float:
    digest = hashlib.sha256(f"{study.seed}\n{pseudonym}\n{purpose}\n{number}".encode()).digest()
    # 53 bits: every such number is a float, and none rounds up to 1.
    return (int.from_bytes(digest[:8], "big") >> 11) / 2**53
