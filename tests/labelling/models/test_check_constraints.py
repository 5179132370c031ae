"""Try to break what holds for checks, past all services: the database refuses."""

from typing import Any

import pytest
from django.db import DatabaseError, transaction

from labelling.models import Annotator, Check, Study
from tests.factories import NOW, answer, at, make_annotator, make_dataset, make_lease, make_study

pytestmark = pytest.mark.django_db

ANSWER = {"answered_at": at(5), "submission_key": "once", "response_ms": 900}


@pytest.fixture
def study() -> Study:
    return make_study(
        dataset=make_dataset(size=20), gold_items=3, gold_every=5, repeat_every=5, attention_every=5
    )


@pytest.fixture
def annotator(study: Study) -> Annotator:
    return make_annotator(study=study)


def make_check(annotator: Annotator, **fields: Any) -> Check:
    """Make a gold check, straight into the table."""
    gold = annotator.study.sample.filter(role="gold").first()
    given = {"kind": "gold", "sample_item": gold, "ordinal": 3, "given_at": NOW}
    return Check.objects.create(annotator=annotator, **{**given, **fields})


def refused(rule: str = "") -> pytest.RaisesExc:
    return pytest.raises(DatabaseError, match=rule or None)


def test_an_item_is_checked_once_for_each_kind(annotator):
    make_check(annotator)
    with refused(), transaction.atomic():
        make_check(annotator, ordinal=8)


def test_one_check_of_a_kind_comes_after_so_many_images(annotator, study):
    make_check(annotator)
    with refused(), transaction.atomic():
        make_check(annotator, sample_item=study.sample.filter(role="gold").last())


def test_a_submission_key_is_used_once(annotator, study):
    category = study.dataset.categories.first()
    make_check(annotator, category=category, **ANSWER)
    with refused(), transaction.atomic():
        other = study.sample.filter(role="gold").last()
        make_check(annotator, ordinal=8, sample_item=other, category=category, **ANSWER)


@pytest.mark.parametrize(
    "fields",
    [
        {"sample_item": None},
        {"kind": "attention", "sample_item": None},
        {"kind": "attention"},
        {"instructed": True},
    ],
    ids=["gold of nothing", "no instruction", "an instruction with an image", "gold with an instruction"],
)
def test_a_check_has_what_it_checks_and_nothing_else(annotator, study, fields):
    if "instructed" in fields:
        fields = {"instructed": study.dataset.categories.first()}
    with refused("check_has_what_it_checks|check_of_its_study"), transaction.atomic():
        make_check(annotator, **fields)


@pytest.mark.parametrize(
    "half",
    [
        {"answered_at": at(5)},
        {"submission_key": "once"},
        {"cant_tell": True},
        {**ANSWER, "cant_tell": False},
        {**ANSWER, "cant_tell": True, "category": True},
    ],
    ids=["time alone", "key alone", "can't tell alone", "no answer", "two answers"],
)
def test_an_answer_is_whole_or_not_there(annotator, study, half):
    if "category" in half:
        half = {**half, "category": study.dataset.categories.first()}
    check = make_check(annotator)
    with refused("check_answered_whole|check_answered_once"), transaction.atomic():
        Check.objects.filter(pk=check.pk).update(**half)


def test_gold_is_of_the_studys_gold_items_and_repeats_are_of_its_sample(annotator, study):
    sampled = study.sample.filter(role="sampled").first()
    foreign = make_study(gold_items=1, gold_every=5).sample.get(role="gold")
    for fields in (
        {"sample_item": sampled},
        {"sample_item": foreign},
        {"kind": "repeat"},
    ):
        with refused("check_of_its_study|check_repeats_a_label"), transaction.atomic():
            make_check(annotator, **fields)


def test_a_repeat_is_of_an_item_that_this_annotator_labelled(annotator, study):
    somebody = make_lease(annotator=make_annotator(study=study))
    answer(assignment=somebody)
    own = make_lease(annotator=annotator)
    for item in {own.sample_item, somebody.sample_item}:
        with refused("check_repeats_a_label"), transaction.atomic():
            make_check(annotator, kind="repeat", sample_item=item)
    answer(assignment=own)
    assert make_check(annotator, kind="repeat", sample_item=own.sample_item).pk


@pytest.mark.parametrize(
    "change",
    [{"ordinal": 9}, {"kind": "repeat"}, {"token": "f" * 32}, {"given_at": at(9)}],
    ids=lambda change: next(iter(change)),
)
def test_a_check_stays_as_it_was_given(annotator, change):
    check = make_check(annotator)
    with refused("check_stays_as_given|check_of_its_study"), transaction.atomic():
        Check.objects.filter(pk=check.pk).update(**change)


@pytest.mark.parametrize(
    "change",
    [
        {"response_ms": 1},
        {"submission_key": "another"},
        {"category": None, "cant_tell": True},
        {"category": None, "submission_key": "", "response_ms": None, "answered_at": None},
    ],
    ids=["time", "key", "answer", "erased"],
)
def test_an_answer_is_never_changed(annotator, study, change):
    check = make_check(annotator, category=study.dataset.categories.first(), **ANSWER)
    with refused("check_answered_once"), transaction.atomic():
        Check.objects.filter(pk=check.pk).update(**change)


def test_nobody_answers_after_withdrawing_and_a_withdrawal_may_erase(annotator, study):
    category = study.dataset.categories.first()
    answered = make_check(annotator, category=category, **ANSWER)
    waiting = make_check(annotator, ordinal=8, sample_item=study.sample.filter(role="gold").last())
    Annotator.objects.filter(pk=annotator.pk).update(withdrawn_at=at(9))
    with refused("check_answered_once"), transaction.atomic():
        Check.objects.filter(pk=waiting.pk).update(**{**ANSWER, "submission_key": "late"}, category=category)
    erased = {"category": None, "submission_key": "", "response_ms": None, "answered_at": None}
    assert Check.objects.filter(pk=answered.pk).update(**erased) == 1


def test_a_check_is_never_deleted_but_with_a_rehearsal(annotator):
    check = make_check(annotator)
    with refused("a check is never deleted"), transaction.atomic():
        Check.objects.filter(pk=check.pk).delete()
    rehearsed = make_study(gold_items=1, gold_every=5, rehearsal=True)
    make_check(make_annotator(study=rehearsed)).delete()
