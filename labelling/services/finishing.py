"""An annotator's last step: the completion code, and then what the protocol's rules say of their labels."""

from datetime import datetime

from labelling.models import Annotator
from labelling.services.annotators import finish
from labelling.services.completion import complete_if_full
from labelling.services.quality import exclude_by_rules


def finish_annotator(*, annotator: Annotator, now: datetime) -> Annotator:
    """Give the annotator a completion code, once, and then exclude them where a rule of the protocol says so.

    Whoever has answered what was asked gets the code all the same: whether the labels count is the
    researchers' matter. The errors are those of `finish`.
    """
    first = annotator.finished_at is None
    finished = finish(annotator=annotator, now=now)
    if first and finished.finished_at is not None:
        exclude_by_rules(study=finished.study, annotator=finished, now=now)
        complete_if_full(study=finished.study, now=now)
    return finished
