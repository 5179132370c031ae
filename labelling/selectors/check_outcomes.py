"""What became of the checks of a study's annotators, as plain counts for the evaluation."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from django.db.models import OuterRef, Subquery

from evaluation.check_outcomes import CheckOutcomes
from labelling.models import Annotator, Check, Label, Study

# What the evaluation calls the answers of each kind, and those of them that failed.
_COUNTS = {
    Check.Kind.GOLD: ("gold", "gold_wrong"),
    Check.Kind.REPEAT: ("repeats", "repeats_differ"),
    Check.Kind.ATTENTION: ("attention", "attention_failed"),
}


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
    for pseudonym, kind, passed in _answers(study, annotator):
        if passed is not None:
            answered, failed = _COUNTS[Check.Kind(kind)]
            counts[pseudonym][answered] += 1
            counts[pseudonym][failed] += not passed
    return tuple(CheckOutcomes(pseudonym, **counts[pseudonym]) for pseudonym in sorted(counts))


def _answers(study: Study, annotator: Annotator | None) -> Iterator[tuple[str, str, bool | None]]:
    """Yield pseudonym, kind and whether it is passed, for each answered check."""
    checks = Check.objects.filter(annotator__study=study, answered_at__isnull=False)
    if annotator is not None:
        checks = checks.filter(annotator=annotator)
    own = Label.objects.filter(
        assignment__annotator=OuterRef("annotator"), assignment__sample_item=OuterRef("sample_item")
    )
    rows = checks.order_by().values_list(
        "annotator__pseudonym",
        "kind",
        "category",
        "instructed",
        "sample_item__item__ground_truth",
        Subquery(own.values("category")[:1]),
    )
    for pseudonym, kind, category, instructed, ground_truth, label in rows.iterator(chunk_size=5000):
        right = {Check.Kind.GOLD: ground_truth, Check.Kind.REPEAT: label}.get(kind, instructed)
        yield pseudonym, kind, is_passed(kind=kind, answer=category, right=right)
