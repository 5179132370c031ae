"""One annotator: their answers in order, their checks, and what happened to them."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, OuterRef, Subquery

from labelling.models import Annotator, Assignment, Check, Event, Exclusion, Item, Label, SampleItem
from labelling.selectors.check_outcomes import is_passed
from labelling.selectors.people import names_at_desk

State = Assignment.State

#: What became of a label, in words for the desk.
BECAME = {
    State.SUBMITTED: "counts",
    State.SURPLUS: "surplus",
    State.ABSTAINED: "replaced",
    State.VOID: "set aside",
}
#: No more checks than this are read for a page.
MOST_CHECKS = 300
# What an annotator did image by image; the page shows these apart.
_BY_IMAGE = (Event.Kind.LABELLED, Event.Kind.CHECKED)


@dataclass(frozen=True)
class GivenAnswer:
    """An answer to an image of the sample. `answer` is empty where the annotator could not tell.

    `same` of `others` counted votes on the image are the same. `truth` is empty while it may not be told.
    """

    number: int
    sample_item: int
    position: int
    item: Item
    answer: str
    changed_from: str
    response_ms: int | None
    at: datetime
    became: str
    same: int
    others: int
    truth: str

    @property
    def agrees(self) -> bool | None:
        """Whether most of the others say the same.

        None where nobody else has a vote, or there is no answer.
        """
        if not self.others or not self.answer:
            return None
        return 2 * self.same > self.others


@dataclass(frozen=True)
class CheckRecord:
    """A check and what became of it.

    `passed` is None where it is no sign of anything, or was not answered.
    """

    check: Check
    wanted: str
    answer: str
    passed: bool | None


@dataclass(frozen=True)
class TimelineEntry:
    """Something that happened to an annotator: what, when, and where somebody decided, who and why."""

    what: str
    at: datetime
    by: str = ""
    why: str = ""


def given_answers(*, annotator: Annotator, start: int, end: int, visible: bool) -> list[GivenAnswer]:
    """Return the annotator's answers from the place `start` up to `end`, in the order given. Two queries.

    `visible` says whether the ground truth may be told.
    """
    labels = list(
        annotator.labels.select_related(
            "category", "changed_from", "assignment__sample_item__item__ground_truth"
        ).order_by("submitted_at", "pk")[start:end]
    )
    votes = votes_by_item([label.assignment.sample_item_id for label in labels], but_for=annotator)
    return [
        _answer(number, label, votes[label.assignment.sample_item_id], visible=visible)
        for number, label in enumerate(labels, start=start + 1)
    ]


def votes_by_item(
    sample_items: Sequence[int], *, but_for: Annotator | None = None
) -> defaultdict[int, Counter[int]]:
    """Return the counted votes on these items by the categories' keys. One query."""
    labels = Label.objects.filter(
        assignment__sample_item__in=sample_items, assignment__state=State.SUBMITTED, category__isnull=False
    )
    if but_for is not None:
        labels = labels.exclude(annotator=but_for)
    rows = labels.order_by().values("assignment__sample_item", "category").annotate(n=Count("pk"))
    votes: defaultdict[int, Counter[int]] = defaultdict(Counter)
    for row in rows:
        votes[row["assignment__sample_item"]][row["category"]] = row["n"]
    return votes


def given_checks(*, annotator: Annotator) -> list[CheckRecord]:
    """Return the annotator's checks in order, at most `MOST_CHECKS`. One query."""
    own = Label.objects.filter(
        assignment__annotator=annotator, assignment__sample_item=OuterRef("sample_item")
    )
    checks = (
        annotator.checks.select_related("category", "instructed", "sample_item__item__ground_truth")
        .annotate(
            before=Subquery(own.values("category")[:1]),
            before_name=Subquery(own.values("category__name")[:1]),
        )
        .order_by("ordinal", "pk")
    )
    return [_check(check) for check in checks[:MOST_CHECKS]]


def happenings(*, annotator: Annotator) -> list[TimelineEntry]:
    """Return what happened to the annotator but for answers, oldest first, with reasons. Three queries."""
    exclusions = list(annotator.exclusions.order_by("excluded_at", "pk"))
    events = annotator.events.exclude(kind__in=_BY_IMAGE).order_by("sequence").only("kind", "at")
    authors = [author for each in exclusions for author in (each.excluded_by, each.lifted_by)]
    names = names_at_desk(authors=authors)
    return [_happening(event, exclusions, names) for event in events]


def _answer(number: int, label: Label, votes: Counter[int], *, visible: bool) -> GivenAnswer:
    assignment = label.assignment
    sample_item: SampleItem = assignment.sample_item
    return GivenAnswer(
        number=number,
        sample_item=sample_item.pk,
        position=sample_item.position,
        item=sample_item.item,
        answer=label.category.name if label.category else "",
        changed_from=label.changed_from.name if label.changed_from else "",
        response_ms=label.response_ms,
        at=label.submitted_at,
        became=BECAME.get(State(assignment.state), assignment.state),
        same=votes[label.category_id] if label.category_id else 0,
        others=votes.total(),
        truth=sample_item.item.ground_truth.name if visible else "",
    )


def _check(check: Check) -> CheckRecord:
    before: int | None = getattr(check, "before", None)
    wanted = {
        Check.Kind.GOLD: (check.sample_item and check.sample_item.item.ground_truth_id) or None,
        Check.Kind.REPEAT: before,
        Check.Kind.ATTENTION: check.instructed_id,
    }[Check.Kind(check.kind)]
    names = {
        Check.Kind.GOLD: check.sample_item.item.ground_truth.name if check.sample_item else "",
        Check.Kind.REPEAT: getattr(check, "before_name", None) or "",
        Check.Kind.ATTENTION: check.instructed.name if check.instructed else "",
    }
    answered = check.answered_at is not None
    return CheckRecord(
        check=check,
        wanted=names[Check.Kind(check.kind)],
        answer="can't tell" if check.cant_tell else check.category.name if check.category else "",
        passed=is_passed(kind=check.kind, answer=check.category_id, right=wanted) if answered else None,
    )


def _happening(event: Event, exclusions: Sequence[Exclusion], names: Mapping[str, str]) -> TimelineEntry:
    what = Event.Kind(event.kind).label if event.kind in Event.Kind.values else event.kind
    for exclusion in exclusions:
        if event.kind == Event.Kind.EXCLUDED and event.at == exclusion.excluded_at:
            return TimelineEntry(what, event.at, names[exclusion.excluded_by], exclusion.reason)
        if event.kind == Event.Kind.REINSTATED and event.at == exclusion.lifted_at:
            return TimelineEntry(what, event.at, names[exclusion.lifted_by], exclusion.lift_reason)
    return TimelineEntry(what, event.at)
