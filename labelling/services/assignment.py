"""Give items out to annotators, and take their labels.

The rules are the database's: a place has one holder, an annotator one assignment for an item, an assignment
one label. This code finds a place quickly and turns what the constraints refuse into the right answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, connection, transaction

from labelling.errors import (
    AlreadyLabelled,
    ConsentMissing,
    LabellingError,
    NotRunning,
    SubmissionConflict,
    UnknownAssignment,
    UnknownCategory,
    Withdrawn,
)
from labelling.models import Annotator, Assignment, Category, Event, Exclusion, Label, Place, Study
from labelling.selectors.annotators import ANSWERED, open_to
from labelling.services.annotators import lock
from labelling.services.events import Happening, record_events
from labelling.services.studies import complete_if_full

# However many are asked for, one annotator holds no more than this: what one holds, others wait for.
MOST_LEASES = 10

_MOST_RESPONSE_MS = 24 * 3600 * 1000


def lease_items(*, annotator: Annotator, count: int, now: datetime) -> list[Assignment]:
    """Promise up to `count` items to the annotator and return their assignments, oldest first.

    Items promised before and not answered come first, with a new lease where their place is still theirs.
    An empty list means that there is nothing for this annotator at this moment; who is excluded or has
    withdrawn gets nothing. Each assignment comes with its `sample_item` and `item`.

    Raises
    ------
    ConsentMissing
        When the annotator has not consented.
    NotRunning
        When the study gives out no images now.
    """
    if annotator.consented_at is None:
        raise ConsentMissing("The annotator has not consented; show the consent page first.")
    study = annotator.study
    with transaction.atomic():
        # Two tabs of one annotator lease one after the other; other people do not wait here.
        lock(annotator=annotator)
        if annotator.withdrawn_at is not None or annotator.exclusions.in_force().exists():
            return []
        assignments = _renew_leases(annotator, study, now)
        room = min(count, MOST_LEASES, _quota_left(annotator, study)) - len(assignments)
        if room > 0:
            assignments += _promise(annotator, _next_places(annotator, room, now), study, now)
        _require_running(study)
    return assignments[:count]


@dataclass(frozen=True)
class Answer:
    """What an annotator answers to one assignment, under the browser's own name for this answer."""

    token: str
    category_position: int
    submission_key: str
    response_ms: int | None


def submit_label(
    *,
    annotator: Annotator,
    token: str,
    category_position: int,
    submission_key: str,
    response_ms: int | None,
    now: datetime,
) -> Label:
    """Store the annotator's answer to an assignment; on disk when this returns.

    The same submission sent again returns the label that it made before. An answer that comes after its lease
    has run out is kept: counted where a place of the item is free, else as surplus; the annotator sees no
    difference.

    Raises
    ------
    UnknownAssignment
        When the token is not one of this annotator's.
    UnknownCategory
        When the dataset has no category at this position.
    SubmissionConflict
        When the key was used before for another answer.
    AlreadyLabelled
        When the item was answered before under another key.
    Withdrawn
        When the annotator has withdrawn.
    """
    answer = Answer(token, category_position, submission_key, response_ms)
    [result] = submit_labels(annotator=annotator, answers=[answer], now=now)
    if isinstance(result, LabellingError):
        raise result
    return result


def submit_labels(
    *, annotator: Annotator, answers: Sequence[Answer], now: datetime
) -> list[Label | LabellingError]:
    """Store several answers as `submit_label` stores one; all are on disk when this returns.

    Each has a result of its own, in the same order: its label, or why it was refused. Answers whose places
    are still theirs, nearly all, share one transaction. Any other looks around, in a transaction of its own.
    """
    results: dict[int, Label | LabellingError] = {}
    try:
        with transaction.atomic():
            results |= _fill_held_places(annotator, answers, now)
    except IntegrityError:
        pass  # a key names an earlier answer: each is looked at by itself
    for number, answer in enumerate(answers):
        if number not in results:
            try:
                with transaction.atomic():
                    results[number] = _submit_alone(annotator, answer, now)
            except LabellingError as refusal:
                results[number] = refusal
    complete_if_full(study_id=annotator.study_id, now=now)
    return [results[number] for number in range(len(answers))]


# The order of locks is: study, annotator, places, assignments. Whoever gives places out never waits for one
# (SKIP LOCKED), and nobody waits for a place while holding an assignment, so no two requests wait for each
# other. SQLite locks the whole database when a transaction begins, and ignores select_for_update.


