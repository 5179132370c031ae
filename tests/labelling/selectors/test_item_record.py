"""What the labels of one item say."""

from types import SimpleNamespace

from evaluation.voting import NO_LABEL, TIE
from labelling.selectors.item_record import vote_on
from tests.factories import NOW

CATEGORIES = [SimpleNamespace(pk=pk, name=name) for pk, name in ((7, "cat"), (8, "dog"), (9, "owl"))]


def vote(*categories, counts=True):
    labels = [SimpleNamespace(category=pk, counts=counts, at=NOW) for pk in categories]
    return vote_on(labels=labels, categories=CATEGORIES)


def test_a_vote_names_the_majority_and_how_far_people_differ():
    found = vote(8, 9, 8, None)
    assert (found.labels, found.votes, found.cant_tell) == (4, {"dog": 2, "owl": 1}, 1)
    assert found.winner == 1
    assert found.disagreement == 1 - 2 / (3 * 2)


def test_labels_that_do_not_count_are_no_votes():
    found = vote(8, 8, counts=False)
    assert (found.labels, found.votes, found.winner) == (0, {}, NO_LABEL)
    assert found.disagreement is None
    assert found.entropy is None


def test_a_tie_has_no_winner():
    assert vote(7, 9).winner == TIE
