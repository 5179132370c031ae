import numpy as np
import pytest

from evaluation import BadSetting
from evaluation.crossed_bootstrap import (
    _multiplicities,
    bootstrap_crossed,
    bootstrap_individual,
    crossed_majority,
)
from evaluation.voting import majority_vote, mean_credit, vote_credit
from tests.evaluation.tables import make_table, random_table


def brute_force(table, resamples, seed, rule):
    """The definition, label by label: weights of annotators times weights of items."""
    rng = np.random.default_rng(seed)
    n, k = table.n_items, table.n_categories
    replicates = []
    for _ in range(resamples):
        people = np.bincount(
            rng.integers(table.n_annotators, size=table.n_annotators), minlength=table.n_annotators
        )
        items = np.bincount(rng.integers(n, size=n), minlength=n)
        weighted = np.zeros((n, k), dtype=np.int64)
        np.add.at(weighted, (table.item_codes, table.category_codes), people[table.annotator_codes])
        credit = vote_credit(majority_vote(weighted), table.truth, rule)
        voted = ~np.isnan(credit)
        replicates.append((items * credit)[voted].sum() / items[voted].sum())
    return np.array(replicates)


@pytest.mark.parametrize("rule", ["random", "wrong", "optimistic"])
def test_replicates_have_the_distribution_of_the_definition(rule):
    table = random_table(1, n_items=60, n_annotators=12)
    fast = crossed_majority(table, 6000, seed=1, rule=rule)
    slow = brute_force(table, 3000, seed=2, rule=rule)
    assert fast.mean() == pytest.approx(slow.mean(), abs=0.006)
    assert fast.std() == pytest.approx(slow.std(), rel=0.08)


def test_unequal_redundancy_is_resampled_too():
    rng = np.random.default_rng(3)
    rows = [[int(rng.integers(3)) if rng.random() < 0.6 else None for _ in range(7)] for _ in range(40)]
    table = make_table(rows, n_categories=3)
    fast = crossed_majority(table, 6000, seed=1)
    slow = brute_force(table, 3000, seed=2, rule="random")
    assert fast.mean() == pytest.approx(np.nanmean(slow), abs=0.006)


def test_the_interval_lies_around_the_estimate():
    table = random_table(1)
    interval = bootstrap_crossed(table, 500, seed=1)
    estimate = mean_credit(vote_credit(majority_vote(table.counts), table.truth))
    assert interval.estimate == estimate
    assert interval.low < estimate < interval.high


def test_the_shift_onto_the_estimate_is_reported():
    table = random_table(1)
    interval = bootstrap_crossed(table, 500, seed=1)
    replicates = crossed_majority(table, 500, seed=1)
    assert interval.bias == pytest.approx(np.nanmean(replicates) - interval.estimate)


def test_it_is_wider_than_the_bootstrap_over_items_where_people_differ():
    from evaluation.bootstrap import bootstrap_items

    rng = np.random.default_rng(1)
    rows = [[0 if rng.random() < skill else 1 for skill in (0.95, 0.9, 0.3, 0.2, 0.9)] for _ in range(300)]
    table = make_table(rows)
    items = bootstrap_items(vote_credit(majority_vote(table.counts), table.truth), 2000, seed=1)
    crossed = bootstrap_crossed(table, 2000, seed=1)
    assert crossed.high - crossed.low > 1.5 * (items.high - items.low)


def test_one_seed_gives_one_interval():
    table = random_table(1)
    assert bootstrap_crossed(table, 200, seed=3) == bootstrap_crossed(table, 200, seed=3)
    assert bootstrap_crossed(table, 200, seed=3) != bootstrap_crossed(table, 200, seed=4)


def test_the_size_of_a_batch_changes_nothing(monkeypatch):
    table = random_table(1)
    whole = crossed_majority(table, 100, seed=3)
    monkeypatch.setattr("evaluation.crossed_bootstrap._BATCH_CELLS", 1500)
    assert (crossed_majority(table, 100, seed=3) == whole).all()


def test_progress_is_told_to_the_end():
    told = []
    crossed_majority(random_table(1), 100, seed=3, progress=lambda *step: told.append(step))
    assert told[-1] == ("crossed bootstrap", 100, 100)


def test_one_annotator_has_no_interval_and_says_why():
    interval = bootstrap_crossed(make_table([[0], [1]]), 100, seed=1)
    assert interval.low is None
    assert interval.reason.startswith("All labels come from one annotator")


def test_no_resamples_give_no_interval():
    assert bootstrap_crossed(random_table(1), 0, seed=1).reason.startswith("The bootstrap was switched off")


def test_no_labels_give_no_interval():
    assert bootstrap_crossed(make_table([[None]]), 10, seed=1).reason == "No item has a label."


def test_an_unknown_rule_is_refused():
    with pytest.raises(BadSetting, match="'coin'"):
        bootstrap_crossed(random_table(1), 10, seed=1, rule="coin")


def test_multiplicities_add_up_to_the_number_of_units():
    drawn = _multiplicities(np.random.default_rng(1), 7, 50)
    assert drawn.shape == (7, 50)
    assert (drawn.sum(axis=0) == 7).all()


def test_single_labels_are_resampled_around_their_accuracy():
    table = random_table(1, n_items=200)
    interval = bootstrap_individual(table, 2000, seed=1)
    assert interval.estimate == (table.truth[table.item_codes] == table.category_codes).mean()
    assert interval.low < interval.estimate < interval.high


def test_the_variance_of_single_labels_is_that_of_crossed_effects():
    # One column of answers an annotator and all annotators on all items: the pigeonhole variance is known.
    rng = np.random.default_rng(2)
    answers = rng.random((60, 9)) < rng.random(9)
    table = make_table([[int(not right) for right in row] for row in answers])
    interval = bootstrap_individual(table, 8000, seed=1)
    rows, columns = answers.mean(axis=1).var() / 60, answers.mean(axis=0).var() / 9
    residual = (
        answers - answers.mean(axis=1, keepdims=True) - answers.mean(axis=0) + answers.mean()
    ).var() / 540
    assert interval.standard_error == pytest.approx(np.sqrt(rows + columns + residual), rel=0.05)


def test_people_who_are_always_right_have_no_interval():
    table = make_table([[0, 0, 0]] * 5, n_categories=2)
    for interval in (bootstrap_crossed(table, 50, seed=1), bootstrap_individual(table, 50, seed=1)):
        assert (interval.low, interval.high, interval.estimate) == (None, None, 1.0)
        assert interval.reason.startswith("These data show no spread")


def test_a_crowd_in_which_few_gave_most_labels_has_a_wider_interval(monkeypatch):
    rng = np.random.default_rng(1)
    answers = (rng.random((60, 24)) < 0.4).astype(int)
    rows = [[*row[:4].tolist(), *[None] * 20] for row in answers]
    rows[0] = answers[0].tolist()
    table = make_table(rows)
    uneven = bootstrap_crossed(table, 500, seed=1)
    monkeypatch.setattr("evaluation.crossed_bootstrap.effective_annotators", lambda table: table.n_annotators)
    even = bootstrap_crossed(table, 500, seed=1)
    assert uneven.low < even.low < even.high < uneven.high
