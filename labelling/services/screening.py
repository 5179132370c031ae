"""The screening questions: who is admitted to a study."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from labelling.errors import ScreeningError
from labelling.models import Annotator, Event
from labelling.services.annotators import lock, turn_away
from labelling.services.events import record_event


@transaction.atomic
def record_screening(*, annotator: Annotator, answers: Sequence[int], now: datetime) -> Annotator:
    """Decide whether the annotator is admitted. `answers` has the place of each question's chosen option.

    Only the decision is stored, never the answers. It is taken once: whoever comes back finds it taken.

    Raises
    ------
    ScreeningError
        When the answers are not one option for each question of the protocol.
    """
    questions = annotator.study.screening
    if len(answers) != len(questions):
        raise ScreeningError(f"There are {len(questions)} screening questions and {len(answers)} answers.")
    for number, (question, chosen) in enumerate(zip(questions, answers, strict=True), start=1):
        if chosen not in range(len(question["options"])):
            raise ScreeningError(
                f"Screening question {number} has no option {chosen}; "
                f"choose 0 to {len(question['options']) - 1}."
            )
    lock(annotator=annotator)
    if annotator.screened_at is not None:
        return annotator
    admitted = all(chosen in question["admits"] for question, chosen in zip(questions, answers, strict=True))
    annotator.screened_at = now
    annotator.save(update_fields=["screened_at"])
    record_event(of=annotator, kind=Event.Kind.SCREENED, now=now, admitted=admitted)
    if not admitted:
        turn_away(annotator=annotator, reason=Annotator.TurnedAway.SCREENING, now=now)
    return annotator
