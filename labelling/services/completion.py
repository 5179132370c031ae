"""The step that ends a study by itself: the protocol's rules first, then the completion."""

from datetime import datetime

from django.db import transaction

from labelling.models import Event, Place, Study
from labelling.services import statements
from labelling.services.events import record_event, seal_chains
from labelling.services.quality import exclude_by_rules
from labelling.services.studies import locked_study


def complete_if_full(*, study: Study, now: datetime) -> bool:
    """Complete the study if every place is filled; return whether this very call did.

    Whom a rule of the protocol excludes now leaves places for others: the study is then not complete.

    Call it after the transaction that filled a place has committed: of two last labels stored side by side,
    the later look then sees both. The study is locked before the look that decides: exactly one caller
    completes it, and none while an exclusion or a withdrawal is opening places again.

    A process may die after that commit and before this call. Hence everybody calls it who finds nothing to
    give out, finishes or tidies; it costs them one short query.
    """
    if statements.any_place_unfilled(study=study.pk):
        return False
    exclude_by_rules(study=study, now=now)
    with transaction.atomic():
        locked = locked_study(study_id=study.pk)
        running = locked.state in (Study.State.RUNNING, Study.State.PAUSED)
        if not running or Place.objects.filter(study=locked).unfilled().exists():
            return False
        locked.state = Study.State.COMPLETE
        locked.completed_at = now
        locked.save(update_fields=["state", "completed_at"])
        record_event(of=locked, kind=Event.Kind.COMPLETED, now=now)
        seal_chains(study=locked, now=now)
    return True
