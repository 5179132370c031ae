"""Try to break what always holds, past all services: the database refuses."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import F

from labelling.models import Annotator, Assignment, Item, Label, Place, SampleItem, Study
from tests.factories import NOW, answer, at, make_annotator, make_dataset, make_draft, make_lease, make_study

pytestmark = pytest.mark.django_db


def refused(rule: str) -> pytest.RaisesExc:
    return pytest.raises(DatabaseError, match=rule)


def test_a_place_has_one_holder() -> None:
    study = make_study()
    first, second = make_annotator(study=study), make_annotator(study=study)
    taken = make_lease(annotator=first)
    with pytest.raises(IntegrityError), transaction.atomic():
        Assignment.objects.create(
            annotator=second,
            sample_item=taken.sample_item,
            place=taken.place,
            leased_at=NOW,
            expires_at=at(600),
        )


def test_an_annotator_has_one_assignment_for_an_item() -> None:
    lease = make_lease(annotator=make_annotator(study=make_study()))
    with pytest.raises(IntegrityError), transaction.atomic():
        Assignment.objects.create(
            annotator=lease.annotator,
            sample_item=lease.sample_item,
            state=Assignment.State.RELEASED,
            leased_at=NOW,
            expires_at=at(600),
        )


def test_an_assignment_has_one_label() -> None:
    lease = make_lease(annotator=make_annotator(study=make_study()))
    label = answer(assignment=lease)
    with pytest.raises(IntegrityError), transaction.atomic():
        Label.objects.create(
            assignment=lease,
            annotator=lease.annotator,
            category=label.category,
            submission_key="another",
            submitted_at=NOW,
        )


def test_an_item_has_no_more_places_than_slots() -> None:
    study = make_study()
    place = study.places.get(rank=0)
    with pytest.raises(IntegrityError), transaction.atomic():
        Place.objects.create(
            study=study, sample_item=place.sample_item, slot=place.slot, rank=999, available_from=NOW
        )


def test_an_assignment_cannot_hold_a_place_of_another_item() -> None:
    study = make_study()
    lease = make_lease(annotator=make_annotator(study=study))
    other = study.places.exclude(sample_item=lease.sample_item).first()
    with refused("assignment_place_of_item"), transaction.atomic():
        Assignment.objects.filter(pk=lease.pk).update(place=other)


def test_a_live_assignment_holds_a_place() -> None:
    lease = make_lease(annotator=make_annotator(study=make_study()))
    with refused("assignment_holds_place_while_live"), transaction.atomic():
        Assignment.objects.filter(pk=lease.pk).update(place=None)


def test_an_expired_assignment_holds_no_place() -> None:
    lease = make_lease(annotator=make_annotator(study=make_study()))
    with refused("assignment_holds_place_while_live"), transaction.atomic():
        Assignment.objects.filter(pk=lease.pk).update(state=Assignment.State.EXPIRED)


def test_a_lease_ends_after_it_begins() -> None:
    lease = make_lease(annotator=make_annotator(study=make_study()))
    with refused("assignment_expires_after_lease"), transaction.atomic():
        Assignment.objects.filter(pk=lease.pk).update(expires_at=F("leased_at") - timedelta(seconds=1))


def test_a_label_is_never_changed() -> None:
    label = answer(assignment=make_lease(annotator=make_annotator(study=make_study())))
    with refused("a label is never changed"), transaction.atomic():
        Label.objects.filter(pk=label.pk).update(response_ms=1)


def test_a_label_belongs_to_the_annotator_of_its_assignment() -> None:
    study = make_study()
    lease, other = make_lease(annotator=make_annotator(study=study)), make_annotator(study=study)
    with refused("a label belongs to the annotator of its assignment"), transaction.atomic():
        Label.objects.create(
            assignment=lease,
            annotator=other,
            category=study.dataset.categories.first(),
            submission_key="forged",
            submitted_at=NOW,
        )


def test_a_submission_key_is_used_once_by_an_annotator() -> None:
    annotator = make_annotator(study=make_study())
    label = answer(assignment=make_lease(annotator=annotator))
    lease = make_lease(annotator=annotator)
    with pytest.raises(IntegrityError), transaction.atomic():
        Label.objects.create(
            assignment=lease,
            annotator=annotator,
            category=label.category,
            submission_key=label.submission_key,
            submitted_at=NOW,
        )


@pytest.mark.parametrize(
    "change",
    [
        {"redundancy": 5},
        {"seed": 99},
        {"tie_rule": "wrong"},
        {"consent_text": "Other words."},
        {"labels_per_annotator": 3},
        {"title": "Another title"},
        {"protocol": "{}"},
        {"protocol_sha256": "f" * 64},
        {"launched_at": at(1)},
        {"rehearsal": True},
    ],
    ids=lambda change: next(iter(change)),
)
def test_the_protocol_is_frozen_from_launch(change: dict) -> None:
    study = make_study()
    with refused("the protocol is frozen at launch"), transaction.atomic():
        Study.objects.filter(pk=study.pk).update(**change)


def test_every_field_of_the_protocol_is_frozen() -> None:
    changes = {"order": "depth", "strategy": "stratified", "scaling": "smooth", "accuracy_sealed": False}
    study = make_study()
    for field in Study.PROTOCOL_FIELDS:
        now = getattr(study, field)
        other = changes.get(field, "other" if isinstance(now, str) else 17)
        with refused("the protocol is frozen at launch"), transaction.atomic():
            Study.objects.filter(pk=study.pk).update(**{field: other})


def test_a_draft_can_still_be_changed() -> None:
    draft = make_draft()
    assert Study.objects.filter(pk=draft.pk).update(redundancy=5) == 1


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"state": "running"}, "study_frozen_from_launch"),
        ({"redundancy": 0}, "study_redundancy_positive"),
        ({"sample_size": 0}, "study_sample_not_empty"),
        ({"lease_seconds": 9}, "study_lease_long_enough"),
        ({"labels_per_annotator": 0}, "study_quota_positive"),
        ({"completed_at": NOW}, "study_complete_has_time"),
        ({"close_reason": "Enough."}, "study_closed_has_time_and_reason"),
        ({"rehearsal_crowd": "40 simulated people"}, "study_rehearsal_is_marked"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_study_that_makes_no_sense_is_refused(change: dict, rule: str) -> None:
    draft = make_draft()
    with refused(rule), transaction.atomic():
        Study.objects.filter(pk=draft.pk).update(**change)


def test_the_sample_is_fixed_when_it_is_drawn() -> None:
    study = make_study()
    outside = Item.objects.filter(dataset=study.dataset).exclude(memberships__study=study).first()
    with refused("the sample is fixed"), transaction.atomic():
        SampleItem.objects.filter(pk=study.sample.first().pk).update(item=outside)


def test_an_item_is_in_a_sample_once() -> None:
    study = make_study()
    with pytest.raises(IntegrityError), transaction.atomic():
        SampleItem.objects.create(study=study, item=study.sample.first().item, role="gold", position=0)


def test_a_place_keeps_its_item() -> None:
    study = make_study()
    place, other = study.places.get(rank=0), study.places.get(rank=1)
    with refused("a place keeps its item"), transaction.atomic():
        Place.objects.filter(pk=place.pk).update(sample_item=other.sample_item, slot=7)


def test_consent_names_its_version() -> None:
    annotator = make_annotator(study=make_study())
    with refused("annotator_consent_has_version"), transaction.atomic():
        Annotator.objects.filter(pk=annotator.pk).update(consent_version="")


def test_whoever_finished_has_a_code() -> None:
    annotator = make_annotator(study=make_study())
    with refused("annotator_finished_has_code"), transaction.atomic():
        Annotator.objects.filter(pk=annotator.pk).update(finished_at=NOW)


def test_a_dataset_is_there_once() -> None:
    dataset = make_dataset()
    with pytest.raises(IntegrityError), transaction.atomic():
        make_dataset(name=dataset.name)
