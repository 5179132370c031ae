"""The checks of one annotator, and their places among the images."""

from collections.abc import Sequence

from labelling.models import Annotator, Assignment, Check, Exclusion, Item
from labelling.selectors.annotator_pages import current_assignment
from labelling.selectors.check_schedule import PlannedCheck, has_checks, planned_checks

#: What an annotator is shown next: an image of the sample, or a check.
Shown = Assignment | Check


def item_of(shown: Shown) -> Item | None:
    """Return the item whose image is shown; None for an instruction in words."""
    return None if shown.sample_item is None else shown.sample_item.item


def checks_due(*, annotator: Annotator) -> list[PlannedCheck]:
    """Return the checks that come before an image which was given already, and that were not given yet.

    Two queries.
    """
    given = annotator.assignments.count()
    known = set(annotator.checks.values_list("kind", "ordinal"))
    planned = planned_checks(study=annotator.study, pseudonym=annotator.pseudonym, first=0, end=given)
    return [check for check in planned if (check.kind, check.ordinal) not in known]


def pending_checks(*, annotator: Annotator) -> list[Check]:
    """Return the checks that were given and not answered, in their order, each with its item or instruction.

    Whoever is excluded is shown nothing more. One query.
    """
    checks = annotator.checks.filter(answered_at=None).exclude(
        annotator__in=Exclusion.objects.in_force().values("annotator")
    )
    return list(checks.select_related("sample_item__item", "instructed").order_by("ordinal", "pk"))


def in_order(*, annotator: Annotator, leased: Sequence[Assignment]) -> list[Shown]:
    """Return these images, which are in the order of their leases, with the pending checks among them.

    A check comes before the image that was given after as many others as its ordinal says. When no image is
    left, what is still pending comes. A protocol without checks costs no query.
    """
    if not has_checks(annotator.study):
        return list(leased)
    waiting = pending_checks(annotator=annotator)
    if not waiting or not leased:
        return [*leased, *waiting]
    before = _images_before(annotator, leased)
    shown: list[Shown] = []
    for assignment in leased:
        while waiting and waiting[0].ordinal <= before[assignment.pk]:
            shown.append(waiting.pop(0))
        shown.append(assignment)
    return shown


def current_shown(*, annotator: Annotator) -> list[Shown]:
    """Return what the annotator is to answer now: the checks that are due, and the first unanswered image."""
    assignment = current_assignment(annotator=annotator)
    return in_order(annotator=annotator, leased=[] if assignment is None else [assignment])


def _images_before(annotator: Annotator, leased: Sequence[Assignment]) -> dict[int, int]:
    """Return for each assignment how many images the annotator had been given before it. Two queries."""
    first = min(assignment.pk for assignment in leased)
    before = annotator.assignments.filter(pk__lt=first).count()
    keys = annotator.assignments.filter(pk__gte=first).order_by("pk").values_list("pk", flat=True)
    return {key: before + place for place, key in enumerate(keys)}
