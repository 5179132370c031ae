"""The seal on the accuracy: what opens it, and that breaking it is recorded."""

import json

import pytest
from django.db import IntegrityError, transaction

from labelling.errors import AccuracySealed, StudyStateError
from labelling.models import Study
from labelling.report_page import page_of_study
from labelling.selectors.sealing import accuracy_visible, require_visible
from labelling.selectors.verification import verify_study
from labelling.services.bundle import bundle_files
from labelling.services.exclusions import exclude_annotator
from labelling.services.extension import extend_tied_items
from labelling.services.sealing import unseal_accuracy
from labelling.services.studies import close_study, pause_study
from tests.factories import (
    answer,
    at,
    label_everything,
    make_annotator,
    make_draft,
    make_lease,
    make_open_study,
    make_study,
)
from tests.labelling.extended_study import make_tied_study

pytestmark = pytest.mark.django_db


def complete() -> Study:
    study = make_study()
    label_everything(study=study)
    study.refresh_from_db()
    return study


def reopened() -> Study:
    study = complete()
    exclude_annotator(annotator=study.annotators.first(), reason="Too fast.", by="somebody", now=at(9))
    study.refresh_from_db()
    return study


@pytest.mark.parametrize(
    ("study", "visible"),
    [
        (make_draft, False),
        (make_study, False),
        (lambda: pause_study(study=make_study(), now=at(1)), False),
        (lambda: close_study(study=make_study(), reason="No money.", now=at(1)), True),
        (complete, True),
        (reopened, True),
        (lambda: extend_tied_items(study=make_tied_study(), now=at(9)), True),
        (make_open_study, True),
        (lambda: make_study(rehearsal=True), True),
        (lambda: unseal_accuracy(study=make_study(), reason="A reviewer asks.", now=at(1)), True),
    ],
    ids=(
        *("draft", "running", "paused", "closed", "complete", "reopened", "extended", "open by protocol"),
        *("rehearsal", "unsealed"),
    ),
)
def test_the_accuracy_may_be_seen_when_the_study_has_ended_or_somebody_said_so(study, visible):
    assert accuracy_visible(study=study()) is visible


@pytest.mark.parametrize("work", [require_visible, bundle_files, page_of_study])
def test_what_would_tell_it_is_refused_with_the_ways_out(work):
    with pytest.raises(AccuracySealed, match="Wait for the end, or unseal it with a reason"):
        work(study=make_study())


def test_unsealing_is_recorded_with_reason_author_and_how_many_labels_there_were():
    study = make_study()
    answer(assignment=make_lease(annotator=make_annotator(study=study)))
    study = unseal_accuracy(study=study, reason=" A reviewer asks. ", now=at(5), by="researcher 3")
    told = json.loads(study.events.get(kind="unsealed").payload)
    assert (told["by"], told["reason"], told["labels"], told["wanted"]) == (
        *("researcher 3", "A reviewer asks."),
        *(1, 18),
    )
    assert study.unsealed_at == at(5)
    assert verify_study(study=study) == []


@pytest.mark.parametrize(
    ("study", "words"),
    [
        (lambda: unseal_accuracy(study=make_study(), reason="Why.", now=at(1)), "was unsealed on 2026-11-22"),
        (make_draft, "is a draft"),
        (make_open_study, "its protocol does not seal it"),
        (lambda: make_study(rehearsal=True), "it is a rehearsal"),
        (complete, "has been complete"),
    ],
    ids=["twice", "draft", "open", "rehearsal", "complete"],
)
def test_there_is_nothing_to_unseal_where_it_is_not_sealed(study, words):
    with pytest.raises(StudyStateError, match=words):
        unseal_accuracy(study=study(), reason="A reviewer asks.", now=at(9))


def test_unsealing_without_a_reason_is_refused():
    with pytest.raises(StudyStateError, match="needs a reason"):
        unseal_accuracy(study=make_study(), reason="  ", now=at(1))


def test_the_database_seals_nothing_again():
    study = unseal_accuracy(study=make_study(), reason="A reviewer asks.", now=at(1))
    with pytest.raises(IntegrityError, match="study_unsealed_once"), transaction.atomic():
        Study.objects.filter(pk=study.pk).update(unsealed_at=None)


def test_verification_finds_an_unsealing_that_nobody_recorded():
    study = make_study()
    Study.objects.filter(pk=study.pk).update(unsealed_at=at(1))
    assert "its accuracy was unsealed at" in str(verify_study(study=study)[0])
