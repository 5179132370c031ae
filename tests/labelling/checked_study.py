"""A study with checks, and an annotator who answers what is shown: the tests of checks share them."""

from collections.abc import Callable
from datetime import datetime

from labelling.models import Annotator, Assignment, Check, Study
from labelling.selectors.checks import Shown
from labelling.services.answer import Answer
from labelling.services.stream import lease_shown, submit_answer, submit_answers
from tests.factories import NOW, make_dataset, make_study

Choose = Callable[[Shown], int | None]


def make_checked_study(**fields: object) -> Study:
    """Make a running study of 40 of 60 items with gold, repeats and attention checks, one of each among 5."""
    given = {"sample_size": 40, "gold_items": 8, "gold_every": 5, "repeat_every": 5, "attention_every": 5}
    given |= {"dataset": fields.get("dataset") or make_dataset(size=60), "guide_examples": 0}
    return make_study(**{**given, **fields})


def truth(shown: Shown) -> int:
    """Choose the ground truth, or what is instructed: every check is passed."""
    if isinstance(shown, Check) and shown.instructed is not None:
        return shown.instructed.position
    return shown.sample_item.item.ground_truth.position


def wrong(shown: Shown) -> int:
    """Fail every check but for repeats, which are named as before."""
    position = truth(shown)
    return (position + 1) % 3 if isinstance(shown, Check) and shown.kind != Check.Kind.REPEAT else position


def answer_to(shown: Shown, category: int | None = 0, **changed: object) -> Answer:
    """Return an answer to what is shown, under a key of its own."""
    given = {"submission_key": f"key-{shown.token}", "response_ms": 1500}
    return Answer(token=shown.token, category_position=category, **{**given, **changed})


def take(shown: Shown, category: int | None = 0, *, now: datetime = NOW, **changed: object):
    """Submit an answer in the name of the annotator to whom it is shown."""
    answer = answer_to(shown, category, **changed)
    return submit_answer(annotator=shown.annotator, answer=answer, now=now)


def answer_shown(
    annotator: Annotator, *, images: int, choose: Choose = truth, batch: int = 10, now: datetime = NOW
) -> list[Shown]:
    """Answer what is shown until so many images are labelled; return all that was shown, in order."""
    shown: list[Shown] = []
    left = images
    while left > 0 and (arrived := lease_shown(annotator=annotator, count=min(batch, left), now=now)):
        answers = [answer_to(each, choose(each)) for each in arrived]
        submit_answers(annotator=annotator, answers=answers, now=now)
        left -= len(images_of(arrived))
        shown += arrived
    return shown


def images_of(shown: list[Shown]) -> list[Assignment]:
    """Return the images of the sample."""
    return [each for each in shown if isinstance(each, Assignment)]


def checks_of(shown: list[Shown], kind: str = "") -> list[Check]:
    """Return the checks, or those of one kind."""
    return [each for each in shown if isinstance(each, Check) and kind in ("", each.kind)]
