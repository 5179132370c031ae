"""What the annotator's pages ask of the database."""

import pytest

from labelling.errors import UnknownStudy
from labelling.selectors.annotator_pages import (
    annotator_at,
    anything_free,
    categories_of,
    current_assignment,
    guide,
    study_at,
)
from labelling.services.annotators import join_study
from tests.factories import NOW, answer, at, make_annotator, make_draft, make_lease, make_study

pytestmark = pytest.mark.django_db


def test_a_study_is_found_by_its_join_code_with_its_dataset(django_assert_num_queries):
    study = make_study()
    with django_assert_num_queries(1):
        assert study_at(join_code=study.join_code).dataset == study.dataset


def test_an_unknown_join_code_is_named_in_the_error():
    with pytest.raises(UnknownStudy, match="'nowhere'; check the link"):
        study_at(join_code="nowhere")


def test_an_annotator_is_found_by_code_and_secret_in_one_query(django_assert_num_queries):
    study = make_study()
    annotator, secret = join_study(study=study, now=NOW)
    with django_assert_num_queries(1):
        found = annotator_at(join_code=study.join_code, secret=secret)
        assert found == annotator
        assert found.study.dataset.size == 12


def test_a_secret_is_good_for_its_own_study_only():
    _, secret = join_study(study=make_study(), now=NOW)
    assert annotator_at(join_code=make_study().join_code, secret=secret) is None


def test_no_secret_is_nobody_without_a_query(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert annotator_at(join_code="any", secret="") is None


def test_the_current_image_is_the_one_promised_first():
    annotator = make_annotator(study=make_study())
    assert current_assignment(annotator=annotator) is None
    first = make_lease(annotator=annotator)
    second = make_lease(annotator=annotator, now=at(1))
    assert current_assignment(annotator=annotator) == first
    answer(assignment=first, now=at(2))
    assert current_assignment(annotator=annotator) == second


def test_nothing_is_free_while_others_hold_everything():
    study = make_study(sample_size=1, redundancy=1)
    make_lease(annotator=make_annotator(study=study))
    late = make_annotator(study=study)
    assert not anything_free(annotator=late, now=at(1))
    assert anything_free(annotator=late, now=at(study.lease_seconds))


def test_categories_come_in_the_datasets_order():
    assert [category.position for category in categories_of(study=make_study())] == [0, 1, 2]


def test_the_guide_has_every_category_also_one_without_examples():
    study = make_study(guide_examples=2)
    assert [len(entry.examples) for entry in guide(study=study)] == [2, 2, 2]
    assert [len(entry.examples) for entry in guide(study=make_draft())] == [0, 0, 0]


def test_the_examples_of_a_category_are_of_that_category():
    for entry in guide(study=make_study(guide_examples=2)):
        assert {item.ground_truth for item in entry.examples} == {entry.category}
