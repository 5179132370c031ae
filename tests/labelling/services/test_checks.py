"""Checks are given among the images by the schedule, answered as images are, and never count."""

import json
from collections import Counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from labelling.errors import AlreadyLabelled, SubmissionConflict, UnknownCategory, Withdrawn
from labelling.models import Annotator, Assignment, Check, Event, Label, SampleItem, Study
from labelling.selectors.check_schedule import IMAGES_BETWEEN, gold_order, planned_checks
from labelling.selectors.checks import current_shown
from labelling.services.assignment import lease_items
from labelling.services.checks import give_checks
from labelling.services.exclusions import exclude_annotator
from labelling.services.stream import lease_shown, submit_answers
from labelling.services.studies import close_study
from labelling.services.withdrawal import withdraw_annotator
from tests.factories import NOW, at, make_annotator, make_dataset, make_study
from tests.labelling.checked_study import (
    answer_shown,
    answer_to,
    checks_of,
    images_of,
    make_checked_study,
    take,
    truth,
    wrong,
)

pytestmark = pytest.mark.django_db

Kind = Check.Kind


@pytest.fixture
def annotator() -> Annotator:
    return make_annotator(study=make_checked_study())


def first_check(annotator: Annotator, kind: str = Kind.GOLD) -> Check:
    """Answer images until a check of this kind is shown, and return it unanswered."""
    for _ in range(60):
        for each in lease_shown(annotator=annotator, count=1, now=NOW):
            if isinstance(each, Check) and each.kind == kind:
                return each
            take(each, truth(each))
    raise AssertionError(f"no {kind} was shown")


def planned(annotator: Annotator, images: int) -> list[tuple[str, int]]:
    made = planned_checks(study=annotator.study, pseudonym=annotator.pseudonym, first=0, end=images)
    return [(check.kind, check.ordinal) for check in made]


@pytest.mark.parametrize("batch", [1, 4, 10])
def test_checks_come_where_the_schedule_has_them_however_many_are_leased_at_once(annotator, batch):
    shown = answer_shown(annotator, images=30, batch=batch)
    images = 0
    came = []
    for each in shown:
        if isinstance(each, Check):
            came.append((each.kind, images))
        else:
            images += 1
    assert sorted(came) == sorted(planned(annotator, 30))


def test_gold_items_come_in_the_annotators_own_order_and_each_once(annotator):
    gold = checks_of(answer_shown(annotator, images=30), Kind.GOLD)
    order = gold_order(study=annotator.study, pseudonym=annotator.pseudonym)
    assert [check.sample_item.position for check in gold] == order[: len(gold)]
    assert {check.sample_item.role for check in gold} == {SampleItem.Role.GOLD}


def test_gold_ends_when_every_gold_item_was_shown():
    annotator = make_annotator(study=make_checked_study(gold_items=2))
    assert len(checks_of(answer_shown(annotator, images=30), Kind.GOLD)) == 2


def test_a_repeat_is_of_an_image_that_was_answered_at_least_ten_images_before(annotator):
    shown = answer_shown(annotator, images=40, batch=10)
    repeats = checks_of(shown, Kind.REPEAT)
    assert len(repeats) >= 4
    images = images_of(shown)
    for repeat in repeats:
        first = next(n for n, each in enumerate(images) if each.sample_item_id == repeat.sample_item_id)
        before = shown[: shown.index(repeat)]
        assert len(images_of(before)) - first - 1 >= IMAGES_BETWEEN
    assert len({repeat.sample_item_id for repeat in repeats}) == len(repeats)


def test_a_repeat_that_has_nothing_to_repeat_comes_when_there_is_something(annotator):
    leased = lease_shown(annotator=annotator, count=10, now=NOW)
    Assignment.objects.filter(annotator=annotator).update(expires_at=at(1))
    assert len(images_of(leased)) == 10
    for each in leased[-4:]:
        take(each, truth(each))
    give_checks(annotator=annotator, now=NOW)
    assert not annotator.checks.filter(kind=Kind.REPEAT).exists()
    shown = answer_shown(annotator, images=35)
    assert checks_of(shown, Kind.REPEAT)


def test_an_image_that_nobody_could_tell_is_not_repeated():
    annotator = make_annotator(study=make_checked_study(cant_tell="counts", gold_every=0, gold_items=0))
    shown = answer_shown(annotator, images=30, choose=lambda each: None)
    assert checks_of(shown, Kind.REPEAT) == []


def test_asking_again_gives_the_same_checks_and_no_more(annotator):
    first = lease_shown(annotator=annotator, count=10, now=NOW)
    again = lease_shown(annotator=annotator, count=10, now=NOW)
    assert [each.token for each in again] == [each.token for each in first]
    assert len(checks_of(first)) == annotator.checks.count() > 0


