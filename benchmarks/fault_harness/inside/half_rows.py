"""Rows of which only a part is there: a label without its place, an event without its label."""

from labelling.models import Assignment, Label, Study
from labelling.selectors.annotators import ANSWERED
from labelling.selectors.verification import verify_study


def half_rows(*, slug: str) -> list[str]:
    """Return a sentence for each row of the study that lacks another, or disagrees with the record."""
    study = Study.objects.get(slug=slug)
    found = [str(fault) for fault in verify_study(study=study)]
    unsettled = Label.objects.filter(annotator__study=study).exclude(assignment__state__in=ANSWERED)
    found += [f"label {label.pk} is stored and its assignment is not answered" for label in unsettled]
    empty = Assignment.objects.filter(annotator__study=study, state__in=ANSWERED, label=None)
    return found + [f"assignment {row.pk} is answered and has no label" for row in empty]
