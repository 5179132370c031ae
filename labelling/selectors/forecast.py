"""When a study will be done: its past in slots of ten minutes, for the forecast that `evaluation` draws."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from django.db.models import Count

from evaluation.array_types import IntArray
from evaluation.forecast import SLOT, forecast_finish
from evaluation.random_streams import purpose_seed, stream
from labelling.models import Study
from labelling.selectors.progress import recent_labels
from labelling.selectors.tally import StudyTally
from labelling.selectors.tally_rows import Epoch


@dataclass(frozen=True)
class Finish:
    """When the last label is to be expected: the range that holds four of five simulated courses.

    `late` is None where the course may stay open for more than a year. Without a range `reason` says why.
    """

    early: datetime | None
    late: datetime | None
    reason: str | None


def study_finish(
    *, study: Study, tally: StudyTally | None, kept: bool, remaining: int, now: datetime
) -> Finish | None:
    """Return when the study will be done; None for one that has ended or not begun. At most two queries.

    `kept` says that the tally is of an earlier moment; what came since is then asked of the database.
    """
    if study.state == Study.State.PAUSED:
        return Finish(None, None, "The study is paused.")
    if study.state != Study.State.RUNNING:
        return None
    if tally is None:
        return Finish(None, None, "The labels are being counted.")
    # The ten minutes that are not over yet are left out; what came in them is still to be waited for.
    end = int(now.timestamp()) // SLOT * SLOT
    slots, coming = _slots(study, tally, kept=kept, end=end)
    found = forecast_finish(
        slots=slots, remaining=remaining + coming, rng=stream(purpose_seed(study.seed, "forecast"))
    )
    if found.early is None:
        return Finish(None, None, found.reason)
    start = datetime.fromtimestamp(end, tz=UTC)
    late = None if found.late is None else max(now, start + timedelta(seconds=found.late))
    return Finish(max(now, start + timedelta(seconds=found.early)), late, None)


def _slots(study: Study, tally: StudyTally, *, kept: bool, end: int) -> tuple[IntArray, int]:
    """Return the labels of each ten minutes up to `end`, from the first that has any; and how many came
    later."""
    starts, came = tally.overview.start, tally.overview.came
    if kept and len(starts):
        since = datetime.fromtimestamp(int(tally.overview.last.max()) + 1, tz=UTC)
        fresh = recent_labels(study, since).annotate(slot=Epoch("submitted_at") / SLOT).values("slot")
        rows = list(fresh.annotate(labels=Count("pk")).values_list("slot", "labels"))
        starts = np.concatenate([starts, np.array([slot * SLOT for slot, _ in rows], dtype=np.int64)])
        came = np.concatenate([came, np.array([labels for _, labels in rows], dtype=np.int64)])
    first = int(starts.min()) if len(starts) else end
    slots = np.zeros(max((end - first) // SLOT, 0), dtype=np.int64)
    done = starts < end
    np.add.at(slots, (starts[done] - first) // SLOT, came[done])
    return slots, int(came[~done].sum())
