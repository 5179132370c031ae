"""The answer that one cannot tell: one of the image's labels without a vote, or a place for somebody else."""

import json

import pytest

from labelling.errors import SubmissionConflict, UnknownCategory
from labelling.models import Annotator, Assignment, Event, Label, Study
from labelling.selectors.annotators import standing
from labelling.selectors.verification import verify_study
from labelling.services.answer import Answer
from labelling.services.assignment import lease_items, submit_labels
from labelling.services.exclusions import exclude_annotator
from labelling.services.lease_tidying import expire_leases
from labelling.services.reinstatement import reinstate_annotator
from labelling.services.withdrawal import withdraw_annotator
from tests.factories import NOW, answer, at, make_annotator, make_lease, make_study

pytestmark = pytest.mark.django_db

State = Assignment.State


def state_of(label: Label) -> str:
    return Assignment.objects.get(pk=label.assignment_id).state


def said_of(annotator: Annotator) -> dict[str, object]:
    """Return what the record says of the annotator's last answer, but for the salt."""
    event = annotator.events.filter(kind=Event.Kind.LABELLED).last()
    return {name: value for name, value in json.loads(event.payload).items() if name != "salt"}


def only_item(cant_tell: str, **fields: object) -> Study:
    """Return a study of one image."""
    return make_study(sample_size=1, cant_tell=cant_tell, **fields)


@pytest.mark.parametrize("together", [False, True])
def test_a_protocol_without_it_refuses_it(together):
    annotator = make_annotator(study=make_study())
    lease = make_lease(annotator=annotator)
    if together:
        [result] = submit_labels(annotator=annotator, answers=[Answer(lease.token, None, "k", 900)], now=NOW)
        assert isinstance(result, UnknownCategory)
    else:
        with pytest.raises(UnknownCategory, match="choose 0 to 2"):
            answer(assignment=lease, category=None)
    assert Label.objects.count() == 0


class TestCounts:
    def test_it_fills_the_place_without_a_category(self) -> None:
        study = only_item("counts", redundancy=2)
        annotator = make_annotator(study=study)
        label = answer(assignment=make_lease(annotator=annotator), category=None)
        assert (label.category, state_of(label)) == (None, State.SUBMITTED)
        assert study.places.unfilled().count() == 1
        index = label.assignment.sample_item.item.index
        assert said_of(annotator) == {"item": index, "label": None, "response_ms": 1500, "counted": True}
        assert verify_study(study=study) == []

    def test_the_last_one_completes_the_study(self) -> None:
        study = only_item("counts", redundancy=1)
        answer(assignment=make_lease(annotator=make_annotator(study=study)), category=None)
        study.refresh_from_db()
        assert study.state == Study.State.COMPLETE

    def test_an_exclusion_voids_it_and_lifting_counts_it_again(self) -> None:
        study = only_item("counts", redundancy=1)
        annotator = make_annotator(study=study)
        label = answer(assignment=make_lease(annotator=annotator), category=None)
        exclude_annotator(annotator=annotator, reason="a", by="b", now=at(1))
        assert state_of(label) == State.VOID
        reinstate_annotator(annotator=annotator, reason="a", by="b", now=at(2))
        assert state_of(label) == State.SUBMITTED
        assert verify_study(study=study) == []


