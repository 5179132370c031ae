"""What a researcher may write to an annotator through the panel: drafts in plain words, to be copied."""

from dataclasses import dataclass

from labelling.models import Annotator, Exclusion, Study
from labelling.selectors.annotator_table import Failed


@dataclass(frozen=True)
class Message:
    """A draft: for which case, its text, and what to know before sending it."""

    name: str
    title: str
    text: str
    note: str = ""


def messages_to(
    *, annotator: Annotator, study: Study, attention: Failed, exclusion: Exclusion | None, code: str
) -> list[Message]:
    """Return the drafts that fit where the annotator stands.

    `code` is the completion code, where there is one.
    """
    drafts = []
    if exclusion is not None:
        drafts.append(_excluded(study))
    elif annotator.finished_at is not None:
        drafts.append(_finished(study, code))
    if attention.failed:
        drafts.append(_rejected(study, attention))
    return drafts


def _finished(study: Study, code: str) -> Message:
    entered = f" If the panel has not taken it yet, enter this completion code: {code}" if code else ""
    return Message(
        "finished",
        "They have finished",
        f"Thank you for taking part in “{study.title}”. Your answers have arrived and your part is "
        "complete."
        f"{entered}{_contact(study)}",
    )


def _excluded(study: Study) -> Message:
    return Message(
        "excluded",
        "Their labels are set aside",
        f"Thank you for taking part in “{study.title}”. We look at all answers before we evaluate them, and "
        f"yours are not part of the evaluation. This has no effect on your payment.{_contact(study)}",
        "Excluding somebody from the evaluation is no ground for not paying them.",
    )


def _rejected(study: Study, attention: Failed) -> Message:
    once = attention.answered == 1
    asked = "once" if once else f"{attention.answered} times"
    failed = "This was not followed" if once else f"{attention.failed} of these were not followed"
    return Message(
        "rejected",
        "Their submission is rejected",
        f"You took part in “{study.title}”. Among the images you were asked {asked}, in plain words, to "
        f"choose a certain answer. {failed}. For this reason, and for no other, we do not accept the "
        f"submission. If you think that this is a mistake, please tell us.{_contact(study)}",
        "Panels accept failed attention checks, and nothing else on this page, as grounds for rejection: not "
        "an answer that others do not share, not a gold image, not speed. How many it takes stands in the "
        "panel's rules.",
    )


def _contact(study: Study) -> str:
    return f"\n\nQuestions? Write to {study.contact}." if study.contact else ""
