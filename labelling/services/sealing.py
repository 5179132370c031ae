"""Break the seal on a study's accuracy: recorded, and told in the report."""

from datetime import datetime

from django.db import transaction

from labelling.errors import StudyStateError
from labelling.models import Assignment, Event, Place, Study
from labelling.selectors.sealing import accuracy_visible
from labelling.services.events import record_event
from labelling.services.studies import locked_study


@transaction.atomic
def unseal_accuracy(*, study: Study, reason: str, now: datetime, by: str = "") -> Study:
    """Let everybody at the desk see the accuracy before the end. It cannot be sealed again.

    The record keeps the reason and how many labels there were; the report prints both.

    Raises
    ------
    StudyStateError
        When the reason is blank, the study is a draft, or its accuracy is not sealed.
    """
    if not reason.strip():
        raise StudyStateError("Unsealing needs a reason; the report prints it.")
    study = locked_study(study_id=study.pk)
    if study.state == Study.State.DRAFT:
        raise StudyStateError(
            f"The study {study.slug} is a draft and has no accuracy yet. Its plan says whether it is sealed."
        )
    if accuracy_visible(study=study):
        raise StudyStateError(f"Cannot unseal the accuracy of the study {study.slug}: {_why_open(study)}.")
    study.unsealed_at = now
    study.save(update_fields=["unsealed_at"])
    record_event(
        of=study,
        kind=Event.Kind.UNSEALED,
        now=now,
        by=by,
        reason=reason.strip(),
        labels=Assignment.objects.counted().filter(place__study=study).count(),
        wanted=Place.objects.filter(study=study).count(),
    )
    return study


def _why_open(study: Study) -> str:
    """Say why there is nothing to unseal."""
    if study.unsealed_at is not None:
        return f"it was unsealed on {study.unsealed_at:%Y-%m-%d at %H:%M} UTC"
    if study.rehearsal:
        return "it is a rehearsal, whose accuracy everybody may see"
    if not study.accuracy_sealed:
        return "its protocol does not seal it"
    return "the study has been complete or closed, and everybody could see it since"
