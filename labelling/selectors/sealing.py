"""Whether the accuracy of a study may be seen: sealed at first, so that nobody stops on a good day.

Whoever watches an accuracy rise and fall, and may end the study at any moment, ends it at a moment that
flatters. So what people choose is not set beside the ground truth before the study has ended, unless the
protocol said otherwise beforehand, or somebody broke the seal, which the report then tells.
"""

from collections.abc import Iterable
from dataclasses import replace

from evaluation.checklist_facts import ChecklistEntry
from labelling.errors import AccuracySealed
from labelling.models import Event, Study

State = Study.State
# The answers of the checklist that tell how often people are right, by the functions that give them.
_TELLING = frozenset({"robustness", "significance"})
_ENDED = (State.COMPLETE, State.CLOSED)


def accuracy_visible(*, study: Study) -> bool:
    """Return whether anything that sets labels beside the ground truth may be shown. At most one query.

    That is the accuracy, its intervals, a confusion matrix, and the ground truth of an item beside its votes.
    It may be shown of a study that is complete or closed, of a rehearsal, where the protocol does not seal
    it, and once somebody has unsealed it.

    A study that was complete and runs again, because an exclusion or a withdrawal freed places or tied images
    are given further labels, is not sealed again: everybody could see its accuracy in the meantime. A seal on
    what has been seen would only hide from the reader that it was. The report tells when it ran again, and
    that its accuracy was open from then on.
    """
    if not study.accuracy_sealed or study.rehearsal:
        return True
    if study.state in _ENDED or study.unsealed_at is not None:
        return True
    if study.state == State.DRAFT:
        return False
    return study.events.filter(kind=Event.Kind.COMPLETED).exists()


def require_visible(*, study: Study) -> None:
    """Refuse what would tell the accuracy of a study in which it is sealed. A draft has none to tell.

    Raises
    ------
    AccuracySealed
        While it is sealed; names the ways out.
    """
    if study.state != State.DRAFT and not accuracy_visible(study=study):
        raise AccuracySealed(
            f"The accuracy of the study {study.slug} is sealed until the study has ended, as its protocol "
            "says, and this would tell it. Wait for the end, or unseal it with a reason; the report will say "
            "so."
        )


def sealed_checklist(*, study: Study, entries: Iterable[ChecklistEntry]) -> list[ChecklistEntry]:
    """Return a checklist without the answers that tell the accuracy, while that is sealed."""
    if accuracy_visible(study=study):
        return list(entries)
    words = "Sealed until the study has ended."
    return [
        replace(entry, choice=None, words=words) if entry.function in _TELLING else entry for entry in entries
    ]
