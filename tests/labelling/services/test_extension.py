"""Further labels for tied images: only where foreseen, on exactly these, once."""

import json

import pytest
from django.db import IntegrityError, transaction

from labelling.errors import StudyStateError
from labelling.models import Event, Place
from labelling.selectors.progress import LabelCounts, study_lines, study_progress
from labelling.selectors.tally import count_study
from labelling.selectors.ties import tied_items
from labelling.selectors.verification import verify_study
from labelling.services.annotators import finish
from labelling.services.events import record_event
from labelling.services.exclusions import exclude_annotator
from labelling.services.extension import extend_tied_items
from labelling.services.reinstatement import reinstate_annotator
from tests.concurrency.invariants import violations
from tests.factories import answer, at, label_everything, make_annotator, make_lease, make_study
from tests.labelling.extended_study import label_further, make_tied_study

pytestmark = pytest.mark.django_db


def whole(study) -> bool:
    """Tell whether every rule holds, in the tables and against the record."""
    return violations(study) == [] and verify_study(study=study) == []


def further(study) -> list[tuple[int, int]]:
    places = study.places.filter(slot__gte=study.redundancy).order_by("rank")
    return list(places.values_list("sample_item__position", "slot"))


def test_exactly_the_tied_items_get_the_further_places_and_the_study_runs_again():
    study = extend_tied_items(study=make_tied_study(), now=at(9), by="researcher 1")
    assert further(study) == [(0, 3), (1, 3)]
    assert (study.state, study.completed_at) == ("running", None)
    told = json.loads(study.events.get(kind="extended").payload)
    tied = sorted(study.sample.filter(role="sampled", position__lt=2).values_list("item__index", flat=True))
    assert (told["items"], told["labels"], told["labels_per_item"], told["by"]) == (
        tied,
        2,
        1,
        "researcher 1",
    )
    assert whole(study)


@pytest.mark.parametrize(
    ("order", "expected"),
    [("breadth", [(0, 3), (1, 3), (0, 4), (1, 4)]), ("depth", [(0, 3), (0, 4), (1, 3), (1, 4)])],
)
def test_the_further_places_come_after_all_others_in_the_order_of_the_protocol(order, expected):
    study = extend_tied_items(study=make_tied_study(tie_extension=2, order=order), now=at(9))
    assert further(study) == expected
    assert study.places.order_by("rank").values_list("slot", flat=True)[0] == 0


def test_it_completes_exactly_once_again_and_what_is_tied_then_stays_so():
    study = extend_tied_items(study=make_tied_study(), now=at(9))
    label_further(study, category=0, now=at(10))
    assert study.state == "complete"
    assert study.events.filter(kind="completed").count() == 2
    assert tied_items(study=study) == []
    assert whole(study)


def test_a_tie_is_told_without_the_ground_truth_and_without_those_who_could_not_tell():
    study = make_study(sample_size=2, redundancy=2, cant_tell="counts")
    for category in (0, 1):
        annotator = make_annotator(study=study)
        for _ in range(2):
            lease = make_lease(annotator=annotator)
            answer(assignment=lease, category=None if lease.sample_item.position else category)
    assert [item.key for item in tied_items(study=study)] == [study.sample.get(role="sampled", position=0).pk]


def test_whoever_labelled_an_image_is_not_asked_about_it_again():
    study = extend_tied_items(study=make_tied_study(), now=at(9))
    earlier = study.annotators.first()
    with pytest.raises(IndexError):
        make_lease(annotator=earlier, now=at(10))
    finish(annotator=earlier, now=at(11))


def test_without_a_word_in_the_protocol_nothing_is_extended():
    with pytest.raises(StudyStateError, match="foresaw no further labels"):
        extend_tied_items(study=make_tied_study(tie_extension=0), now=at(9))


def test_a_rehearsal_is_not_extended():
    with pytest.raises(StudyStateError, match="is a rehearsal"):
        extend_tied_items(study=make_tied_study(rehearsal=True), now=at(9))


def test_a_study_that_is_not_complete_is_not_extended():
    with pytest.raises(StudyStateError, match="is running; ties are known when it is complete"):
        extend_tied_items(study=make_study(tie_extension=1), now=at(9))


def test_nothing_is_extended_twice():
    study = extend_tied_items(study=make_tied_study(), now=at(9))
    label_further(study, category=0, now=at(10))
    with pytest.raises(StudyStateError, match="done once"):
        extend_tied_items(study=study, now=at(11))


def test_where_nothing_is_tied_nothing_is_done():
    study = make_study(tie_extension=1)
    label_everything(study=study)
    with pytest.raises(StudyStateError, match=r"No image .* ended in a tie"):
        extend_tied_items(study=study, now=at(9))
    study.refresh_from_db()
    assert study.state == "complete"


def test_an_exclusion_after_the_extension_reopens_base_and_further_places():
    study = extend_tied_items(study=make_tied_study(), now=at(9))
    label_further(study, category=0, now=at(10))
    people = list(study.annotators.order_by("pk"))
    for out in (people[0], people[-1]):
        exclude_annotator(annotator=out, reason="Too fast.", by="somebody", now=at(20))
    study.refresh_from_db()
    assert study.state == "running"
    assert study.places.unfilled().count() == 4 + 2
    reinstate_annotator(annotator=people[-1], reason="A mistake.", by="somebody", now=at(30))
    label_further(study, category=1, now=at(40))
    assert study.state == "complete"
    assert whole(study)


def progress_of(study, *, now):
    return study_progress(study=study, tally=count_study(study=study, now=now), now=now)


def test_progress_counts_the_further_places():
    study = extend_tied_items(study=make_tied_study(), now=at(9))
    [line] = study_lines(studies=[study], now=at(10))
    progress = progress_of(study, now=at(10))
    assert (line.wanted, progress.labels, progress.complete_items) == (14, LabelCounts(14, 12), 2)
    label_further(study, category=0, now=at(11))
    progress = progress_of(study, now=at(12))
    assert (progress.items_by_labels, progress.complete_items) == ((0, 0, 0, 2, 2), 4)


def test_the_database_refuses_a_further_place_without_a_recorded_extension():
    study = make_tied_study()
    item = study.sample.filter(role="sampled").first()
    with pytest.raises(IntegrityError, match="place_foreseen"), transaction.atomic():
        Place.objects.create(study=study, sample_item=item, slot=3, rank=99, available_from=at(1))


def test_the_database_refuses_more_places_than_the_protocol_foresaw():
    study = extend_tied_items(study=make_tied_study(), now=at(9))
    item = study.sample.filter(role="sampled").first()
    with pytest.raises(IntegrityError, match="place_foreseen"), transaction.atomic():
        Place.objects.create(study=study, sample_item=item, slot=4, rank=99, available_from=at(1))


def test_the_database_refuses_a_second_extension():
    study = extend_tied_items(study=make_tied_study(), now=at(9))
    with pytest.raises(IntegrityError, match="event_extends_once"), transaction.atomic():
        record_event(of=study, kind=Event.Kind.EXTENDED, now=at(10))


def test_verification_finds_further_places_on_an_item_that_was_not_tied():
    study = extend_tied_items(study=make_tied_study(), now=at(9))
    other = study.sample.get(role="sampled", position=3)
    Place.objects.create(study=study, sample_item=other, slot=3, rank=99, available_from=at(9))
    assert [fault.place for fault in verify_study(study=study)] == ["places"]