def _fill_held_places(annotator: Annotator, answers: Sequence[Answer], now: datetime) -> dict[int, Label]:
    """Store the answers whose assignments hold their places; return their labels by number in `answers`.

    Nothing can forbid such an answer: whoever takes a place from an assignment locks the place first.
    """
    lock(annotator=annotator)
    if annotator.withdrawn_at is not None:
        return {}
    numbers: dict[str, int] = {}
    for number, answer in enumerate(answers):
        numbers.setdefault(answer.token, number)
    _lock_held_places(annotator, list(numbers))
    held = annotator.assignments.leased().filter(token__in=numbers)
    categories = _categories(annotator, answers)
    labels: dict[int, Label] = {}
    for assignment in held.select_related("sample_item__item"):
        number = numbers[assignment.token]
        category = categories.get(answers[number].category_position)
        if category is not None:
            assignment.state = Assignment.State.SUBMITTED
            labels[number] = _label(assignment, category, answers[number], now)
    stored = [labels[number] for number in sorted(labels)]
    if stored:
        filled = [label.assignment for label in stored]
        Place.objects.filter(pk__in=[each.place_id for each in filled]).update(available_from=None)
        keys = [each.pk for each in filled]
        Assignment.objects.filter(pk__in=keys).update(state=Assignment.State.SUBMITTED)
        Label.objects.bulk_create(stored)
        _record(annotator, stored)
    return labels


def _submit_alone(annotator: Annotator, answer: Answer, now: datetime) -> Label:
    """Store an answer that lost its place or was given before, or refuse it."""
    lock(annotator=annotator)
    category = _categories(annotator, [answer]).get(answer.category_position)
    if category is None:
        last = annotator.study.dataset.categories.count() - 1
        raise UnknownCategory(f"The dataset has no category {answer.category_position}; choose 0 to {last}.")
    places = _lock_places(annotator, answer.token)
    assignment = annotator.assignments.select_related("label", "sample_item__item").get(token=answer.token)
    earlier = getattr(assignment, "label", None)
    earlier = earlier or annotator.labels.filter(submission_key=answer.submission_key).first()
    label = _label(assignment, category, answer, now)
    if earlier is not None:
        return _same_answer(earlier, label)
    if annotator.withdrawn_at is not None:
        raise Withdrawn("The annotator has withdrawn; nothing more is stored of them.")
    _settle(assignment, places, now)
    label.save(force_insert=True)
    _record(annotator, [label])
    return label


def _label(assignment: Assignment, category: Category, answer: Answer, now: datetime) -> Label:
    """Return the label that this answer makes; not stored yet."""
    known = answer.response_ms is not None and 0 <= answer.response_ms <= _MOST_RESPONSE_MS
    return Label(
        annotator_id=assignment.annotator_id,
        assignment=assignment,
        category=category,
        submission_key=answer.submission_key,
        # A device's clock that jumped tells nothing about the answer.
        response_ms=answer.response_ms if known else None,
        submitted_at=now,
    )


def _categories(annotator: Annotator, answers: Sequence[Answer]) -> dict[int, Category]:
    """Return the categories that the answers name, by position. One that the dataset lacks is absent."""
    positions = {answer.category_position for answer in answers}
    known = Category.objects.filter(dataset=annotator.study.dataset_id, position__in=positions)
    return {category.position: category for category in known.order_by()}


def _lock_held_places(annotator: Annotator, tokens: list[str]) -> None:
    """Lock the places that these assignments of the annotator hold, in the order of all who lock several."""
    if connection.features.has_select_for_update:
        held = Place.objects.filter(assignment__annotator=annotator, assignment__token__in=tokens)
        list(held.order_by("pk").select_for_update(no_key=True, of=("self",)).values_list("pk"))


def _lock_places(annotator: Annotator, token: str) -> list[Place]:
    """Return the places of the assignment's item, locked: answers to one item go one at a time."""
    item = annotator.assignments.filter(token=token).values_list("sample_item_id", flat=True).first()
    if item is None:
        raise UnknownAssignment(f"No image was given to this annotator under {token[:40]!r}.")
    return list(Place.objects.filter(sample_item=item).order_by("slot").select_for_update(no_key=True))


def _settle(assignment: Assignment, places: list[Place], now: datetime) -> None:
    """Fill the assignment's place, or another free place of the item, or mark the label as surplus."""
    place = next((place for place in places if place.pk == assignment.place_id), None)
    if place is None:
        place = _another_place(assignment, places, now)
    if place is None:
        excluded = Exclusion.objects.filter(annotator=assignment.annotator_id).in_force().exists()
        assignment.state = Assignment.State.VOID if excluded else Assignment.State.SURPLUS
    else:
        Place.objects.filter(pk=place.pk).update(available_from=None)
        assignment.state = Assignment.State.SUBMITTED
        assignment.place = place
    assignment.save(update_fields=["state", "place"])


def _record(annotator: Annotator, labels: list[Label]) -> None:
    """Write the labels into the record of what happened."""
    happenings = [
        Happening(
            kind=Event.Kind.LABELLED,
            at=label.submitted_at,
            payload={
                "item": label.assignment.sample_item.item.index,
                "label": label.category.name,
                "response_ms": label.response_ms,
                "counted": label.assignment.state == Assignment.State.SUBMITTED,
            },
        )
        for label in labels
    ]
    record_events(of=annotator, happenings=happenings)


