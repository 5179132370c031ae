"""What a study's tables and pages say of time, after its clock was set many times."""

from datetime import timedelta
from itertools import pairwise

from labelling.models import Assignment, Event, Label, Study
from labelling.selectors.progress import study_progress
from labelling.selectors.tally import count_study
from labelling.selectors.verification import verify_study
from labelling.services.steady_clock import steady_now


def leases_lost(*, slug: str) -> int:
    """Return how many promises went to others, or would now."""
    leased = Assignment.objects.filter(annotator__study__slug=slug)
    out = leased.filter(state=Assignment.State.LEASED, expires_at__lte=steady_now())
    return out.count() + leased.filter(state=Assignment.State.EXPIRED).count()


def out_of_order(*, slug: str) -> list[str]:
    """Return a sentence for each moment, duration or figure that cannot be.

    Read while the run is less than an hour old, so that the last hour holds all of it.
    """
    study = Study.objects.get(slug=slug)
    found = [f"{study.slug}: {fault}" for fault in verify_study(study=study)]
    for label in Label.objects.filter(annotator__study=study).select_related("assignment"):
        early = label.assignment.leased_at - label.submitted_at
        found += [f"label {label.pk} came {early} before its lease"] if early > timedelta(0) else []
    for annotator in study.annotators.all():
        moments = list(
            Event.objects.filter(annotator=annotator).order_by("sequence").values_list("at", flat=True)
        )
        found += [f"{annotator}: an event at {b} after one at {a}" for a, b in pairwise(moments) if b < a]
    now = steady_now()
    tally = count_study(study=study, now=now)
    progress = study_progress(study=study, tally=tally, now=now)
    if progress.labels_last_hour != progress.labels.counted:
        found.append(f"{progress.labels_last_hour} of {progress.labels.counted} labels are of the last hour")
    if any(hour.last < hour.first for hour in progress.hours) or progress.worked.total_seconds() < 0:
        found.append("an hour of work ends before it begins")
    if study.launched_at is None or progress.at < study.launched_at:
        found.append("the study was launched after now")
    return found
