"""Give checks to annotators among the images, and take the answers. A check never counts as a label."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from labelling.errors import AlreadyLabelled, LabellingError, SubmissionConflict, UnknownAssignment, Withdrawn
from labelling.models import Annotator, Category, Check, Event, SampleItem
from labelling.selectors.check_schedule import IMAGES_BETWEEN, PlannedCheck, gold_order, has_checks
from labelling.selectors.checks import checks_due
from labelling.services import check_statements, statements
from labelling.services.answer import Answer, Categories, named_positions, require_possible
from labelling.services.check_statements import GivenCheck
from labelling.services.events import Happening, record_events
from labelling.services.write_queue import short_transaction

Result = GivenCheck | LabellingError


def give_checks(*, annotator: Annotator, now: datetime) -> None:
    """Give the annotator the checks that come between the images given so far. A second call gives no more.

    A repeat for which nothing was answered yet waits until there is something. Nothing is written where no
    check is due, and nothing is asked where the protocol has none.
    """
    if not has_checks(annotator.study) or not checks_due(annotator=annotator):
        return
    with short_transaction():
        if statements.lock_annotator(annotator=annotator.pk).withdrawn:
            return
        # Looked at again under the lock: another tab may have been given them meanwhile.
        Check.objects.bulk_create(list(_made(annotator, checks_due(annotator=annotator), now)))


def _made(annotator: Annotator, due: Sequence[PlannedCheck], now: datetime) -> Iterator[Check]:
    """Yield the checks that are planned, each with what it is about."""
    study = annotator.study
    gold = _gold_items(annotator) if any(check.kind == Check.Kind.GOLD for check in due) else []
    categories = list(Category.objects.filter(dataset=study.dataset_id).order_by("position"))
    repeated = set(annotator.checks.filter(kind=Check.Kind.REPEAT).values_list("sample_item", flat=True))
    for planned in due:
        check = Check(annotator=annotator, kind=planned.kind, ordinal=planned.ordinal, given_at=now)
        if planned.kind == Check.Kind.GOLD:
            check.sample_item_id = gold[planned.number]
        elif planned.kind == Check.Kind.ATTENTION:
            check.instructed = categories[int(planned.lot * len(categories))]
        else:
            again = [item for item in _labelled_before(annotator, planned.ordinal) if item not in repeated]
            if not again:
                continue
            check.sample_item_id = again[int(planned.lot * len(again))]
            repeated.add(check.sample_item_id)
        yield check


def _gold_items(annotator: Annotator) -> list[int]:
    """Return the keys of the gold items in the order in which this annotator is given them."""
    gold = SampleItem.objects.filter(study=annotator.study_id, role=SampleItem.Role.GOLD)
    at = dict(gold.values_list("position", "pk"))
    return [at[place] for place in gold_order(study=annotator.study, pseudonym=annotator.pseudonym)]


def _labelled_before(annotator: Annotator, ordinal: int) -> list[int]:
    """Return the keys of the items that may be repeated after so many images, in the order of their leases.

    They were named, and enough other images have come since.
    """
    assignments = annotator.assignments.order_by("pk").values_list("sample_item", "label__category")
    long_ago = assignments[: ordinal - IMAGES_BETWEEN]
    return [item for item, category in long_ago if category is not None]


def answer_checks(*, annotator: Annotator, answers: Sequence[Answer], now: datetime) -> dict[int, Result]:
    """Store those answers that are to checks; return what became of them by their number in `answers`.

    All other answers are left to be stored as labels, but for one under a key that named the answer to a
    check: that is refused here. The rules are those of labels: the same submission sent again gets the same
    result, also after the study was closed; nothing is stored of whoever has withdrawn. Where the protocol
    has no checks, nothing is asked.
    """
    if not has_checks(annotator.study):
        return {}
    keys = [answer.submission_key for answer in answers]
    tokens = [answer.token for answer in answers]
    known = check_statements.tokens_and_keys(annotator=annotator.pk, tokens=tokens, keys=keys)
    used = {key for _, key in known if key}
    ours = {token for token, _ in known} & set(tokens)
    results: dict[int, Result] = {
        number: _conflict(answer.submission_key)
        for number, answer in enumerate(answers)
        if answer.token not in ours and answer.submission_key in used
    }
    to_checks = {number: answer for number, answer in enumerate(answers) if answer.token in ours}
    if to_checks:
        results |= _take_all(annotator, to_checks, now)
    return results


def _take_all(annotator: Annotator, answers: dict[int, Answer], now: datetime) -> dict[int, Result]:
    categories = statements.categories_at(
        dataset=annotator.study.dataset_id, positions=named_positions(list(answers.values()))
    )
    results: dict[int, Result] = {}
    happenings = []
    with short_transaction():
        withdrawn = statements.lock_annotator(annotator=annotator.pk).withdrawn
        for number, answer in answers.items():
            try:
                require_possible(answer, categories=categories, study=annotator.study)
                given = _given(annotator, answer)
                results[number] = answered = _answered(given, answer, categories)
                if _is_new(annotator, given, answered):
                    _store(answered, withdrawn, now)
                    happenings.append(_happening(answered, now))
            except LabellingError as refusal:
                results[number] = refusal
        if happenings:
            record_events(of=annotator, happenings=happenings)
    return results


def _given(annotator: Annotator, answer: Answer) -> GivenCheck:
    given = check_statements.given_check(annotator=annotator.pk, token=answer.token)
    if given is None:
        raise UnknownAssignment(f"No image was given to this annotator under {answer.token[:40]!r}.")
    return given


def _answered(given: GivenCheck, answer: Answer, categories: Categories) -> GivenCheck:
    """Return the check with this answer."""
    return given._replace(
        category=None if answer.category_position is None else categories[answer.category_position][0],
        answered=True,
        submission_key=answer.submission_key,
        response_ms=answer.known_ms,
    )


def _is_new(annotator: Annotator, given: GivenCheck, answered: GivenCheck) -> bool:
    """Tell whether the answer is to be stored; a copy of the one that is there is not, another is refused."""
    key = answered.submission_key
    if given.answered and given.submission_key != key:
        raise AlreadyLabelled("This image was answered before; the first answer stands.")
    if given.answered and given != answered:
        raise _conflict(key)
    if not given.answered and check_statements.key_is_used(annotator=annotator.pk, key=key):
        raise _conflict(key)
    return not given.answered


def _store(answered: GivenCheck, withdrawn: bool, now: datetime) -> None:
    if withdrawn:
        raise Withdrawn("The annotator has withdrawn; nothing more is stored of them.")
    check_statements.store_answer(check=answered, now=now)


def _conflict(key: str) -> SubmissionConflict:
    return SubmissionConflict(
        f"The submission {key[:40]!r} was sent before with a different answer; the first one stands."
    )


def _happening(check: GivenCheck, now: datetime) -> Happening:
    """Return what the record of events says of a check: no image, and no ground truth."""
    return Happening(
        kind=Event.Kind.CHECKED, at=now, payload={"check": str(check.kind), "passed": check.passed}
    )
