"""The gallery of the sample: which images, in which order, and the confusion matrix that leads to them."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoDbBlocker

from evaluation.confusion import majority_confusion
from evaluation.voting import majority_vote
from labelling.models import Study
from labelling.selectors.item_gallery import (
    NO_MAJORITY,
    ItemQuery,
    confusion_counts,
    gallery_items,
    item_order,
)
from labelling.selectors.item_record import labels_of, places_at, sample_item_at
from labelling.selectors.label_table import label_table
from labelling.selectors.tally import StudyTally, count_study
from labelling.services.exclusions import exclude_annotator
from tests.factories import at
from tests.labelling.desk_people import make_voted, once

pytestmark = pytest.mark.django_db

VOTES = [[0, 0, 0], [1, 1, 2], [0, 1, 2], [2, 2], [1], []]


@pytest.fixture(scope="module")
def voted(database_url: str, django_db_blocker: DjangoDbBlocker) -> Iterator[Study]:
    """Six items: unanimous, divided, tied, with two labels, with one, without any."""
    with once(django_db_blocker):
        yield make_voted(VOTES)


@pytest.fixture
def tally(voted: Study) -> StudyTally:
    return count_study(study=voted, now=at(60))


def found(tally: StudyTally, **asked: object) -> list[int]:
    return item_order(tally=tally, query=ItemQuery(**asked)).tolist()


@pytest.mark.parametrize(
    ("asked", "positions"),
    [
        ({}, [0, 1, 2, 3, 4, 5]),
        ({"labels": 3}, [0, 1, 2]),
        ({"labels": 0}, [5]),
        ({"outcome": "unanimous"}, [0, 3, 4]),
        ({"outcome": "divided"}, [1]),
        ({"outcome": "tie"}, [2]),
        ({"outcome": "no vote"}, [5]),
        ({"majority": 1}, [1, 4]),
        ({"majority": NO_MAJORITY}, [2]),
        ({"disagreement": 0.667}, [1, 2]),
        ({"disagreement": 1.0}, [2]),
        ({"entropy": 0.5}, [1, 2]),
        ({"labels": 3, "outcome": "tie"}, [2]),
        ({"sort": "position", "descending": True}, [5, 4, 3, 2, 1, 0]),
        ({"sort": "labels"}, [5, 4, 3, 0, 1, 2]),
        ({"sort": "disagreement", "descending": True}, [2, 1, 0, 3, 4, 5]),
        ({"sort": "entropy", "descending": True}, [2, 1, 0, 3, 4, 5]),
        ({"sort": "last", "descending": True}, [4, 3, 2, 1, 0, 5]),
        ({"sort": "last"}, [0, 1, 2, 3, 4, 5]),
    ],
)
def test_images_are_filtered_and_sorted(tally, asked, positions):
    assert found(tally, **asked) == positions


def test_ground_truth_verdict_and_index_find_the_images(tally):
    truth = tally.items.truth.tolist()
    winner = tally.items.winner.tolist()
    assert found(tally, truth=truth[3]) == [place for place in range(6) if truth[place] == truth[3]]
    right = [place for place in range(6) if truth[place] == winner[place]]
    assert found(tally, verdict="right") == right
    assert found(tally, verdict="wrong") == [place for place in range(5) if place not in right]
    assert found(tally, index=int(tally.items.index[2])) == [2]
    assert found(tally, sort="index") == sorted(range(6), key=tally.items.index.__getitem__)


def test_a_page_of_images_takes_one_query(tally):
    with CaptureQueriesContext(connection) as queries:
        shown = gallery_items(tally=tally, positions=[2, 5])
    assert len(queries) == 1
    assert [(item.position, item.labels, item.majority) for item in shown] == [(2, 3, -1), (5, 0, -2)]
    assert [item.item.index for item in shown] == tally.items.index[[2, 5]].tolist()
    assert (shown[1].disagreement, shown[1].entropy, shown[1].last) == (None, None, None)


def test_the_matrix_is_that_of_the_report_and_each_cell_finds_its_images(voted, tally):
    table = label_table(study=voted)
    counts = confusion_counts(tally=tally)
    assert counts.tolist() == majority_confusion(majority_vote(table.counts), table.truth).tolist()
    for truth, row in enumerate(counts.tolist()):
        for column, images in enumerate(row):
            majority = NO_MAJORITY if column == 3 else column
            assert len(found(tally, truth=truth, majority=majority)) == images


def test_an_image_has_all_its_labels_and_places(voted):
    item = sample_item_at(study=voted, position=2)
    assert [(label.answer, label.counts) for label in labels_of(sample_item=item)] == [
        ("Category 0", True),
        ("Category 1", True),
        ("Category 2", True),
    ]
    assert [place.state for place in places_at(sample_item=item, now=at(60))] == ["filled"] * 3
    exclude_annotator(annotator=voted.annotators.first(), reason="why", by="ada", now=at(60))
    assert [label.became for label in labels_of(sample_item=item)].count("set aside") == 1
    assert [place.state for place in places_at(sample_item=item, now=at(60))].count("free") == 1


def test_a_promise_holds_a_place_until_it_has_run_out(voted):
    item = sample_item_at(study=voted, position=4)
    promised = item.assignments.leased().order_by("place__slot")
    held = [place for place in places_at(sample_item=item, now=at(60)) if place.state != "filled"]
    assert [(place.state, place.annotator, place.until) for place in held] == [
        ("leased", each.annotator, each.expires_at) for each in promised
    ]
    later = places_at(sample_item=item, now=promised[0].expires_at)
    assert [place.state for place in later].count("free") == len(held) == 2


def test_there_is_no_image_beyond_the_sample(voted):
    assert sample_item_at(study=voted, position=6) is None