def test_checks_that_a_crash_kept_back_come_with_the_next_lease(annotator):
    lease_items(annotator=annotator, count=8, now=NOW)
    assert not annotator.checks.exists()
    shown = lease_shown(annotator=annotator, count=8, now=NOW)
    assert sorted((check.kind, check.ordinal) for check in checks_of(shown)) == sorted(planned(annotator, 8))


def test_an_attention_check_instructs_one_of_the_datasets_categories_and_not_always_the_same(annotator):
    checks = checks_of(answer_shown(annotator, images=40), Kind.ATTENTION)
    assert {check.instructed.dataset_id for check in checks} == {annotator.study.dataset_id}
    assert len({check.instructed_id for check in checks}) > 1


def test_the_page_begins_with_what_a_lease_begins_with(annotator):
    for _ in range(15):
        shown = lease_shown(annotator=annotator, count=4, now=NOW)
        assert current_shown(annotator=annotator)[0].token == shown[0].token
        take(shown[0], truth(shown[0]))


def test_a_check_is_no_label_and_takes_no_place(annotator):
    shown = answer_shown(annotator, images=20)
    assert Label.objects.count() == len(images_of(shown)) == 20
    assert annotator.assignments.counted().count() == 20
    assert not annotator.assignments.exclude(sample_item__role=SampleItem.Role.SAMPLED).exists()


@pytest.mark.parametrize("kind", Kind.values)
def test_an_answer_is_stored_with_its_time_and_recorded_without_the_image(annotator, kind):
    check = first_check(annotator, kind)
    take(check, truth(check), now=at(5), response_ms=1234)
    check.refresh_from_db()
    assert (check.category.position, check.response_ms, check.answered_at) == (truth(check), 1234, at(5))
    event = annotator.events.get(kind=Event.Kind.CHECKED, at=at(5))
    said = json.loads(event.payload)
    assert len(said.pop("salt")) == 32
    assert said == {"check": kind, "passed": True}


@pytest.mark.parametrize("kind", Kind.values)
def test_a_failed_check_is_recorded_as_failed(annotator, kind):
    check = first_check(annotator, kind)
    assert take(check, (truth(check) + 1) % 3).passed is False


def test_a_repeat_is_passed_by_the_annotators_own_answer_not_by_the_ground_truth(annotator):
    answer_shown(annotator, images=11, choose=lambda each: (truth(each) + 1) % 3, batch=11)
    repeat = first_check(annotator, Kind.REPEAT)
    own = Label.objects.get(assignment__annotator=annotator, assignment__sample_item=repeat.sample_item)
    assert own.category.position == (truth(repeat) + 1) % 3
    assert take(repeat, own.category.position).passed is True


@pytest.mark.parametrize(("kind", "passed"), [("gold", None), ("repeat", None), ("attention", False)])
def test_who_cannot_tell_is_judged_by_an_instruction_alone(kind, passed):
    annotator = make_annotator(study=make_checked_study(cant_tell="counts"))
    check = first_check(annotator, kind)
    assert take(check, None).passed is passed
    check.refresh_from_db()
    assert (check.cant_tell, check.category) == (True, None)


def test_the_same_answer_again_is_stored_once(annotator):
    check = first_check(annotator)
    assert take(check, 1, now=at(1)) == take(check, 1, now=at(9))
    check.refresh_from_db()
    assert check.answered_at == at(1)
    assert (
        annotator.events.filter(kind=Event.Kind.CHECKED).count()
        == annotator.checks.exclude(answered_at=None).count()
    )


def test_another_answer_is_refused_as_for_any_image(annotator):
    check = first_check(annotator)
    take(check, 1)
    with pytest.raises(SubmissionConflict, match="the first one stands"):
        take(check, 2)
    with pytest.raises(SubmissionConflict):
        take(check, 1, response_ms=7)
    with pytest.raises(AlreadyLabelled):
        take(check, 1, submission_key="another")
    check.refresh_from_db()
    assert check.category.position == 1


def test_a_key_serves_one_answer_be_it_to_a_check_or_to_an_image(annotator):
    check = first_check(annotator)
    of_a_label = annotator.labels.first().submission_key
    with pytest.raises(SubmissionConflict):
        take(check, 1, submission_key=of_a_label)
    take(check, 1, submission_key="of-the-check")
    [image] = images_of(lease_shown(annotator=annotator, count=1, now=NOW))
    with pytest.raises(SubmissionConflict):
        take(image, 1, submission_key="of-the-check")
    assert not Label.objects.filter(assignment=image).exists()


