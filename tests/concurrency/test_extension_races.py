"""The extension of tied items while others act: just one, of exactly the tied items, and completed once."""

from functools import partial

import pytest

from labelling.errors import StudyStateError
from labelling.models import Annotator, Study
from labelling.selectors.verification import verify_study
from labelling.services.assignment import lease_items
from labelling.services.exclusions import exclude_annotator
from labelling.services.extension import extend_tied_items
from labelling.services.reinstatement import reinstate_annotator
from labelling.services.sealing import unseal_accuracy
from labelling.services.withdrawal import withdraw_annotator
from tests.concurrency.invariants import violations
from tests.concurrency.test_races import lease_or_nothing
from tests.concurrency.together import errors, together
from tests.factories import answer, at, make_annotator, make_study
from tests.labelling.extended_study import label_further, make_tied_study

pytestmark = [pytest.mark.django_db(transaction=True)]


def fresh(study: Study) -> Study:
    """Return the study as a request of its own would read it."""
    return Study.objects.get(pk=study.pk)


def holds(study: Study) -> bool:
    return violations(fresh(study)) == [] and verify_study(study=study) == []


def extending(study: Study):
    return partial(extend_tied_items, study=fresh(study), now=at(100))


def label_all(annotator: Annotator) -> None:
    while assignments := lease_or_nothing(annotator, count=3, seconds=150):
        for lease in assignments:
            answer(assignment=lease, now=at(150))


def label_the_rest(study: Study) -> None:
    """Let people come until the study is complete."""
    while fresh(study).state == "running":
        label_further(study, now=at(200))


def further_slots(study: Study) -> list[int]:
    return sorted(study.places.filter(slot__gte=study.redundancy).values_list("slot", flat=True))


def test_of_several_clicks_at_once_one_extends() -> None:
    study = make_tied_study(tie_extension=2)
    refused = errors(together([extending(study) for _ in range(4)]))
    assert [type(error) for error in refused] == [StudyStateError] * 3
    assert further_slots(study) == [3, 3, 4, 4]
    assert study.events.filter(kind="extended").count() == 1
    assert holds(study)


def test_an_extension_and_an_exclusion_at_once_leave_the_rules_whole() -> None:
    """Whichever comes first: the study runs again, extended or to be completed before it may be."""
    study = make_tied_study()
    out = study.annotators.first()
    excluding = partial(exclude_annotator, annotator=out, reason="Too fast.", by="somebody", now=at(101))
    refused = errors(together([extending(study), excluding]))
    assert [type(error) for error in refused] in ([], [StudyStateError])
    assert fresh(study).state == "running"
    assert len(further_slots(study)) == (0 if refused else 2)
    assert holds(study)
    label_the_rest(study)
    assert holds(study)


def test_an_extension_and_a_withdrawal_at_once_leave_the_rules_whole() -> None:
    study = make_tied_study()
    leaving = partial(withdraw_annotator, annotator=study.annotators.first(), now=at(101))
    refused = errors(together([extending(study), leaving]))
    assert [type(error) for error in refused] in ([], [StudyStateError])
    assert holds(study)


def test_many_who_answer_the_tied_items_fill_the_further_places_and_no_more() -> None:
    study = extend_tied_items(study=make_tied_study(tie_extension=3), now=at(100))
    people = [make_annotator(study=study, now=at(100)) for _ in range(6)]
    assert errors(together([partial(label_all, person) for person in people])) == []
    # Whoever found everything in others' hands has gone.
    label_the_rest(study)
    assert study.events.filter(kind="completed").count() == 2
    assert holds(study)


def test_exclusions_and_reinstatements_while_the_tied_items_are_answered() -> None:
    study = extend_tied_items(study=make_tied_study(tie_extension=2), now=at(100))
    first, second = study.annotators.order_by("pk")[:2]
    more = [make_annotator(study=study, now=at(100)) for _ in range(3)]

    def toggle() -> None:
        exclude_annotator(annotator=first, reason="Too fast.", by="somebody", now=at(101))
        reinstate_annotator(annotator=first, reason="A mistake.", by="somebody", now=at(102))
        exclude_annotator(annotator=second, reason="Too fast.", by="somebody", now=at(103))

    assert errors(together([toggle, *(partial(label_all, person) for person in more)])) == []
    assert holds(study)
    label_the_rest(study)
    assert study.places.count() == 12 + 4
    assert holds(study)


def test_of_two_who_unseal_at_once_one_does() -> None:
    study = make_study()
    unsealing = partial(unseal_accuracy, study=fresh(study), reason="A reviewer asks.", now=at(1))
    assert [type(error) for error in errors(together([unsealing, unsealing]))] == [StudyStateError]
    assert study.events.filter(kind="unsealed").count() == 1
    assert holds(study)


def test_nobody_holds_two_places_of_one_item_after_an_extension() -> None:
    study = extend_tied_items(study=make_tied_study(tie_extension=2), now=at(100))
    annotator = make_annotator(study=study, now=at(100))
    leased = lease_items(annotator=annotator, count=10, now=at(100))
    assert len({assignment.sample_item_id for assignment in leased}) == len(leased) == 2
