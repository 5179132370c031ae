"""Give items out to annotators, and take their labels.

The rules are the database's: a place has one holder, an annotator one assignment for an item, an assignment
one label. This code finds a place quickly and turns what the constraints refuse into the right answer.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError

from labelling.errors import (
    ConsentMissing,
    LabellingError,
    NotAdmitted,
    NotRunning,
    UnknownAssignment,
    Withdrawn,
)
from labelling.models import Annotator, Assignment, Exclusion, Label, Place, Study
from labelling.models.dataset import new_token
from labelling.selectors.annotator_pages import promised
from labelling.services import statements
from labelling.services.answer import (
    Answer,
    Categories,
    happening_of,
    is_possible,
    label_of,
    named_positions,
    replaces,
    require_possible,
    same_answer,
)
from labelling.services.completion import complete_if_full
from labelling.services.events import record_events
from labelling.services.insertion import insert_rows
from labelling.services.picking import pick_places, remember_reach
from labelling.services.write_queue import short_transaction

# However many are asked for, one annotator holds no more than this: what one holds, others wait for.
MOST_LEASES = 10


def lease_items(*, annotator: Annotator, count: int, now: datetime) -> list[Assignment]:
    """Promise up to `count` items to the annotator and return their assignments, oldest first.

    Items promised before and not answered come first, with a new lease where their place is still theirs.
    An empty list means that there is nothing for this annotator at this moment; who is excluded or has
    withdrawn gets nothing. Each assignment comes with its `sample_item` and `item`.

    Raises
    ------
    ConsentMissing
        When the annotator has not consented.
    NotAdmitted
        When the annotator was turned away, or has yet to be screened or to practise.
    NotRunning
        When the study gives out no images now.
    """
    study = annotator.study
    with short_transaction():
        locked = statements.lock_annotator(annotator=annotator.pk)
        if not locked.consented:
            raise ConsentMissing("The annotator has not consented; show the consent page first.")
        if locked.withdrawn or statements.is_excluded(annotator=annotator.pk):
            return []
        if not locked.admitted:
            raise NotAdmitted("The annotator is not admitted, or not yet; show the page of `next_step`.")
        held = _renew_leases(annotator, study, now)
        room = min(count, MOST_LEASES, _quota_left(annotator, study)) - len(held)
        new = _promise_next(annotator, study, locked, room, now) if room > 0 else []
        _require_running(study)
    if not held and not new:
        # Perhaps whoever gave the last label died before the study was completed.
        complete_if_full(study=study, now=now)
    # Read when others need not wait any more.
    return promised(annotator=annotator, assignments=[*held, *new][:count])


def submit_label(*, annotator: Annotator, answer: Answer, now: datetime) -> Label:
    """Store the annotator's answer to an assignment; on disk when this returns.

    The same submission sent again returns the label that it made before. An answer that comes after its lease
    has run out is kept: counted where a place of the item is free, else as surplus; the annotator sees no
    difference. That one cannot tell is kept as an answer of its own: it fills the place, or frees it for
    somebody else, as the protocol says.

    Raises
    ------
    UnknownAssignment
        When the token is not one of this annotator's.
    UnknownCategory
        When the dataset has no category at this position, or the protocol no "can't tell".
    SubmissionConflict
        When the key was used before for another answer.
    AlreadyLabelled
        When the item was answered before under another key.
    Withdrawn
        When the annotator has withdrawn.
    """
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
    categories = statements.categories_at(
        dataset=annotator.study.dataset_id, positions=named_positions(answers)
    )
    results: dict[int, Label | LabellingError] = {}
    try:
        with short_transaction():
            filled = _fill_held_places(annotator, answers, categories, now)
        results |= filled  # only now: a commit may be refused, too
    except IntegrityError:
        pass  # a key names an earlier answer: each is looked at by itself
    for number, answer in enumerate(answers):
        if number not in results:
            try:
                with short_transaction():
                    results[number] = _submit_alone(annotator, answer, categories, now)
            except LabellingError as refusal:
                results[number] = refusal
    complete_if_full(study=annotator.study, now=now)
    return [results[number] for number in range(len(answers))]


# The order of locks is: study, annotator, places, assignments. Whoever gives places out never waits for one
# (SKIP LOCKED), and nobody waits for a place while holding an assignment, so no two requests wait for each
# other. SQLite locks the whole database when a transaction begins, and ignores select_for_update.


def _fill_held_places(
    annotator: Annotator, answers: Sequence[Answer], categories: Categories, now: datetime
) -> dict[int, Label]:
    """Store the answers whose assignments hold their places; return their labels by number in `answers`.

    Nothing can forbid such an answer: whoever takes a place from an assignment locks the place first.
    """
    if statements.lock_annotator(annotator=annotator.pk).withdrawn:
        return {}
    numbers: dict[str, int] = {}
    for number, answer in enumerate(answers):
        if is_possible(answer, categories=categories, study=annotator.study):
            numbers.setdefault(answer.token, number)
    held = statements.held_assignments(annotator=annotator.pk, tokens=list(numbers))
    if not held:
        return {}
    held.sort(key=lambda assignment: numbers[assignment.token])
    labels = {}
    happenings = []
    filled: list[statements.Held] = []
    given_back: list[statements.Held] = []
    for assignment in held:
        answer = answers[numbers[assignment.token]]
        label = label_of(
            answer, annotator=annotator, assignment=assignment.assignment, categories=categories, now=now
        )
        labels[numbers[assignment.token]] = label
        counted = not replaces(answer, study=annotator.study)
        (filled if counted else given_back).append(assignment)
        happenings.append(
            happening_of(answer, label=label, item=assignment.item, categories=categories, counted=counted)
        )
    statements.fill_places(held=filled)
    statements.give_places_back(held=given_back, now=now)
    insert_rows(list(labels.values()))
    record_events(of=annotator, happenings=happenings)
    return labels


def _submit_alone(annotator: Annotator, answer: Answer, categories: Categories, now: datetime) -> Label:
    """Store an answer that lost its place or was given before, or refuse it."""
    require_possible(answer, categories=categories, study=annotator.study)
    withdrawn = statements.lock_annotator(annotator=annotator.pk).withdrawn
    places = _lock_places(annotator, answer.token)
    assignment = annotator.assignments.select_related("label", "sample_item__item").get(token=answer.token)
    label = label_of(answer, annotator=annotator, assignment=assignment.pk, categories=categories, now=now)
    earlier = getattr(assignment, "label", None)
    earlier = earlier or annotator.labels.filter(submission_key=answer.submission_key).first()
    if earlier is not None:
        return same_answer(earlier, label)
    if withdrawn:
        raise Withdrawn("The annotator has withdrawn; nothing more is stored of them.")
    if replaces(answer, study=annotator.study):
        _abstain(assignment, now)
    else:
        _settle(assignment, places, now)
    label.save(force_insert=True)
    counted = assignment.state == Assignment.State.SUBMITTED
    happening = happening_of(
        answer,
        label=label,
        item=assignment.sample_item.item.index,
        categories=categories,
        counted=counted,
    )
    record_events(of=annotator, happenings=[happening])
    return label


def _lock_places(annotator: Annotator, token: str) -> list[Place]:
    """Return the places of the assignment's item, locked: answers to one item go one at a time."""
    item = annotator.assignments.filter(token=token).values_list("sample_item_id", flat=True).first()
    if item is None:
        raise UnknownAssignment(f"No image was given to this annotator under {token[:40]!r}.")
    return list(Place.objects.filter(sample_item=item).order_by("slot").select_for_update(no_key=True))


