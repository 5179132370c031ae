"""When a study will be done, as a range: the past pace, drawn again.

People label in bursts: a crowd in the evening, nobody at night, an hour's pause. A line through the mean
pace knows none of that. Here the coming time is put together from pieces of the past, with the pauses in
them, over and over, and the range holds four of five of those courses.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from evaluation.array_types import FloatArray, IntArray
from evaluation.errors import BadSetting

#: The past comes in slots of so many seconds.
SLOT = 600
# A piece is a day where there are three days, so that night follows day; else an hour; else a slot.
_PIECES = (144, 6, 1)
_AT_LEAST = 3
# Older pieces than this many say little about how it goes on.
_AT_MOST = {144: 14, 6: 72, 1: 18}
# With fewer labels one cannot tell a pace from a beginning.
_LABELS = 20
# So many pieces are drawn one by one; what then is left comes at the mean pace of the course.
_PIECE_BY_PIECE = 400
# Nobody plans further; a course that takes longer is open.
_FURTHEST = 365 * 144
_SHARE = 0.8


@dataclass(frozen=True)
class Forecast:
    """When the work will be done, in seconds from now.

    Parameters
    ----------
    early, middle, late : float or None
        The ends of the range that holds 80 % of the simulated courses, and their median; `late`, and `middle`
        too, are None where the course is not done within a year. All are None where one cannot tell.
    reason : str or None
        Why one cannot tell, as a sentence.
    """

    early: float | None
    middle: float | None
    late: float | None
    reason: str | None = None


def forecast_finish(
    *, slots: IntArray, remaining: int, rng: np.random.Generator, courses: int = 500
) -> Forecast:
    """Forecast when `remaining` further labels will have come.

    Parameters
    ----------
    slots : array of int, shape (T,)
        Labels that came in each ten minutes, oldest first; the last ten minutes end now. Pauses are zeros.
    remaining : int
        Labels that are wanted and not there yet, 0 or more.
    rng : numpy Generator
        Draws the courses. The same seed gives the same forecast.
    courses : int
        How many courses are simulated.

    Returns
    -------
    Forecast
        The range; or the reason why there is none.

    Raises
    ------
    BadSetting
        If `remaining` or a slot is negative.

    Notes
    -----
    The pieces are whole days up to now where the past has three, whole hours where it has three of them, else
    slots: a block bootstrap that keeps day and night apart. Each course first draws which pieces there might
    have been (as many as there are, with replacement), then goes on with pieces of these; so the range holds
    both how uneven the work is and how little of it has been seen.

    Examples
    --------
    >>> steady = np.full(12, 10)
    >>> forecast_finish(slots=steady, remaining=60, rng=np.random.default_rng(1))
    Forecast(early=3600.0, middle=3600.0, late=3600.0, reason=None)
    """
    slots = np.asarray(slots, dtype=np.int64)
    if remaining < 0 or (slots < 0).any():
        raise BadSetting("A forecast needs numbers of labels, which are not negative.")
    if remaining == 0:
        return Forecast(0.0, 0.0, 0.0)
    seen = slots[np.argmax(slots > 0) :] if slots.any() else slots[:0]
    if len(seen) < _AT_LEAST or seen.sum() < _LABELS:
        return Forecast(None, None, None, _too_little(seen))
    pieces = _pieces(seen)
    if not pieces.any():
        hours = pieces.size * SLOT / 3600
        return Forecast(None, None, None, f"No label came in the last {hours:.0f} hours.")
    waits = np.sort(_courses(pieces, remaining, rng, courses))
    at = [round(q * (courses - 1)) for q in ((1 - _SHARE) / 2, 0.5, (1 + _SHARE) / 2)]
    early, middle, late = (float(waits[place]) if np.isfinite(waits[place]) else None for place in at)
    if early is None:
        return Forecast(None, None, None, "At the pace so far it would take more than a year.")
    return Forecast(early, middle, late)


def _too_little(seen: IntArray) -> str:
    if seen.sum() < _LABELS:
        return f"Too early to tell: a pace needs {_LABELS} labels."
    return "Too early to tell: a pace needs half an hour of labels."


def _pieces(seen: IntArray) -> IntArray:
    """Cut the past into pieces that end now, shape (pieces, slots of a piece); older ones are left out."""
    length = next(each for each in _PIECES if len(seen) >= _AT_LEAST * each)
    count = min(len(seen) // length, _AT_MOST[length])
    return seen[len(seen) - count * length :].reshape(count, length)


def _courses(pieces: IntArray, remaining: int, rng: np.random.Generator, courses: int) -> FloatArray:
    """Return the seconds until the labels are there, one entry a course; infinite where it is open."""
    count, length = pieces.shape
    totals = pieces.sum(axis=1)
    # What there might have been, and which of that comes.
    possible = rng.integers(count, size=(courses, count))
    ahead = int(min(2 * remaining / totals.mean() + 10, _PIECE_BY_PIECE))
    coming = np.take_along_axis(possible, rng.integers(count, size=(courses, ahead)), axis=1)
    reached = np.cumsum(totals[coming], axis=1)
    there = reached >= remaining
    last = there.argmax(axis=1)
    row = np.arange(courses)
    piece = pieces[coming[row, last]]
    wanted = remaining - (reached[row, last] - piece.sum(axis=1))
    with np.errstate(divide="ignore", invalid="ignore"):
        piecewise = last * length + _within(piece, wanted)
        further = (remaining - reached[:, -1]) / totals[possible].mean(axis=1)
        slots = np.where(there[:, -1], piecewise, (ahead + further) * length)
    slots[slots > _FURTHEST] = np.inf
    waits: FloatArray = slots * SLOT
    return waits


def _within(piece: IntArray, wanted: IntArray) -> FloatArray:
    """Return after how many slots of its piece each course has what it wants, the last one in part."""
    so_far = np.cumsum(piece, axis=1)
    slot = (so_far >= wanted[:, np.newaxis]).argmax(axis=1)
    row = np.arange(len(piece))
    here = piece[row, slot]
    share: FloatArray = slot + (wanted - (so_far[row, slot] - here)) / here
    return share
