import numpy as np
import pytest

from evaluation.annotators import agreement_with_others, annotator_scores, median_response
from evaluation.intervals import wilson
from tests.evaluation.tables import make_table, random_table


def test_labels_and_accuracy_are_counted_for_each():
    scores = annotator_scores(make_table([[0, 1], [0, 0], [1, None]]))
    assert [(score.annotator, score.labels, score.correct) for score in scores] == [
        ("a0", 3, 2),
        ("a1", 2, 1),
    ]


def test_the_interval_is_wilsons():
    score = annotator_scores(make_table([[0, 1], [0, 0], [1, None]]))[0]
    expected = wilson(2, 3)
    assert (score.interval.low, score.interval.high) == pytest.approx(
        (expected.low, expected.high), abs=1e-15
    )


def test_agreement_leaves_the_annotators_own_label_out():
    agreement, shared = agreement_with_others(make_table([[0, 0, 1], [1, 1, 1], [0, None, None]]))
    assert agreement.tolist() == [0.75, 0.75, 0.5]
    assert shared.tolist() == [2, 2, 2]


def test_agreement_is_what_a_loop_gives():
    table = random_table(1)
    agreement, _ = agreement_with_others(table)
    for annotator in range(table.n_annotators):
        shares = []
        for place in np.flatnonzero(table.annotator_codes == annotator):
            others = (table.item_codes == table.item_codes[place]) & (table.annotator_codes != annotator)
            shares.append((table.category_codes[others] == table.category_codes[place]).mean())
        assert agreement[annotator] == pytest.approx(np.mean(shares))


def test_nobody_else_is_undefined_with_a_reason():
    score = annotator_scores(make_table([[0]]))[0]
    assert score.agreement_with_others is None
    assert "agreement_with_others: nobody else labelled these items." in score.reason


def test_the_median_time_is_numpys():
    table = random_table(1)
    expected = [np.median(table.response_ms[table.annotator_codes == a]) for a in range(8)]
    assert median_response(table).tolist() == expected


def test_missing_times_are_left_out_of_the_median():
    table = make_table([[0], [0], [0]], response_ms=[100, None, 300])
    assert median_response(table).tolist() == [200]


def test_no_time_is_undefined_with_a_reason():
    score = annotator_scores(make_table([[0, 0]]))[0]
    assert score.median_response_ms is None
    assert "median_response_ms: no response time is known." in score.reason


def test_a_spammer_score_that_is_missing_says_why():
    scores = annotator_scores(make_table([[0, 0]]), np.array([np.nan, 0.5]))
    assert "spammer_score: The labels show fewer than two categories" in scores[0].reason
    assert scores[1].spammer_score == 0.5
