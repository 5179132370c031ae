"""The practice round: answers to images that are shown with feedback before the real ones."""

from datetime import datetime

from django.db import transaction

from labelling.errors import PracticeError, UnknownCategory
from labelling.models import Annotator, Category, Event, PracticeAnswer
from labelling.selectors.practice import MOST_ATTEMPTS, PracticeRound, practice_round
from labelling.services.annotators import lock, turn_away
from labelling.services.events import record_event


@transaction.atomic
def answer_practice(
    *, annotator: Annotator, attempt: int, place: int, category_position: int, now: datetime
) -> PracticeAnswer:
    """Store the answer to a practice image; both count from 1. The first answer to an image stays.

    With the last image of an attempt it is decided: who passes goes on, who fails the last attempt is turned
    away.

    Raises
    ------
    PracticeError
        When the image is not the annotator's next one.
    UnknownCategory
        When the dataset has no category at this position.
    """
    lock(annotator=annotator)
    practice = practice_round(annotator=annotator)
    if practice.has(attempt, place):
        given = practice.answer_at(attempt, place)
        if given is not None:
            return given
    if practice.next != (attempt, place) or annotator.turned_away_at is not None:
        raise PracticeError(f"Image {place} of attempt {attempt} is not the next one of the practice.")
    categories = Category.objects.filter(dataset=annotator.study.dataset_id)
    category = categories.filter(position=category_position).first()
    if category is None:
        raise UnknownCategory(f"The dataset has no category {category_position}.")
    member = practice.images[attempt][place - 1]
    answer = PracticeAnswer.objects.create(
        annotator=annotator, sample_item=member, attempt=attempt, category=category, answered_at=now
    )
    practice.answers[attempt, member.pk] = answer
    if practice.complete(attempt):
        _decide(annotator, practice, attempt, now)
    return answer


def _decide(annotator: Annotator, practice: PracticeRound, attempt: int, now: datetime) -> None:
    """Let on who passed, and turn away who failed the last attempt."""
    if not practice.passed(attempt):
        if attempt == MOST_ATTEMPTS:
            turn_away(annotator=annotator, reason=Annotator.TurnedAway.PRACTICE, now=now)
        return
    annotator.practised_at = now
    annotator.save(update_fields=["practised_at"])
    record_event(
        of=annotator,
        kind=Event.Kind.PRACTISED,
        now=now,
        attempt=attempt,
        right=practice.right(attempt),
        images=practice.length,
    )