def _another_place(assignment: Assignment, places: list[Place], now: datetime) -> Place | None:
    """Return a free place for an answer that has lost its own; None where it may not count."""
    free = [place for place in places if place.available_from is not None and place.available_from <= now]
    may_count = (
        Annotator.objects.filter(pk=assignment.annotator_id)
        .exclude(study__state=Study.State.CLOSED)
        .exclude(exclusions__in=Exclusion.objects.in_force())
    )
    if not free or not may_count.exists():
        return None
    Assignment.objects.filter(place=free[0]).update(state=Assignment.State.EXPIRED, place=None)
    return free[0]


def _same_answer(earlier: Label, answer: Label) -> Label:
    """Return the earlier label if the answer is a copy of it; refuse a different one."""
    if earlier.submission_key != answer.submission_key:
        raise AlreadyLabelled("This image was answered before; the first answer stands.")
    first = (earlier.assignment_id, earlier.category_id, earlier.response_ms)
    if first != (answer.assignment_id, answer.category_id, answer.response_ms):
        raise SubmissionConflict(
            f"The submission {answer.submission_key[:40]!r} was sent before with a different answer; "
            "the first one stands."
        )
    return earlier


def _require_running(study: Study) -> None:
    """Refuse, and undo the leases, unless the study runs.

    Asked when the places are locked: whoever closes the study now waits for them and ends these leases too.
    """
    state = Study.objects.values_list("state", flat=True).get(pk=study.pk)
    if state != Study.State.RUNNING:
        raise NotRunning(f"The study {study.slug} is {Study.State(state).label.lower()}.")


def _renew_leases(annotator: Annotator, study: Study, now: datetime) -> list[Assignment]:
    """Return the annotator's unanswered assignments, their leases extended from now."""
    held = Place.objects.filter(assignment__annotator=annotator, assignment__state=Assignment.State.LEASED)
    list(held.order_by("pk").select_for_update(no_key=True, of=("self",)).values_list("pk"))
    assignments = list(annotator.assignments.leased().select_related("sample_item__item").order_by("pk"))
    if assignments:
        expires_at = now + timedelta(seconds=study.lease_seconds)
        Place.objects.filter(pk__in=[a.place_id for a in assignments]).update(available_from=expires_at)
        Assignment.objects.filter(pk__in=[a.pk for a in assignments]).update(
            leased_at=now, expires_at=expires_at
        )
        for assignment in assignments:
            assignment.leased_at, assignment.expires_at = now, expires_at
    return assignments


def _quota_left(annotator: Annotator, study: Study) -> int:
    """Return how many more items the protocol lets this annotator hold or answer."""
    if study.labels_per_annotator is None:
        return MOST_LEASES
    answered = annotator.assignments.filter(state__in=ANSWERED).count()
    return max(study.labels_per_annotator - answered, 0)


def _next_places(annotator: Annotator, count: int, now: datetime) -> list[Place]:
    """Return the next free places by rank whose items are new to the annotator, locked; one for an item.

    On PostgreSQL, places that another request is taking at this moment are skipped, not waited for.
    """
    places = open_to(annotator=annotator, but_for=(*ANSWERED, Assignment.State.LEASED)).free(at=now)
    skip = connection.features.has_select_for_update_skip_locked
    found = places.order_by("rank").select_for_update(no_key=True, skip_locked=skip)[:count]
    first_of_item: dict[int, Place] = {}
    for place in found:
        first_of_item.setdefault(place.sample_item_id, place)
    return list(first_of_item.values())


def _promise(annotator: Annotator, places: list[Place], study: Study, now: datetime) -> list[Assignment]:
    """Give the places to the annotator; whoever held one before has let the lease run out."""
    expires_at = now + timedelta(seconds=study.lease_seconds)
    keys = [place.pk for place in places]
    Place.objects.filter(pk__in=keys).update(available_from=expires_at)
    Assignment.objects.filter(place__in=keys).update(state=Assignment.State.EXPIRED, place=None)
    # A row of this annotator for the item may be there from a promise that ran out: there is one row a pair.
    promised = [
        Assignment(
            annotator=annotator,
            sample_item_id=place.sample_item_id,
            place=place,
            leased_at=now,
            expires_at=expires_at,
        )
        for place in places
    ]
    Assignment.objects.bulk_create(
        promised,
        update_conflicts=True,
        unique_fields=["annotator", "sample_item"],
        update_fields=["place", "state", "leased_at", "expires_at"],
    )
    stored = annotator.assignments.filter(place__in=keys).select_related("sample_item__item")
    return list(stored.order_by("place__rank"))
