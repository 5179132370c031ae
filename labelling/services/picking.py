"""Which places an annotator is given next, found without walking over those that can never be theirs.

Places are given out by rank. Of an item that they have answered, an annotator may not take another place, and
with many answers these stand in the way: each search would walk over all of them. So it is kept of each
annotator from which rank on places may be open to them; what is below is filled, or of an item that they
have. Two things open a place below, and both are seen:

- a promise to them ran out and the place went to somebody else. The item is new to them again; it is looked
  for by itself, since its assignment says so;
- a filled place is opened anew, by an exclusion or a withdrawal. `Study.reopenings` counts these, and whoever
  knows of fewer looks from the beginning once.
"""

from datetime import datetime

from labelling.services.statements import change, select

# The item's earlier places go first, so that a batch holds different items.
_FIRST_OF_ITEM = """
    NOT EXISTS (
        SELECT 1 FROM labelling_place earlier
        WHERE earlier.sample_item_id = place.sample_item_id
        AND earlier.slot < place.slot AND earlier.available_from <= %s
    )
"""
_NEW_TO_ANNOTATOR = """
    NOT EXISTS (
        SELECT 1 FROM labelling_assignment assignment
        WHERE annotator_id = %s AND assignment.sample_item_id = place.sample_item_id
        AND state IN ('leased', 'submitted', 'surplus', 'abstained', 'void')
    )
"""


def pick_places(
    *, study: int, annotator: int, count: int, now: datetime, first_rank: int = 0, lapsed: bool = True
) -> list[tuple[int, int]]:
    """Return place and item of the next free places by rank, locked, of items that are new to the annotator.

    `first_rank` and `lapsed` are what the annotator's row says (`LockedAnnotator`); from 0 on everything is
    looked at, with the same result. Of an item with several free places the first is taken. Places that
    another request is taking at this moment are skipped, not waited for.
    """
    come_back = []
    if first_rank and lapsed:
        come_back = select(
            f"""
            SELECT place.id, place.sample_item_id FROM labelling_assignment lapsed
            JOIN labelling_place place ON place.sample_item_id = lapsed.sample_item_id
            WHERE lapsed.annotator_id = %s AND lapsed.state IN ('expired', 'released')
            AND rank < %s AND available_from <= %s AND {_FIRST_OF_ITEM}
            ORDER BY rank LIMIT %s FOR NO KEY UPDATE OF place SKIP LOCKED
            """,  # noqa: S608 - written above
            annotator,
            first_rank,
            now,
            now,
            count,
        )
    if len(come_back) == count:
        return come_back
    return come_back + select(
        f"""
        SELECT place.id, place.sample_item_id FROM labelling_place place
        WHERE study_id = %s AND rank >= %s AND available_from IS NOT NULL AND available_from <= %s
        AND {_NEW_TO_ANNOTATOR} AND {_FIRST_OF_ITEM}
        ORDER BY rank LIMIT %s FOR NO KEY UPDATE OF place SKIP LOCKED
        """,  # noqa: S608 - written above
        study,
        first_rank,
        now,
        annotator,
        now,
        count - len(come_back),
    )


def remember_reach(*, study: int, annotator: int, first_rank: int, reopenings: int) -> None:
    """Keep from which rank on places may be open to the annotator, after what was found has been promised.

    It is the first place without a label, from `first_rank` on, of an item that the annotator has not,
    whether somebody holds it now or not; where there is none, what lies behind all places. `reopenings` is
    the number that was read before the places were.
    """
    change(
        f"""
        UPDATE labelling_annotator SET reopenings_seen = %s, first_rank = COALESCE(
            (SELECT rank FROM labelling_place place
            WHERE study_id = %s AND rank >= %s AND available_from IS NOT NULL AND {_NEW_TO_ANNOTATOR}
            ORDER BY rank LIMIT 1),
            (SELECT MAX(rank) + 1 FROM labelling_place WHERE study_id = %s AND available_from IS NOT NULL),
            %s
        ) WHERE id = %s
        """,  # noqa: S608 - written above
        reopenings,
        study,
        first_rank,
        annotator,
        study,
        first_rank,
        annotator,
    )
