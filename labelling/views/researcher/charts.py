"""The geometry of the study page's charts, in whole units of a drawing; it decides nothing else.

The policy of the pages forbids inline styles, so a bar's size is an attribute of an SVG shape.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from labelling.selectors.progress import HOUR, Progress

# A drawing is so many units wide; the page scales it.
WIDTH = 1000
HEIGHT = 120
_MOST_HOURS = 48
# Shades of the stylesheet, from none to full.
SHADES = 10


@dataclass(frozen=True)
class Segment:
    """The items that have the same number of labels, as a piece of a bar."""

    labels: int
    items: int
    percent: float
    shade: int
    x: int
    width: int


@dataclass(frozen=True)
class Column:
    """The labels of one clock hour, as a column."""

    start: datetime
    labels: int
    x: int
    y: int
    width: int
    height: int


def labels_bar(progress: Progress) -> list[Segment]:
    """Return the stacked bar of items by their number of labels, most labels first."""
    segments: list[Segment] = []
    x = 0
    for labels in reversed(range(progress.redundancy + 1)):
        items = progress.items_by_labels[labels]
        percent = 100 * items / progress.items if progress.items else 0.0
        # Ends are rounded, not widths, so that the pieces fill the bar exactly.
        covered = sum(progress.items_by_labels[labels:])
        end = round(WIDTH * covered / progress.items) if progress.items else 0
        shade = round(SHADES * labels / progress.redundancy)
        segments.append(Segment(labels, items, percent, shade, x=x, width=end - x))
        x = end
    return segments


def hour_columns(progress: Progress) -> list[Column]:
    """Return a column for each clock hour up to the last label, hours without labels too, at most 48."""
    if not progress.hours:
        return []
    counts = {hour.start: hour.labels for hour in progress.hours}
    last = progress.hours[-1].start
    hours = min(_MOST_HOURS, (last - progress.hours[0].start) // HOUR + 1)
    starts = [last - timedelta(hours=back) for back in reversed(range(hours))]
    most = max(counts.get(start, 0) for start in starts)
    # Two hours should not be drawn as two walls.
    slot = WIDTH // max(hours, 12)
    columns = []
    for place, start in enumerate(starts):
        labels = counts.get(start, 0)
        height = round(HEIGHT * labels / most)
        columns.append(
            Column(start, labels, x=place * slot, y=HEIGHT - height, width=slot * 4 // 5, height=height)
        )
    return columns