class TestReplaced:
    def test_its_place_is_free_for_somebody_else_and_nobody_is_asked_twice(self) -> None:
        study = only_item("replaced", redundancy=1)
        annotator = make_annotator(study=study)
        label = answer(assignment=make_lease(annotator=annotator), category=None, now=at(1))
        assert (label.category, state_of(label)) == (None, State.ABSTAINED)
        assert lease_items(annotator=annotator, count=5, now=at(2)) == []
        assert make_lease(annotator=make_annotator(study=study), now=at(2)).sample_item_id is not None
        assert said_of(annotator)["counted"] is False
        assert verify_study(study=study) == []

    def test_it_counts_as_an_answer_given(self) -> None:
        study = make_study(cant_tell="replaced", labels_per_annotator=2)
        annotator = make_annotator(study=study)
        answer(assignment=make_lease(annotator=annotator), category=None)
        assert standing(annotator=annotator).labelled == 1
        answer(assignment=make_lease(annotator=annotator), category=1)
        assert standing(annotator=annotator).quota_reached
        assert lease_items(annotator=annotator, count=5, now=NOW) == []

    def test_among_several_answers_the_others_fill_their_places(self) -> None:
        study = make_study(cant_tell="replaced")
        annotator = make_annotator(study=study)
        leased = lease_items(annotator=annotator, count=3, now=NOW)
        answers = [
            Answer(each.token, None if number == 1 else number, f"k{number}", 900)
            for number, each in enumerate(leased)
        ]
        labels = submit_labels(annotator=annotator, answers=answers, now=at(1))
        assert [state_of(label) for label in labels] == [State.SUBMITTED, State.ABSTAINED, State.SUBMITTED]
        assert study.places.filter(available_from=None).count() == 2
        again = submit_labels(annotator=annotator, answers=answers, now=at(9))
        assert [label.pk for label in again] == [label.pk for label in labels]

    def test_a_late_one_fills_no_free_place(self) -> None:
        study = only_item("replaced", redundancy=2, lease_seconds=60)
        annotator = make_annotator(study=study)
        lease = make_lease(annotator=annotator)
        expire_leases(now=at(61))
        lease.refresh_from_db()
        label = answer(assignment=lease, category=None, now=at(62))
        assert state_of(label) == State.ABSTAINED
        assert study.places.free(at=at(62)).count() == 2

    def test_lifting_an_exclusion_fills_no_place_with_it(self) -> None:
        study = only_item("replaced", redundancy=1)
        annotator = make_annotator(study=study)
        label = answer(assignment=make_lease(annotator=annotator), category=None)
        exclude_annotator(annotator=annotator, reason="a", by="b", now=at(1))
        reinstate_annotator(annotator=annotator, reason="a", by="b", now=at(2))
        assert state_of(label) == State.ABSTAINED
        assert study.places.unfilled().count() == 1
        assert verify_study(study=study) == []

    def test_a_withdrawal_erases_it(self) -> None:
        study = only_item("replaced")
        annotator = make_annotator(study=study)
        label = answer(assignment=make_lease(annotator=annotator), category=None)
        withdraw_annotator(annotator=annotator, now=at(1))
        assert Label.objects.count() == 0
        assert state_of(label) == State.RELEASED
        assert verify_study(study=study) == []

    def test_a_counted_one_is_a_fault_of_the_tables(self) -> None:
        study = only_item("replaced")
        annotator = make_annotator(study=study)
        lease = make_lease(annotator=annotator)
        answer(assignment=lease, category=None)
        place = study.places.first()
        study.places.filter(pk=place.pk).update(available_from=None)
        Assignment.objects.filter(pk=lease.pk).update(state=State.SUBMITTED, place=place)
        assert "1 count although the annotator could not tell, and somebody else is to be asked" in [
            fault.what for fault in verify_study(study=study)
        ]


class TestAChangedAnswer:
    def test_keeps_the_first_choice_in_the_label_and_in_the_record(self) -> None:
        study = make_study()
        annotator = make_annotator(study=study)
        lease = make_lease(annotator=annotator)
        label = answer(assignment=lease, category=2, changed_from=1, changed=True)
        assert (label.category.position, label.changed_from.position) == (2, 1)
        assert (said_of(annotator)["label"], said_of(annotator)["changed_from"]) == (
            "Category 2",
            "Category 1",
        )
        assert verify_study(study=study) == []

    def test_an_unchanged_answer_says_nothing_of_a_first_choice(self) -> None:
        annotator = make_annotator(study=make_study())
        assert answer(assignment=make_lease(annotator=annotator)).changed_from is None
        assert "changed_from" not in said_of(annotator)

    def test_that_one_could_not_tell_at_first_is_in_the_record(self) -> None:
        annotator = make_annotator(study=make_study(cant_tell="counts"))
        answer(assignment=make_lease(annotator=annotator), category=2, changed_from=None, changed=True)
        assert said_of(annotator)["changed_from"] is None

    @pytest.mark.parametrize("first", [99, None])
    def test_a_first_choice_that_the_study_does_not_have_is_refused(self, first) -> None:
        lease = make_lease(annotator=make_annotator(study=make_study()))
        with pytest.raises(UnknownCategory):
            answer(assignment=lease, category=2, changed_from=first, changed=True)

    def test_the_same_key_with_another_first_choice_is_a_conflict(self) -> None:
        lease = make_lease(annotator=make_annotator(study=make_study()))
        answer(assignment=lease, category=2, changed_from=1, changed=True)
        with pytest.raises(SubmissionConflict):
            answer(assignment=lease, category=2)
