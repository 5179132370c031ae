"""Give tied items further places, once, where the protocol foresaw it."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from labelling.errors import StudyStateError
from labelling.models import Event, Place, Study
from labelling.selectors.ties import TiedItem, tied_items, why_not_extended
from labelling.services.events import record_event
from labelling.services.studies import locked_study

_BATCH = 2000


@transaction.atomic
def extend_tied_items(*, study: Study, now: datetime, by: str = "") -> Study:
    """Open `tie_extension` further places on each tied item of a complete study, which then runs again.

    Which items these are is decided by the counts of their labels alone. It is done once: what is tied after
    the further labels stays tied. The event is written before the places, which the database refuses without
    it.

    Raises
    ------
    StudyStateError
        When the protocol foresaw no extension, the study was extended before, it is not complete, or no item
        is tied.
    """
    study = locked_study(study_id=study.pk)
    if refusal := why_not_extended(study=study):
        raise StudyStateError(refusal)
    tied = tied_items(study=study)
    if not tied:
        raise StudyStateError(f"No image of the study {study.slug} ended in a tie.")
    record_event(
        of=study,
        kind=Event.Kind.EXTENDED,
        now=now,
        by=by,
        items=sorted(item.index for item in tied),
        labels_per_item=study.tie_extension,
        labels=len(tied) * study.tie_extension,
    )
    _add_places(study, tied, now)
    study.state = Study.State.RUNNING
    study.completed_at = None
    study.save(update_fields=["state", "completed_at"])
    return study


def _add_places(study: Study, tied: Sequence[TiedItem], now: datetime) -> None:
    """Make the places after the last ones that there are, in the protocol's order."""
    last = Place.objects.filter(study=study).aggregate(Max("rank"))["rank__max"]
    breadth = study.order == Study.Order.BREADTH
    for further in range(study.tie_extension):
        Place.objects.bulk_create(
            (
                Place(
                    study=study,
                    sample_item_id=item.key,
                    slot=study.redundancy + further,
                    rank=last
                    + 1
                    + (further * len(tied) + place if breadth else place * study.tie_extension + further),
                    available_from=now,
                )
                for place, item in enumerate(tied)
            ),
            batch_size=_BATCH,
        )
