"""The lines of the tables that a study's charts are drawn from. A chart is drawn by the browser, from its
table."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from labelling.selectors.progress import HOUR, Progress

_MOST_HOURS = 48
# Shades of the stylesheet's heat map, from none to full.
SHADES = 10


@dataclass(frozen=True)
class LabelLine:
    """The items that have the same number of labels."""

    labels: int
    items: int
    share: float


@dataclass(frozen=True)
class HourLine:
    """The labels of one clock hour."""

    start: datetime
    labels: int


def label_lines(progress: Progress) -> list[LabelLine]:
    """Return the items by their number of labels, most labels first; nothing while they are not counted."""
    items = progress.items_by_labels or ()
    whole = sum(items)
    return [
        LabelLine(labels, items[labels], items[labels] / whole if whole else 0.0)
        for labels in reversed(range(len(items)))
    ]


def hour_lines(progress: Progress) -> list[HourLine]:
    """Return each clock hour up to the last label, hours without labels too, at most 48."""
    if not progress.hours:
        return []
    counts = {hour.start: hour.labels for hour in progress.hours}
    last = progress.hours[-1].start
    hours = min(_MOST_HOURS, (last - progress.hours[0].start) // HOUR + 1)
    starts = [last - timedelta(hours=back) for back in reversed(range(hours))]
    return [HourLine(start, counts.get(start, 0)) for start in starts]