def test_what_the_dataset_and_the_protocol_lack_is_refused(annotator):
    check = first_check(annotator)
    with pytest.raises(UnknownCategory, match="no category 9; choose 0 to 2"):
        take(check, 9)
    with pytest.raises(UnknownCategory, match="cannot tell"):
        take(check, None)
    check.refresh_from_db()
    assert check.answered_at is None


def test_a_time_from_a_clock_that_jumped_is_not_kept(annotator):
    check = first_check(annotator)
    take(check, 1, response_ms=-5)
    check.refresh_from_db()
    assert check.response_ms is None


def test_several_answers_to_images_and_checks_each_have_their_own_result(annotator):
    shown = lease_shown(annotator=annotator, count=10, now=NOW)
    results = submit_answers(
        annotator=annotator, answers=[answer_to(each, truth(each)) for each in shown], now=NOW
    )
    assert [isinstance(result, Label) for result in results] == [
        isinstance(each, Assignment) for each in shown
    ]
    assert annotator.labels.count() == 10
    assert not annotator.checks.filter(answered_at=None).exists()


def test_an_answer_after_the_study_was_closed_is_kept(annotator):
    check = first_check(annotator)
    close_study(study=annotator.study, reason="Enough.", now=NOW)
    assert take(check, truth(check)).passed is True


def test_who_is_excluded_is_shown_nothing_and_an_answer_on_its_way_is_kept(annotator):
    check = first_check(annotator)
    exclude_annotator(annotator=annotator, reason="why", by="ada", now=NOW)
    assert lease_shown(annotator=annotator, count=3, now=NOW) == []
    assert current_shown(annotator=annotator) == []
    assert take(check, truth(check)).passed is True


def test_nothing_is_given_to_or_stored_of_whoever_has_withdrawn(annotator):
    check = first_check(annotator)
    withdraw_annotator(annotator=annotator, now=at(1))
    given = annotator.checks.count()
    with pytest.raises(Withdrawn):
        take(check, 1)
    give_checks(annotator=annotator, now=at(2))
    assert annotator.checks.count() == given


def test_a_withdrawal_that_erases_leaves_no_answer_and_no_outcome(annotator):
    answer_shown(annotator, images=12)
    withdraw_annotator(annotator=annotator, now=at(1))
    answers = annotator.checks.values_list("category", "cant_tell", "submission_key", "response_ms")
    assert set(answers) == {(None, False, "", None)}
    assert set(annotator.events.filter(kind=Event.Kind.CHECKED).values_list("payload", flat=True)) == {None}


def test_a_withdrawal_that_keeps_keeps_the_outcomes():
    annotator = make_annotator(study=make_checked_study(withdrawal="keep"))
    answer_shown(annotator, images=12, choose=wrong)
    withdraw_annotator(annotator=annotator, now=at(1))
    assert annotator.checks.exclude(answered_at=None).exists()


def test_when_no_image_is_left_what_is_pending_is_shown_all_the_same():
    annotator = make_annotator(study=make_checked_study(sample_size=5, labels_per_annotator=5))
    shown = lease_shown(annotator=annotator, count=5, now=NOW)
    for image in images_of(shown):
        take(image, truth(image))
    left = lease_shown(annotator=annotator, count=5, now=NOW)
    assert [each.token for each in left] == [check.token for check in checks_of(shown)] != []


def test_a_study_without_checks_pays_no_query_for_them():
    study = make_study(dataset=make_dataset(size=40), sample_size=30)
    annotator = make_annotator(study=study)
    with CaptureQueriesContext(connection) as queries:
        [lease] = lease_shown(annotator=annotator, count=1, now=NOW)
        take(lease, 0)
        current_shown(annotator=annotator)
    assert not [query for query in queries if "labelling_check" in query["sql"]]


def test_an_answer_to_a_check_takes_the_database_as_long_as_one_to_an_image(annotator):
    """One transaction each, which the disk ends, and about as many statements: the time tells them apart
    neither."""
    shown = lease_shown(annotator=annotator, count=10, now=NOW)
    asked = []
    for each in (checks_of(shown, Kind.GOLD)[0], images_of(shown)[0]):
        told = truth(each)
        with CaptureQueriesContext(connection) as queries:
            take(each, told)
        asked.append(Counter(query["sql"].split()[0] for query in queries))
    of_check, of_image = asked
    assert of_check["SAVEPOINT"] == of_image["SAVEPOINT"] == 1
    assert of_check["INSERT"] + of_check["UPDATE"] >= 2
    assert abs(of_check.total() - of_image.total()) <= 5


def test_gold_items_are_drawn_outside_of_the_sample_and_are_in_the_protocol():
    study: Study = make_checked_study()
    gold = list(study.sample.filter(role="gold").order_by("position").values_list("item__index", flat=True))
    assert json.loads(study.protocol)["gold"] == gold
    assert not study.sample.filter(role="sampled", item__index__in=gold).exists()
