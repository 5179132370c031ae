"""The order of the categories: the dataset's, or one of their own for every annotator."""

from collections import Counter

import pytest

from labelling.models import Annotator, Study
from labelling.selectors.category_order import categories_for
from tests.factories import make_annotator, make_dataset, make_draft, make_study

pytestmark = pytest.mark.django_db

EXPECTED = ["40213", "23401", "13420"]


def order(study: Study, pseudonym: str) -> str:
    """Return the positions of the categories as this annotator sees them."""
    annotator = Annotator(study=study, pseudonym=pseudonym)
    return "".join(str(category.position) for category in categories_for(annotator=annotator))


def test_a_fixed_order_is_the_datasets_for_everybody():
    study = make_study(dataset=make_dataset(categories=5))
    assert {order(study, name) for name in ("ann", "bob")} == {"01234"}


def test_a_shuffled_order_is_a_function_of_seed_and_pseudonym():
    study = make_draft(dataset=make_dataset(categories=5), category_order="shuffled", seed=7)
    # Written down: an annotator who comes back after an update of the software meets the order of before.
    assert [order(study, name) for name in ("ann", "bob", "cyd")] == EXPECTED
    assert order(study, "ann") == order(Study.objects.get(pk=study.pk), "ann")
    study.seed = 8
    assert order(study, "ann") != EXPECTED[0]


def test_every_order_comes_equally_often():
    study = make_draft(category_order="shuffled")
    met = Counter(order(study, f"annotator-{number}") for number in range(1200))
    assert len(met) == 6
    assert sum((count - 200) ** 2 / 200 for count in met.values()) < 20.5  # chi-square, 5 degrees, 0.1 %


def test_it_takes_one_query_and_none_for_the_study(django_assert_num_queries):
    annotator = make_annotator(study=make_study(category_order="shuffled"))
    annotator = Annotator.objects.select_related("study").get(pk=annotator.pk)
    with django_assert_num_queries(1):
        assert sorted(category.position for category in categories_for(annotator=annotator)) == [0, 1, 2]
