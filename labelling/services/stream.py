"""What an annotator is shown, one after another: images of the sample, and checks among them."""

from collections.abc import Sequence
from datetime import datetime

from labelling.errors import LabellingError
from labelling.models import Annotator, Label
from labelling.selectors.checks import Shown, in_order
from labelling.services.answer import Answer
from labelling.services.assignment import lease_items, submit_labels
from labelling.services.check_statements import GivenCheck
from labelling.services.checks import answer_checks, give_checks

Taken = Label | GivenCheck | LabellingError


def lease_shown(*, annotator: Annotator, count: int, now: datetime) -> list[Shown]:
    """Promise up to `count` images to the annotator, and the checks among them; return all in their order.

    The rules and the errors are those of `lease_items`. Checks come on top of `count`.
    """
    leased = lease_items(annotator=annotator, count=count, now=now)
    give_checks(annotator=annotator, now=now)
    return in_order(annotator=annotator, leased=leased)


def submit_answers(*, annotator: Annotator, answers: Sequence[Answer], now: datetime) -> list[Taken]:
    """Store several answers, to images and to checks; all are on disk when this returns.

    Each has a result of its own, in the same order: what was stored, or why it was refused. See
    `submit_labels`; nothing in a result tells a check from an image but its type.
    """
    checked = answer_checks(annotator=annotator, answers=answers, now=now)
    if not checked:
        return list(submit_labels(annotator=annotator, answers=answers, now=now))
    others = [answer for number, answer in enumerate(answers) if number not in checked]
    labelled = iter(submit_labels(annotator=annotator, answers=others, now=now) if others else ())
    return [checked[number] if number in checked else next(labelled) for number in range(len(answers))]


def submit_answer(*, annotator: Annotator, answer: Answer, now: datetime) -> Label | GivenCheck:
    """Store one answer, to an image or to a check. The errors are those of `submit_label`."""
    [result] = submit_answers(annotator=annotator, answers=[answer], now=now)
    if isinstance(result, LabellingError):
        raise result
    return result
