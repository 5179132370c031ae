"""How many checks an annotator has answered and has yet to answer, for a progress that is honest."""

from labelling.models import Annotator
from labelling.selectors.check_schedule import has_checks, planned_checks


def check_progress(*, annotator: Annotator, images_to_come: int) -> tuple[int, int]:
    """Return the checks that were answered, and those that wait or come with so many more images.

    To an annotator a check is a picture like any other. Two queries, and none where the protocol has no
    checks.
    """
    if not has_checks(annotator.study):
        return 0, 0
    times = list(annotator.checks.values_list("answered_at", flat=True))
    answered = sum(at is not None for at in times)
    given = annotator.assignments.count()
    planned = planned_checks(
        study=annotator.study, pseudonym=annotator.pseudonym, first=given, end=given + images_to_come
    )
    return answered, len(times) - answered + len(planned)
