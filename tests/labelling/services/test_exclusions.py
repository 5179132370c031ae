"""Exclusion and its lifting: what is counted, what is opened again, what is kept."""

import pytest
from django.db import DatabaseError, transaction

from labelling.errors import ExclusionError
from labelling.models import Annotator, Assignment, Exclusion, Label, Study
from labelling.selectors.annotators import standing
from labelling.services.assignment import lease_items
from labelling.services.exclusions import exclude_annotator
from labelling.services.reinstatement import reinstate_annotator
from labelling.services.studies import close_study
from tests.factories import NOW, answer, at, label_everything, make_annotator, make_lease, make_study

pytestmark = pytest.mark.django_db

State = Assignment.State


def exclude(annotator: Annotator, seconds: float = 0) -> Exclusion:
    return exclude_annotator(annotator=annotator, reason="Pressed one key.", by="ada", now=at(seconds))


def reinstate(annotator: Annotator, seconds: float = 0) -> Exclusion:
    return reinstate_annotator(annotator=annotator, reason="My mistake.", by="ada", now=at(seconds))


def states(annotator: Annotator) -> list[str]:
    return list(annotator.assignments.order_by("pk").values_list("state", flat=True))


def test_an_exclusion_makes_labels_void_and_opens_their_places() -> None:
    study = make_study()
    annotator = make_annotator(study=study)
    answer(assignment=make_lease(annotator=annotator))
    exclude(annotator)
    assert states(annotator) == [State.VOID]
    assert study.places.free(at=NOW).count() == 18
    assert Label.objects.count() == 1


def test_an_exclusion_ends_the_leases() -> None:
    annotator = make_annotator(study=make_study())
    make_lease(annotator=annotator)
    exclude(annotator)
    assert states(annotator) == [State.RELEASED]


def test_an_excluded_annotator_is_given_nothing() -> None:
    annotator = make_annotator(study=make_study())
    exclude(annotator)
    assert lease_items(annotator=annotator, count=3, now=NOW) == []
    assert standing(annotator=annotator).left == 0


def test_an_answer_after_the_exclusion_is_kept_and_void() -> None:
    annotator = make_annotator(study=make_study())
    lease = make_lease(annotator=annotator)
    exclude(annotator)
    answer(assignment=lease)
    assert states(annotator) == [State.VOID]


def test_an_exclusion_opens_a_complete_study_again() -> None:
    study = make_study()
    label_everything(study=study)
    exclude(study.annotators.first())
    study.refresh_from_db()
    assert (study.state, study.completed_at) == (Study.State.RUNNING, None)
    label_everything(study=study, annotators=1, now=at(50))
    study.refresh_from_db()
    assert (study.state, study.completed_at) == (Study.State.COMPLETE, at(50))


def test_an_exclusion_leaves_a_closed_study_closed() -> None:
    study = make_study()
    annotator = make_annotator(study=study)
    answer(assignment=make_lease(annotator=annotator))
    close_study(study=study, reason="Enough.", now=NOW)
    exclude(annotator)
    study.refresh_from_db()
    assert study.state == Study.State.CLOSED


def test_lifting_an_exclusion_counts_the_labels_again() -> None:
    study = make_study()
    label_everything(study=study)
    annotator = study.annotators.first()
    exclude(annotator)
    reinstate(annotator, seconds=9)
    study.refresh_from_db()
    assert set(states(annotator)) == {State.SUBMITTED}
    assert (study.state, study.completed_at) == (Study.State.COMPLETE, at(9))


def test_a_label_whose_place_was_filled_meanwhile_is_surplus() -> None:
    study = make_study(sample_size=1, redundancy=1)
    annotator = make_annotator(study=study)
    answer(assignment=make_lease(annotator=annotator))
    exclude(annotator)
    label_everything(study=study, annotators=1)
    reinstate(annotator)
    assert states(annotator) == [State.SURPLUS]


def test_a_label_whose_place_another_holds_is_surplus() -> None:
    study = make_study(sample_size=1, redundancy=1)
    annotator = make_annotator(study=study)
    answer(assignment=make_lease(annotator=annotator))
    exclude(annotator)
    lease = make_lease(annotator=make_annotator(study=study))
    reinstate(annotator)
    assert states(annotator) == [State.SURPLUS]
    lease.refresh_from_db()
    assert lease.state == State.LEASED


def test_a_label_takes_its_place_back_from_a_lease_that_has_run_out() -> None:
    study = make_study(sample_size=1, redundancy=1, lease_seconds=60)
    annotator = make_annotator(study=study)
    answer(assignment=make_lease(annotator=annotator))
    exclude(annotator)
    lapsed = make_lease(annotator=make_annotator(study=study))
    reinstate(annotator, seconds=60)
    lapsed.refresh_from_db()
    assert states(annotator) == [State.SUBMITTED]
    assert lapsed.state == State.EXPIRED


def test_a_reinstated_annotator_goes_on() -> None:
    annotator = make_annotator(study=make_study())
    exclude(annotator)
    reinstate(annotator)
    assert lease_items(annotator=annotator, count=1, now=NOW)


def test_the_history_stays() -> None:
    annotator = make_annotator(study=make_study())
    exclude(annotator)
    reinstate(annotator, seconds=5)
    exclude(annotator, seconds=9)
    told = annotator.exclusions.values_list("excluded_by", "excluded_at", "lift_reason", "lifted_at")
    assert list(told) == [("ada", NOW, "My mistake.", at(5)), ("ada", at(9), "", None)]


def test_an_annotator_is_excluded_once_at_a_time() -> None:
    annotator = make_annotator(study=make_study())
    exclude(annotator)
    with pytest.raises(ExclusionError, match="is excluded already"):
        exclude(annotator)


def test_nobody_is_excluded_from_a_rehearsal_by_hand() -> None:
    study = make_study(rehearsal=True)
    label_everything(study=study)
    with pytest.raises(ExclusionError, match="is a rehearsal: its simulated people are gone"):
        exclude(study.annotators.first())
    study.refresh_from_db()
    assert study.state == Study.State.COMPLETE


def test_only_an_excluded_annotator_is_reinstated() -> None:
    annotator = make_annotator(study=make_study())
    with pytest.raises(ExclusionError, match="is not excluded"):
        reinstate(annotator)


@pytest.mark.parametrize(("reason", "by"), [(" ", "ada"), ("Too fast.", "")])
def test_an_exclusion_needs_a_reason_and_an_author(reason: str, by: str) -> None:
    annotator = make_annotator(study=make_study())
    with pytest.raises(ExclusionError, match="needs a reason and an author"):
        exclude_annotator(annotator=annotator, reason=reason, by=by, now=NOW)


@pytest.mark.parametrize("change", [{"reason": "Another."}, {"excluded_by": "bob"}, {"excluded_at": at(9)}])
def test_what_was_decided_is_never_rewritten(change: dict) -> None:
    exclusion = exclude(make_annotator(study=make_study()))
    with pytest.raises(DatabaseError, match="lifted once"), transaction.atomic():
        Exclusion.objects.filter(pk=exclusion.pk).update(**change)


def test_a_lifted_exclusion_stays_lifted() -> None:
    annotator = make_annotator(study=make_study())
    exclusion = exclude(annotator)
    reinstate(annotator)
    with pytest.raises(DatabaseError, match="lifted once"), transaction.atomic():
        Exclusion.objects.filter(pk=exclusion.pk).update(lifted_at=None, lift_reason="", lifted_by="")
