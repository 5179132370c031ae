"""What became of the checks of a study's annotators, as plain counts for the evaluation."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from django.db.models import OuterRef, Subquery

from evaluation.check_outcomes import CheckOutcomes
from labelling.models import Annotator, Check, Label, Study

# What the evaluation calls the answers of each kind, and those of them that failed.
_COUNTS = {
    Check.Kind.GOLD: ("gold", "gold_wrong"),
    Check.Kind.REPEAT: ("repeats", "repeats_differ"),
    Check.Kind.ATTENTION: ("attention", "attention_failed"),
}


class AnsweredCheck(NamedTuple):
    """What is known of an answer to a check; `passed` is None where it is no sign of anything."""

    annotator: str
    kind: str
    passed: bool | None
    at: datetime


def is_passed(*, kind: str, answer: int | None, right: int | None) -> bool | None:
    """Tell whether an answer is what a check looks for, given as keys of categories.

    An `answer` of None says that one could not tell: that fails an instruction, and is no sign of anything in
    another check. `right` is None where the label that a repeat repeats was erased.
    """
    if right is None or (answer is None and kind != Check.Kind.ATTENTION):
        return None
    return answer == right


def check_outcomes(*, study: Study, annotator: Annotator | None = None) -> tuple[CheckOutcomes, ...]:
    """Return the counts of each annotator who answered a check, by pseudonym; or those of one. One query.

    Answers that a withdrawal erased are gone, and so are their counts.
    """
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for check in answered_checks(study=study, annotator=annotator):
        if check.passed is not None:
            answered, failed = _COUNTS[Check.Kind(check.kind)]
            counts[check.annotator][answered] += 1
            counts[check.annotator][failed] += not check.passed
    return tuple(CheckOutcomes(pseudonym, **counts[pseudonym]) for pseudonym in sorted(counts))


def answered_checks(*, study: Study, annotator: Annotator | None = None) -> Iterator[AnsweredCheck]:
    """Yield every answered check of a study, or of one annotator, in no order. One query."""
    checks = Check.objects.filter(annotator__study=study, answered_at__isnull=False)
    if annotator is not None:
        checks = checks.filter(annotator=annotator)
    own = Label.objects.filter(
        assignment__annotator=OuterRef("annotator"), assignment__sample_item=OuterRef("sample_item")
    )
    rows = checks.order_by().values_list(
        *("annotator__pseudonym", "kind", "answered_at", "category", "instructed"),
        "sample_item__item__ground_truth",
        Subquery(own.values("category")[:1]),
    )
    for pseudonym, kind, at, category, instructed, ground_truth, label in rows.iterator(chunk_size=5000):
        right = {Check.Kind.GOLD: ground_truth, Check.Kind.REPEAT: label}.get(kind, instructed)
        yield AnsweredCheck(pseudonym, kind, is_passed(kind=kind, answer=category, right=right), at)