def _abstain(assignment: Assignment, now: datetime) -> None:
    """Keep an answer in whose place somebody else is asked; a place that it still holds is free at once."""
    Place.objects.filter(assignment=assignment).update(available_from=now)
    assignment.state, assignment.place = Assignment.State.ABSTAINED, None
    assignment.save(update_fields=["state", "place"])


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


def _require_running(study: Study) -> None:
    """Refuse, and undo the leases, unless the study runs.

    Asked when the places are locked: whoever closes the study now waits for them and ends these leases too.
    """
    state = statements.study_state(study=study.pk)
    if state != Study.State.RUNNING:
        raise NotRunning(f"The study {study.slug} is {Study.State(state).label.lower()}.")


def _renew_leases(annotator: Annotator, study: Study, now: datetime) -> list[int]:
    """Return the keys of the annotator's unanswered assignments, oldest first; extend what is half over."""
    until = now + timedelta(seconds=study.lease_seconds)
    held = statements.leased_by(annotator=annotator.pk, before=now + (until - now) / 2)
    if any(half_over for _, _, half_over in held):
        statements.lock_places(places=[place for _, place, _ in held])
        # One of them may have gone to somebody else while we waited for its lock.
        held = statements.leased_by(annotator=annotator.pk, before=until)
        keys, places = [key for key, _, _ in held], [place for _, place, _ in held]
        if held:
            statements.renew_leases(assignments=keys, places=places, now=now, until=until)
    return [key for key, _, _ in held]


def _quota_left(annotator: Annotator, study: Study) -> int:
    """Return how many more items the protocol lets this annotator hold or answer."""
    if study.labels_per_annotator is None:
        return MOST_LEASES
    return max(study.labels_per_annotator - statements.answers_of(annotator=annotator.pk), 0)


def _promise_next(
    annotator: Annotator, study: Study, locked: statements.LockedAnnotator, count: int, now: datetime
) -> list[int]:
    """Promise the annotator the next places of items that are new to them; return the assignments' keys."""
    whose = {"study": study.pk, "annotator": annotator.pk, "first_rank": locked.first_rank}
    promised_now = _promise(
        annotator, pick_places(**whose, lapsed=locked.lapsed, count=count, now=now), study, now
    )
    remember_reach(**whose, reopenings=locked.reopenings)
    return promised_now


def _promise(annotator: Annotator, places: list[tuple[int, int]], study: Study, now: datetime) -> list[int]:
    """Give these places, each with its item, to the annotator; return the assignments' keys in this order."""
    if not places:
        return []
    until = now + timedelta(seconds=study.lease_seconds)
    statements.promise_places(places=[place for place, _ in places], until=until)
    holders = statements.promise_items(
        annotator=annotator.pk,
        promises=[(place, item, new_token()) for place, item in places],
        now=now,
        until=until,
    )
    return [holders[place] for place, _ in places]
