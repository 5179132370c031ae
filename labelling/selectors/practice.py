"""The practice round: which image is next, what was answered, and whether it is passed."""

import hashlib
from dataclasses import dataclass

from labelling.models import Annotator, PracticeAnswer, SampleItem

MOST_ATTEMPTS = 2


@dataclass(frozen=True)
class PracticeRound:
    """One annotator's practice. Attempts and places count from 1.

    `images` has the practice images of each attempt in its order; `answers` what was said, by attempt and
    the key of the image.
    """

    images: dict[int, list[SampleItem]]
    answers: dict[tuple[int, int], PracticeAnswer]
    wanted: int

    @property
    def length(self) -> int:
        """How many images an attempt has."""
        return len(self.images[1])

    def answer_at(self, attempt: int, place: int) -> PracticeAnswer | None:
        """Return what was answered to an image, or None. The place must be one of the round."""
        return self.answers.get((attempt, self.images[attempt][place - 1].pk))

    def has(self, attempt: int, place: int) -> bool:
        """Whether the round has such an attempt and such a place."""
        return attempt in self.images and 1 <= place <= self.length

    def answered(self, attempt: int) -> int:
        """How many images of an attempt were answered."""
        return sum(tried == attempt for tried, _ in self.answers)

    def right(self, attempt: int) -> int:
        """How many answers of an attempt were the ground truth."""
        return sum(tried == attempt and is_right(answer) for (tried, _), answer in self.answers.items())

    def complete(self, attempt: int) -> bool:
        """Whether every image of an attempt was answered."""
        return self.answered(attempt) == self.length

    def passed(self, attempt: int) -> bool:
        """Whether an attempt was completed with as many right answers as the protocol wants."""
        return self.complete(attempt) and self.right(attempt) >= self.wanted

    @property
    def next(self) -> tuple[int, int] | None:
        """Attempt and place of the image to be answered next; None when the practice is over."""
        for attempt in self.images:
            for place in range(1, self.length + 1):
                if self.answer_at(attempt, place) is None:
                    return attempt, place
            if self.passed(attempt):
                return None
        return None


def is_right(answer: PracticeAnswer) -> bool:
    """Tell whether a practice answer is the ground truth of its image."""
    return answer.category_id == answer.sample_item.item.ground_truth_id


def practice_round(*, annotator: Annotator) -> PracticeRound:
    """Return the annotator's practice. Two queries.

    The second attempt has the same images in another order, which is the same for everybody: an order that
    was learnt by heart is of no use.
    """
    members = SampleItem.objects.filter(study=annotator.study_id, role=SampleItem.Role.PRACTICE)
    first = list(members.select_related("item__ground_truth").order_by("position"))
    images = {1: first}
    for attempt in range(2, MOST_ATTEMPTS + 1):
        images[attempt] = sorted(first, key=lambda member: _lot(annotator.study.seed, attempt, member))
    given = PracticeAnswer.objects.filter(annotator=annotator)
    answers = {
        (answer.attempt, answer.sample_item_id): answer
        for answer in given.select_related("category", "sample_item__item__ground_truth")
    }
    return PracticeRound(images=images, answers=answers, wanted=annotator.study.practice_pass)


def _lot(seed: int, attempt: int, member: SampleItem) -> bytes:
    return hashlib.sha256(f"{seed} {attempt} {member.position}".encode()).digest()
