"""One annotator's answers in order, checks, and what happened to them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from labelling.selectors.annotator_record import given_answers, given_checks, happenings
from labelling.services.reinstatement import reinstate_annotator
from tests.factories import answer, at, make_annotator, make_lease, make_study
from tests.labelling.desk_people import People, make_voted

pytestmark = pytest.mark.django_db


def test_answers_stand_in_the_order_given_a_page_at_a_time_by_two_queries(people: People):
    annotator = people.annotator("failing")
    with CaptureQueriesContext(connection) as queries:
        shown = given_answers(annotator=annotator, start=5, end=12, visible=True)
    assert len(queries) == 2
    assert [each.number for each in shown] == list(range(6, 13))
    labels = annotator.labels.order_by("pk")[5:12]
    assert [each.sample_item for each in shown] == [label.assignment.sample_item_id for label in labels]
    assert [each.answer for each in shown] == [label.category.name for label in labels]
    assert {each.truth for each in shown} == {each.item.ground_truth.name for each in shown}


def test_an_answer_is_set_beside_those_of_others_that_count():
    study = make_voted([[0, 0, 1]])
    first, _, third = study.annotators.order_by("pk")
    (agreeing,) = given_answers(annotator=first, start=0, end=9, visible=False)
    (apart,) = given_answers(annotator=third, start=0, end=9, visible=False)
    assert (agreeing.same, agreeing.others, agreeing.agrees) == (1, 2, False)
    assert (apart.same, apart.others, apart.agrees) == (0, 2, False)
    assert agreeing.truth == ""
    two = make_voted([[1, 1]])
    (both,) = given_answers(annotator=two.annotators.first(), start=0, end=9, visible=False)
    assert both.agrees is True


def test_an_answer_that_one_cannot_tell_agrees_with_nobody_and_differs_from_nobody():
    study = make_study(cant_tell="counts")
    annotator = make_annotator(study=study)
    answer(assignment=make_lease(annotator=annotator), category=None)
    (given,) = given_answers(annotator=annotator, start=0, end=9, visible=True)
    assert (given.answer, given.agrees, given.became) == ("", None, "counts")


def test_labels_that_an_exclusion_has_set_aside_say_so(people: People):
    shown = given_answers(annotator=people.annotator("excluded"), start=0, end=99, visible=True)
    assert {each.became for each in shown} == {"set aside"}


def test_checks_tell_what_they_look_for_and_whether_they_failed(people: People):
    annotator = people.annotator("failing")
    with CaptureQueriesContext(connection) as queries:
        checks = given_checks(annotator=annotator)
    assert len(queries) == 1
    failed = {(each.check.kind, each.passed) for each in checks}
    assert failed == {("gold", False), ("attention", False), ("repeat", True)}
    assert all(each.wanted != each.answer for each in checks if each.passed is False)
    assert all(each.wanted == each.answer for each in checks if each.passed)


def test_what_happened_leaves_answers_out_and_names_who_decided_and_why(people: People):
    annotator = people.annotator("excluded")
    reinstate_annotator(annotator=annotator, reason="A mistake.", by="researcher 2", now=at(900))
    told = [(each.what, each.by, each.why) for each in happenings(annotator=annotator)]
    assert told == [
        ("Annotator joined", "", ""),
        ("Annotator consented", "", ""),
        ("Annotator read the guide", "", ""),
        ("Annotator excluded", "researcher 0", "Told us so."),
        ("Annotator reinstated", "researcher 2", "A mistake."),
    ]
