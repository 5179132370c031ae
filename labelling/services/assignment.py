"""Give items out to annotators, and take their labels.

The rules are the database's: a place has one holder, an annotator one assignment for an item, an assignment
one label. This code finds a place quickly and turns what the constraints refuse into the right answer.
"""

from datetime import datetime, timedelta

from django.db import IntegrityError, connection, transaction

from labelling.errors import (
    AlreadyLabelled,
    ConsentMissing,
    NotRunning,
    SubmissionConflict,
    UnknownAssignment,
    UnknownCategory,
    Withdrawn,
)
from labelling.models import Annotator, Assignment, Category, Event, Exclusion, Label, Place, Study
from labelling.selectors.annotators import ANSWERED, open_to
from labelling.services.annotators import lock
from labelling.services.events import record_event
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
    category = _category(annotator, category_position)
    if response_ms is not None and not 0 <= response_ms <= _MOST_RESPONSE_MS:
        response_ms = None  # a device's clock that jumped tells nothing about the answer
    answer = Label(
        annotator=annotator,
        category=category,
        submission_key=submission_key,
        response_ms=response_ms,
        submitted_at=now,
    )
    try:
        with transaction.atomic():
            lock(annotator=annotator)
            places = _lock_places(annotator, token)
            assignment = annotator.assignments.select_related("label", "sample_item__item").get(token=token)
            if hasattr(assignment, "label"):
                return _same_answer(assignment.label, assignment, answer)
            if annotator.withdrawn_at is not None:
                raise Withdrawn("The annotator has withdrawn; nothing more is stored of them.")
            _settle(assignment, places, now)
            answer.assignment = assignment
            answer.save(force_insert=True)
            _record(annotator, answer)
    except IntegrityError:
        # The key names an earlier answer, or another copy of this submission was faster.
        assignment = annotator.assignments.get(token=token)
        earlier = annotator.labels.filter(submission_key=submission_key).first()
        if earlier is None:
            raise
        return _same_answer(earlier, assignment, answer)
    complete_if_full(study_id=annotator.study_id, now=now)
    return answer


# The order of locks is: study, annotator, places, assignments. Whoever gives places out never waits for one
# (SKIP LOCKED), and nobody waits for a place while holding an assignment, so no two requests wait for each
# other. SQLite locks the whole database when a transaction begins, and ignores select_for_update.


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


def _record(annotator: Annotator, label: Label) -> None:
    """Write the label into the record of what happened."""
    record_event(
        of=annotator,
        kind=Event.Kind.LABELLED,
        now=label.submitted_at,
        item=label.assignment.sample_item.item.index,
        label=label.category.name,
        response_ms=label.response_ms,
        counted=label.assignment.state == Assignment.State.SUBMITTED,
    )


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


def _same_answer(earlier: Label, assignment: Assignment, answer: Label) -> Label:
    """Return the earlier label if the answer is a copy of it; refuse a different one."""
    if earlier.submission_key != answer.submission_key:
        raise AlreadyLabelled("This image was answered before; the first answer stands.")
    first = (earlier.assignment_id, earlier.category_id, earlier.response_ms)
    if first != (assignment.pk, answer.category.pk, answer.response_ms):
        raise SubmissionConflict(
            f"The submission {answer.submission_key[:40]!r} was sent before with a different answer; "
            "the first one stands."
        )
    return earlier


def _category(annotator: Annotator, position: int) -> Category:
    categories = Category.objects.filter(dataset__studies=annotator.study_id)
    try:
        return categories.get(position=position)
    except Category.DoesNotExist:
        raise UnknownCategory(
            f"The dataset has no category {position}; choose 0 to {categories.count() - 1}."
        ) from None


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
