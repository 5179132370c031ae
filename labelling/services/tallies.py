"""The tally that a page reads: counted at once for a small study, kept and counted anew beside it for a large
one.

A kept tally is a copy of what the database says, of a moment that every page names. Throwing it away loses
nothing.
"""

import logging
import subprocess
import sys
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Q

from labelling.models import Annotator, Exclusion, Label, Study, Tally
from labelling.selectors.progress import last_label_at
from labelling.selectors.study_size import MOST_LABELS
from labelling.selectors.tally import StudyTally, count_study
from labelling.selectors.tally_packing import pack, unpack

logger = logging.getLogger(__name__)

#: With more items times categories a study is large: a thousand categories are, without any label.
MOST_CELLS_AT_ONCE = 1_000_000
# A kept tally is counted anew after so long, or after so many times what counting took, whichever is more.
_AGE = timedelta(seconds=60)
_TIMES = 10
# Whoever began to count and has not finished by then is gone.
_PATIENCE = timedelta(minutes=10)
# So many unpacked tallies are remembered by a process; one of a million labels takes some 40 MB.
_REMEMBERED = 3
_unpacked: "OrderedDict[tuple[int, datetime | None, float], StudyTally]" = OrderedDict()


@dataclass(frozen=True)
class TallyNow:
    """What a page has to show: the tally, None while a large study is counted for the first time.

    `kept` says that the figures are of the moment `tally.at`, and not of this one; `counting` that newer ones
    are on their way.
    """

    tally: StudyTally | None
    kept: bool
    counting: bool


def tally_now(*, study: Study, now: datetime) -> TallyNow:
    """Return the study's tally. What is kept and old is shown, and counting anew begins in the background.

    Pages ask for it by GET, so this writes on GET: a copy of what is stored, which may be lost at any moment
    (docs/architecture.md says why).
    """
    if _is_small(study):
        return TallyNow(count_study(study=study, now=now), kept=False, counting=False)
    kept = Tally.objects.filter(study=study).defer("counts").first()
    old = kept is None or _is_old(kept, study, now)
    if old and claim_count(study=study, now=now):
        start_counting(study=study)
    tally = None if kept is None or kept.counted_at is None else _read(kept)
    return TallyNow(tally, kept=True, counting=old)


def recount(*, study: Study, now: datetime) -> Tally:
    """Count the study and keep the tally, whatever was kept before."""
    begin = time.perf_counter()
    counted = count_study(study=study, now=now)
    packed = pack(counted)
    kept, _ = Tally.objects.update_or_create(
        study=study,
        defaults={
            "begun_at": None,
            "counted_at": now,
            "labels": counted.labels,
            "seconds": time.perf_counter() - begin,
            "counts": packed,
        },
    )
    return kept


@transaction.atomic
def claim_count(*, study: Study, now: datetime) -> bool:
    """Tell whether the caller is the one who shall count; for some minutes nobody else is told so."""
    Tally.objects.get_or_create(study=study)
    idle = Q(begun_at=None) | Q(begun_at__lt=now - _PATIENCE)
    return Tally.objects.filter(idle, study=study).update(begun_at=now) == 1


def start_counting(*, study: Study) -> None:
    """Count the study in a process of its own, which outlives the request.

    What goes wrong stands in the log.
    """
    try:
        process = subprocess.Popen(  # noqa: S603 - our own command, without a shell
            [sys.executable, "manage.py", "count_labels", study.slug],
            cwd=settings.BASE_DIR,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError:
        logger.exception("The labels could not be counted.")
        return
    # Whoever starts a process is told of its end; without this it would stay in the system's table.
    threading.Thread(target=process.wait, name=f"counting {study.slug}", daemon=True).start()


def _is_small(study: Study) -> bool:
    """Tell whether counting takes no longer than a page may.

    One query, which looks no further than it must.
    """
    if study.sample_size * study.dataset.categories.count() > MOST_CELLS_AT_ONCE:
        return False
    some = Label.objects.filter(annotator__study=study).order_by()[: MOST_LABELS + 1]
    return some.count() <= MOST_LABELS


def _is_old(kept: Tally, study: Study, now: datetime) -> bool:
    if kept.counted_at is None:
        return True
    if _changed(study) >= kept.counted_at:
        return True
    if study.state in (Study.State.RUNNING, Study.State.PAUSED):
        return now - kept.counted_at > max(_AGE, timedelta(seconds=_TIMES * kept.seconds))
    # Answers still come after the end, from people who were at it: they are kept, as surplus.
    answered = last_label_at(study=study)
    return answered is not None and answered >= kept.counted_at


def _changed(study: Study) -> datetime:
    """Return when something last changed that is not a label: two queries."""
    exclusions = Exclusion.objects.filter(annotator__study=study).aggregate(
        excluded=Max("excluded_at"), lifted=Max("lifted_at")
    )
    withdrawn = Annotator.objects.filter(study=study).aggregate(withdrawn=Max("withdrawn_at"))
    times = (
        study.launched_at,
        study.completed_at,
        study.closed_at,
        *exclusions.values(),
        *withdrawn.values(),
    )
    known: list[datetime] = [each for each in times if each is not None]
    return max(known)


def _read(kept: Tally) -> StudyTally:
    """Return the kept tally, unpacked once in a process for each count."""
    if _name(kept) not in _unpacked:
        # The whole row anew: it may have been counted again since its head was read.
        kept = Tally.objects.get(pk=kept.pk)
        _unpacked[_name(kept)] = unpack(bytes(kept.counts))
        while len(_unpacked) > _REMEMBERED:
            _unpacked.popitem(last=False)
    return _unpacked[_name(kept)]


def _name(kept: Tally) -> tuple[int, datetime | None, float]:
    """Name one count. How long it took is a number of its own, so that no two counts are taken for one."""
    return kept.study_id, kept.counted_at, kept.seconds
