import numpy as np
import pytest

from evaluation import BadSetting, BadTable
from evaluation.voting import (
    NO_LABEL,
    TIE,
    credit_levels,
    majority_vote,
    mean_credit,
    tie_break,
    tie_ledger,
    vote_credit,
)

# right by majority; three-way tie with the truth; three-way tie without it; wrong; no label
COUNTS = np.array([[2, 1, 0, 0], [1, 1, 1, 0], [0, 1, 1, 1], [0, 3, 0, 0], [0, 0, 0, 0]])
TRUTH = np.zeros(5, dtype=np.int64)


def test_the_category_with_most_labels_wins():
    assert majority_vote(COUNTS).winner.tolist() == [0, TIE, TIE, 1, NO_LABEL]


def test_an_item_without_labels_has_no_leader():
    assert majority_vote(COUNTS).leaders.tolist() == [1, 3, 3, 1, 0]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [("random", [1, 1 / 3, 0, 0]), ("wrong", [1, 0, 0, 0]), ("optimistic", [1, 1, 0, 0])],
)
def test_a_rule_credits_a_tie_as_defined(rule, expected):
    assert vote_credit(majority_vote(COUNTS), TRUTH, rule)[:4] == pytest.approx(expected)


def test_an_item_without_labels_has_no_credit():
    for rule in ("random", "wrong", "optimistic", "seeded"):
        assert np.isnan(vote_credit(majority_vote(COUNTS), TRUTH, rule)[4])


def test_the_seeded_rule_draws_one_of_the_leaders():
    drawn = tie_break(majority_vote(COUNTS), seed=5)
    assert drawn[1] in {0, 1, 2}
    assert drawn[2] in {1, 2, 3}
    assert drawn[[0, 3, 4]].tolist() == [0, 1, NO_LABEL]


def test_the_seeded_rule_draws_the_same_again():
    votes = majority_vote(np.ones((50, 3), dtype=int))
    assert tie_break(votes, 5).tolist() == tie_break(votes, 5).tolist()
    assert tie_break(votes, 5).tolist() != tie_break(votes, 6).tolist()


def test_the_seeded_rule_draws_every_leader_equally_often():
    drawn = tie_break(majority_vote(np.ones((3000, 3), dtype=int)), seed=1)
    assert np.bincount(drawn) == pytest.approx([1000, 1000, 1000], abs=100)


def test_the_seeded_rule_ignores_the_order_of_categories():
    names = ["x", "y", "z"]
    votes = majority_vote(np.ones((20, 3), dtype=int))
    items = [str(i) for i in range(20)]
    forward = [names[code] for code in tie_break(votes, 1, items, names)]
    backward = [names[::-1][code] for code in tie_break(votes, 1, items, names[::-1])]
    assert forward == backward


def test_the_random_rule_is_the_expectation_of_the_seeded_rule():
    counts = np.tile([1, 1, 1], (200, 1))
    votes, truth = majority_vote(counts), np.zeros(200, dtype=np.int64)
    means = [mean_credit(vote_credit(votes, truth, "seeded", seed)) for seed in range(200)]
    assert np.mean(means) == pytest.approx(mean_credit(vote_credit(votes, truth, "random")), abs=0.01)


def test_the_ledger_counts_what_the_rules_turn_on():
    ledger = tie_ledger(majority_vote(COUNTS), TRUTH)
    assert (ledger.n, ledger.ties, ledger.unanimous, ledger.absolute_majority) == (4, 2, 1, 2)


def test_the_ledger_shows_all_rules_side_by_side():
    ledger = tie_ledger(majority_vote(COUNTS), TRUTH)
    assert (ledger.wrong, ledger.random, ledger.optimistic) == pytest.approx((1 / 4, 1 / 3, 1 / 2))
    assert ledger.wrong <= ledger.seeded <= ledger.optimistic


def test_the_ledger_of_no_labels_says_so():
    ledger = tie_ledger(majority_vote(np.zeros((2, 3), dtype=int)), np.zeros(2, dtype=int))
    assert ledger.random is None
    assert ledger.reason == "No item has a label."


def test_credit_levels_count_each_level():
    values, times = credit_levels(np.array([1, 0.5, 1, np.nan, 0]))
    assert (values.tolist(), times.tolist()) == ([0, 0.5, 1], [1, 1, 2])


def test_an_unknown_rule_is_refused_with_the_known_ones():
    with pytest.raises(BadSetting, match="'coin'; it must be one of random, wrong, optimistic, seeded"):
        vote_credit(majority_vote(COUNTS), TRUTH, "coin")


@pytest.mark.parametrize("counts", [[1, 2], [[]], [[-1, 2]], [[0.5, 1]]])
def test_what_is_no_table_of_counts_is_refused(counts):
    with pytest.raises(BadTable, match="counts has"):
        majority_vote(counts)


def test_ground_truth_of_another_length_is_refused():
    with pytest.raises(BadTable, match=r"\(2,\); it needs \(5,\)"):
        vote_credit(majority_vote(COUNTS), np.array([0, 1]))
