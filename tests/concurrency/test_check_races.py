"""Two tabs, a double click, a withdrawal at the same moment: a check is given once and answered once."""

from contextlib import suppress
from functools import partial
from threading import Barrier

import pytest

from labelling.errors import AlreadyLabelled, NotRunning, Withdrawn
from labelling.models import Annotator, Check, Event, Label, Study
from labelling.selectors.verification import verify_study
from labelling.services import check_statements, statements
from labelling.services.stream import lease_shown
from labelling.services.withdrawal import withdraw_annotator
from tests.concurrency.invariants import violations
from tests.concurrency.together import errors, together
from tests.factories import NOW, make_annotator, make_dataset
from tests.labelling.checked_study import answer_shown, checks_of, make_checked_study, take, truth

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def annotator() -> Annotator:
    return make_annotator(study=make_checked_study())


def first_check(annotator: Annotator) -> Check:
    return checks_of(lease_shown(annotator=annotator, count=8, now=NOW), Check.Kind.GOLD)[0]


def test_one_answer_sent_eight_times_at_once_is_stored_and_recorded_once(annotator: Annotator) -> None:
    check = first_check(annotator)
    results = together([partial(take, check, truth(check))] * 8)
    assert errors(results) == []
    assert len(set(results)) == 1
    assert annotator.checks.exclude(answered_at=None).count() == 1
    assert annotator.events.filter(kind=Event.Kind.CHECKED).count() == 1


@pytest.mark.only_postgresql
def test_the_same_race_breaks_something_when_the_annotator_is_not_locked(
    annotator: Annotator, monkeypatch: pytest.MonkeyPatch
) -> None:
    check = first_check(annotator)
    look = check_statements.given_check

    everybody = Barrier(4)

    def look_and_wait(**arguments: object) -> object:
        found = look(**arguments)
        everybody.wait(timeout=20)
        return found

    nobody_waits = statements.LockedAnnotator(True, True, False)
    monkeypatch.setattr(statements, "lock_annotator", lambda **_: nobody_waits)
    monkeypatch.setattr(check_statements, "given_check", look_and_wait)
    together([partial(take, check, truth(check))] * 4)
    assert annotator.events.filter(kind=Event.Kind.CHECKED).count() > 1


def test_two_tabs_with_different_answers_store_one(annotator: Annotator) -> None:
    check = first_check(annotator)
    results = together([partial(take, check, n % 3, submission_key=f"tab-{n}") for n in range(6)])
    assert [type(error) for error in errors(results)] == [AlreadyLabelled] * 5
    assert annotator.events.filter(kind=Event.Kind.CHECKED).count() == 1


def test_two_tabs_that_lease_together_are_given_the_same_checks(annotator: Annotator) -> None:
    results = together([partial(lease_shown, annotator=annotator, count=8, now=NOW)] * 4)
    assert errors(results) == []
    assert len({tuple(each.token for each in shown) for shown in results}) == 1
    ordinals = list(annotator.checks.values_list("kind", "ordinal"))
    assert len(ordinals) == len(set(ordinals)) > 0


def test_a_withdrawal_while_checks_are_answered_leaves_no_answer(annotator: Annotator) -> None:
    check = first_check(annotator)

    def answer_or_learn() -> None:
        with suppress(Withdrawn):
            take(check, truth(check))

    withdraw = partial(withdraw_annotator, annotator=Annotator.objects.get(pk=annotator.pk), now=NOW)
    assert errors(together([answer_or_learn, withdraw, answer_or_learn])) == []
    assert not annotator.checks.exclude(answered_at=None).exists()
    assert verify_study(study=annotator.study) == []


def test_a_crowd_with_checks_completes_the_study_with_k_labels_and_whole_chains() -> None:
    study = make_checked_study(dataset=make_dataset(size=30), sample_size=12, gold_items=4)

    def label_all(person: Annotator) -> None:
        with suppress(NotRunning):
            answer_shown(person, images=12, batch=3)

    people = [make_annotator(study=study) for _ in range(5)]
    assert errors(together([partial(label_all, person) for person in people])) == []
    for _ in range(2):
        label_all(make_annotator(study=study))
    assert violations(study) == []
    assert Label.objects.filter(assignment__state="submitted").count() == 36
    assert Study.objects.get(pk=study.pk).state == Study.State.COMPLETE
    assert verify_study(study=study) == []
