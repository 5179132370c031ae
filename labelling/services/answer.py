"""An annotator's answer as it comes in, and the label and the event that it makes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from labelling.errors import AlreadyLabelled, SubmissionConflict, UnknownCategory
from labelling.models import Annotator, Category, Event, Label, Study
from labelling.services.events import Happening

_LONGEST_MS = 24 * 3600 * 1000

# Key and name of a category, by its position in the dataset.
Categories = Mapping[int, tuple[int, str]]


@dataclass(frozen=True)
class Answer:
    """What an annotator answers to one assignment, under the browser's own name for this answer.

    A position of None says that one cannot tell. `changed` tells that the annotator took a first choice back
    before the answer was sent on; `changed_from` is that choice.
    """

    token: str
    category_position: int | None
    submission_key: str
    response_ms: int | None
    changed_from: int | None = None
    changed: bool = False

    @property
    def cant_tell(self) -> bool:
        """Whether the answer is that one cannot tell."""
        return self.category_position is None

    @property
    def known_ms(self) -> int | None:
        """The response time to store; None where a device's clock jumped, which tells nothing."""
        known = self.response_ms is not None and 0 <= self.response_ms <= _LONGEST_MS
        return self.response_ms if known else None

    @property
    def choices(self) -> tuple[int | None, ...]:
        """The positions that it names: its category, and the first choice where there was one."""
        return (self.category_position, self.changed_from) if self.changed else (self.category_position,)


def named_positions(answers: Sequence[Answer]) -> list[int]:
    """Return the positions of all categories that these answers name."""
    return [position for answer in answers for position in answer.choices if position is not None]


def is_possible(answer: Answer, *, categories: Categories, study: Study) -> bool:
    """Return whether the study has all that the answer names.

    Whether one may say that one cannot tell is read only for an answer that does: most requests need it not.
    """
    if None in answer.choices and study.cant_tell == Study.CantTell.OFF:
        return False
    return all(position in categories for position in answer.choices if position is not None)


def require_possible(answer: Answer, *, categories: Categories, study: Study) -> None:
    """Refuse an answer that names what the study does not have.

    Raises
    ------
    UnknownCategory
        When the dataset has no such category, or the protocol no "can't tell".
    """
    if is_possible(answer, categories=categories, study=study):
        return
    last = Category.objects.filter(dataset=study.dataset_id).count() - 1
    if None in answer.choices:
        raise UnknownCategory(f"The protocol has no answer that one cannot tell; choose 0 to {last}.")
    wrong = next(position for position in answer.choices if position not in categories)
    raise UnknownCategory(f"The dataset has no category {wrong}; choose 0 to {last}.")


def replaces(answer: Answer, *, study: Study) -> bool:
    """Return whether somebody else is to be asked in the place of this answer."""
    return answer.cant_tell and study.cant_tell == Study.CantTell.REPLACED


def label_of(
    answer: Answer, *, annotator: Annotator, assignment: int, categories: Categories, now: datetime
) -> Label:
    """Return the label that this answer makes; not stored yet."""
    return Label(
        annotator_id=annotator.pk,
        assignment_id=assignment,
        category_id=_key(answer.category_position, categories),
        changed_from_id=_key(answer.changed_from, categories),
        submission_key=answer.submission_key,
        response_ms=answer.known_ms,
        submitted_at=now,
    )


def happening_of(
    answer: Answer, *, label: Label, item: int, categories: Categories, counted: bool
) -> Happening:
    """Return what the record of events says of a label. `item` is the item's number in the dataset."""
    payload: dict[str, Any] = {
        "item": item,
        "label": _name(answer.category_position, categories),
        "response_ms": label.response_ms,
        "counted": counted,
    }
    if answer.changed:
        payload["changed_from"] = _name(answer.changed_from, categories)
    return Happening(kind=Event.Kind.LABELLED, at=label.submitted_at, payload=payload)


def same_answer(earlier: Label, answer: Label) -> Label:
    """Return the earlier label if the answer is a copy of it.

    Raises
    ------
    AlreadyLabelled
        When the image was answered under another key.
    SubmissionConflict
        When the key was used for another answer.
    """
    if earlier.submission_key != answer.submission_key:
        raise AlreadyLabelled("This image was answered before; the first answer stands.")
    if _content(earlier) != _content(answer):
        raise SubmissionConflict(
            f"The submission {answer.submission_key[:40]!r} was sent before with a different answer; "
            "the first one stands."
        )
    return earlier


def _content(label: Label) -> tuple[int | None, ...]:
    return label.assignment_id, label.category_id, label.changed_from_id, label.response_ms


def _key(position: int | None, categories: Categories) -> int | None:
    return None if position is None else categories[position][0]


def _name(position: int | None, categories: Categories) -> str | None:
    return None if position is None else categories[position][1]
