"""Withdrawal: what is erased or kept, what is opened again, what is never taken afterwards."""

import pytest

from labelling.errors import Withdrawn
from labelling.models import Annotator, Assignment, Label, Study
from labelling.selectors.verification import verify_study
from labelling.services.annotators import join_study, record_consent
from labelling.services.assignment import lease_items
from labelling.services.exclusions import exclude_annotator
from labelling.services.reinstatement import reinstate_annotator
from labelling.services.withdrawal import withdraw_annotator
from tests.concurrency.invariants import violations
from tests.factories import NOW, answer, at, label_everything, make_annotator, make_lease, make_study

pytestmark = pytest.mark.django_db


def labelled(study: Study) -> Annotator:
    """Return somebody with one answer and one open lease."""
    annotator = make_annotator(study=study)
    answer(assignment=make_lease(annotator=annotator))
    make_lease(annotator=annotator)
    return annotator


def test_the_answers_are_erased_and_their_images_given_to_others() -> None:
    study = make_study()
    withdraw_annotator(annotator=labelled(study), now=at(1))
    assert not Label.objects.exists()
    assert study.places.free(at=at(1)).count() == 18
    assert violations(study) == []


def test_what_the_record_says_of_the_answers_is_erased_and_still_holds() -> None:
    study = make_study()
    annotator = labelled(study)
    withdraw_annotator(annotator=annotator, now=at(1))
    assert annotator.events.get(kind="labelled").payload is None
    assert annotator.events.order_by("sequence").last().kind == "withdrawn"
    assert verify_study(study=study) == []


def test_where_the_protocol_keeps_the_answers_they_count_and_the_person_is_unknown() -> None:
    study = make_study(withdrawal="keep")
    annotator, secret = join_study(study=study, now=NOW)
    record_consent(annotator=annotator, now=NOW)
    answer(assignment=make_lease(annotator=annotator))
    withdraw_annotator(annotator=annotator, now=at(1))
    assert study.places.unfilled().count() == 17
    assert not study.annotators.holding(secret).exists()
    assert verify_study(study=study) == []


@pytest.mark.parametrize("policy", ["erase", "keep"])
def test_what_was_promised_is_released(policy: str) -> None:
    study = make_study(withdrawal=policy)
    annotator = labelled(study)
    withdraw_annotator(annotator=annotator, now=at(1))
    assert not annotator.assignments.leased().exists()
    assert violations(study) == []


def test_nothing_is_given_to_or_taken_from_who_has_withdrawn() -> None:
    annotator = make_annotator(study=make_study())
    lease = make_lease(annotator=annotator)
    withdraw_annotator(annotator=annotator, now=at(1))
    assert lease_items(annotator=annotator, count=1, now=at(2)) == []
    with pytest.raises(Withdrawn):
        answer(assignment=lease, now=at(2))


def test_a_second_withdrawal_changes_nothing() -> None:
    annotator = labelled(make_study())
    withdraw_annotator(annotator=annotator, now=at(1))
    again = withdraw_annotator(annotator=annotator, now=at(2))
    assert again.withdrawn_at == at(1)
    assert annotator.events.filter(kind="withdrawn").count() == 1


def test_a_complete_study_runs_again_when_answers_are_erased() -> None:
    study = make_study()
    label_everything(study=study)
    withdraw_annotator(annotator=study.annotators.first(), now=at(1))
    study.refresh_from_db()
    assert (study.state, study.places.unfilled().count()) == (Study.State.RUNNING, 6)
    label_everything(study=study, annotators=1, now=at(2))
    study.refresh_from_db()
    assert study.state == Study.State.COMPLETE
    assert verify_study(study=study) == []


def test_surplus_and_void_answers_are_erased_too() -> None:
    study = make_study()
    annotator = labelled(study)
    exclude_annotator(annotator=annotator, reason="One key.", by="researcher 1", now=at(1))
    withdraw_annotator(annotator=annotator, now=at(2))
    reinstate_annotator(annotator=annotator, reason="Mistaken.", by="researcher 1", now=at(3))
    assert set(annotator.assignments.values_list("state", flat=True)) == {Assignment.State.RELEASED}
    assert verify_study(study=study) == []
