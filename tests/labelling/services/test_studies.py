"""A study's life, step by step."""

import json

import pytest

from labelling.errors import ProtocolError, StudyStateError
from labelling.models import Assignment, SampleItem, Study
from labelling.services.protocol import protocol_hash
from labelling.services.studies import (
    close_study,
    create_study,
    launch_study,
    pause_study,
    resume_study,
)
from tests.factories import (
    NOW,
    answer,
    at,
    make_annotator,
    make_dataset,
    make_draft,
    make_lease,
    make_study,
)

pytestmark = pytest.mark.django_db


def test_a_new_study_is_a_draft_with_the_precedents_protocol() -> None:
    dataset = make_dataset(size=1000)
    study = create_study(dataset=dataset, slug="new", title="New", seed=5, now=NOW)
    assert (study.state, study.sample_size, study.redundancy, study.tie_rule) == ("draft", 1000, 3, "random")


def test_a_sample_larger_than_the_dataset_is_refused() -> None:
    with pytest.raises(ProtocolError, match="A sample of 13 cannot be drawn from 12 items"):
        make_draft(sample_size=13)


def test_a_protocol_field_that_does_not_exist_is_refused_by_name() -> None:
    with pytest.raises(ProtocolError, match="A protocol has no colour"):
        make_draft(colour="red")


@pytest.mark.parametrize(
    ("field", "value"),
    [("redundancy", 0), ("lease_seconds", 5), ("strategy", "quota"), ("tie_rule", "coin"), ("seed", -1)],
)
def test_a_protocol_value_out_of_range_is_refused_at_its_field(field: str, value: object) -> None:
    with pytest.raises(ProtocolError, match=field):
        make_draft(**{field: value})


def test_a_slug_is_used_once() -> None:
    draft = make_draft()
    with pytest.raises(ProtocolError, match="slug"):
        make_draft(slug=draft.slug)


def test_launch_draws_the_sample_and_makes_k_places_for_each_item() -> None:
    study = make_study(sample_size=6, redundancy=3)
    assert study.sample.filter(role=SampleItem.Role.SAMPLED).count() == 6
    assert study.places.count() == 18
    assert study.state == Study.State.RUNNING


def test_launch_draws_practice_and_gold_beside_sample_and_guide_and_freezes_them() -> None:
    study = make_study(sample_size=4, guide_examples=1, practice_items=3, gold_items=2, gold_every=10)
    protocol = json.loads(study.protocol)
    drawn = [protocol[role] for role in ("sample", "guide", "practice", "gold")]
    assert [len(indexes) for indexes in drawn] == [4, 3, 3, 2]
    assert sorted(index for indexes in drawn for index in indexes) == list(range(12))
    for role in ("guide", "practice", "gold"):
        stored = study.sample.filter(role=role).order_by("position").values_list("item__index", flat=True)
        assert list(stored) == protocol[role]


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"practice_items": 2, "practice_pass": 3}, "3 right answers are wanted of 2 practice images"),
        ({"gold_items": 2}, "set both numbers, or both to 0"),
        ({"gold_every": 20}, "set both numbers, or both to 0"),
        ({"repeat_every": 2}, "One among 2 is too many"),
        ({"attention_every": 1}, "One among 1 is too many"),
        ({"practice_items": 9}, "Sample, practice and gold are 15 images; the dataset has 12"),
    ],
)
def test_a_protocol_that_contradicts_itself_is_refused(fields: dict, fault: str) -> None:
    with pytest.raises(ProtocolError, match=fault):
        make_draft(**fields)


def test_launch_draws_guide_examples_outside_the_sample() -> None:
    study = make_study(guide_examples=1)
    guide = study.sample.filter(role=SampleItem.Role.GUIDE)
    assert guide.values("item__ground_truth").distinct().count() == 3


def test_launch_freezes_the_protocol_with_its_hash() -> None:
    study = make_study()
    study.refresh_from_db()
    assert study.protocol_sha256 == protocol_hash(study.protocol)
    frozen = json.loads(study.protocol)
    drawn = study.sample.filter(role="sampled").order_by("position").values_list("item__index", flat=True)
    assert frozen["sample"] == list(drawn)
    assert frozen["protocol"]["redundancy"] == 3


def test_the_same_protocol_has_the_same_hash() -> None:
    dataset = make_dataset()
    first = make_study(dataset=dataset, slug="first")
    again = json.loads(first.protocol)
    second = json.loads(make_study(dataset=dataset, slug="second").protocol)
    again["study"]["slug"] = "second"
    assert again == second


def test_a_study_is_launched_once() -> None:
    study = make_study()
    with pytest.raises(StudyStateError, match="it is running, not draft"):
        launch_study(study=study, now=NOW)


def test_breadth_first_ranks_the_first_places_of_all_items_before_any_second() -> None:
    study = make_study(order="breadth")
    slots = study.places.order_by("rank").values_list("slot", flat=True)
    assert list(slots) == [0] * 6 + [1] * 6 + [2] * 6


def test_depth_first_ranks_an_items_places_together() -> None:
    study = make_study(order="depth")
    slots = study.places.order_by("rank").values_list("slot", flat=True)
    assert list(slots) == [0, 1, 2] * 6


def test_pause_and_resume() -> None:
    study = make_study()
    assert pause_study(study=study, now=NOW).state == Study.State.PAUSED
    assert resume_study(study=study, now=NOW).state == Study.State.RUNNING


@pytest.mark.parametrize("step", [pause_study, resume_study])
def test_a_draft_is_neither_paused_nor_resumed(step: object) -> None:
    with pytest.raises(StudyStateError, match="it is draft"):
        step(study=make_draft(), now=NOW)


def test_closing_early_needs_a_reason() -> None:
    with pytest.raises(StudyStateError, match="needs a reason"):
        close_study(study=make_study(), reason="  ", now=NOW)


def test_closing_early_keeps_the_labels_and_ends_the_leases() -> None:
    study = make_study()
    annotator = make_annotator(study=study)
    answer(assignment=make_lease(annotator=annotator))
    lease = make_lease(annotator=annotator)
    closed = close_study(study=study, reason="The money ran out.", now=at(60))
    assert closed.close_reason == "The money ran out."
    assert Assignment.objects.counted().count() == 1
    lease.refresh_from_db()
    assert lease.state == Assignment.State.RELEASED


def test_an_answer_after_the_close_is_kept_as_surplus() -> None:
    study = make_study()
    lease = make_lease(annotator=make_annotator(study=study))
    close_study(study=study, reason="Enough.", now=NOW)
    answer(assignment=lease)
    lease.refresh_from_db()
    assert lease.state == Assignment.State.SURPLUS


def test_a_dataset_with_strata_is_sampled_from_each_in_proportion() -> None:
    dataset = make_dataset(size=12, stratum_name="scale")
    dataset.items.filter(index__lt=8).update(stratum="0.5")
    dataset.items.filter(index__gte=8).update(stratum="2.0")
    study = make_study(dataset=dataset, strategy="by-stratum", sample_size=6)
    drawn = study.sample.filter(role="sampled").values_list("item__stratum", flat=True)
    assert sorted(drawn) == ["0.5"] * 4 + ["2.0"] * 2


def test_a_dataset_without_strata_cannot_be_sampled_by_them() -> None:
    with pytest.raises(ProtocolError, match="has no strata of its own; choose simple or stratified"):
        make_draft(strategy="by-stratum")
