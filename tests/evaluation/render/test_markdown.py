import pytest

from evaluation import EvaluationConfig, StudyFacts, evaluate
from evaluation.render.markdown import HEADER, readme_row
from tests.evaluation.tables import make_table, random_table


def row(table, study=None, **settings):
    return readme_row(evaluate(table, EvaluationConfig(**({"resamples": 50} | settings)), study))


def test_a_row_has_the_columns_of_the_benchmark_table():
    assert row(random_table(1)).count("|") == HEADER.splitlines()[0].count("|")


def test_a_row_states_sample_redundancy_and_rule():
    text = row(random_table(1), StudyFacts(strategy="simple"), tie_rule="wrong")
    assert (
        "40 randomly sampled test images, 3 labels per image, majority labelling, ties counted as errors"
        in text
    )


def test_a_row_says_random_only_of_a_sample_that_was_drawn():
    assert "randomly" not in row(random_table(1))


def test_a_row_has_the_accuracy_with_its_crossed_interval():
    report = evaluate(random_table(1), EvaluationConfig(resamples=50))
    crossed = report.accuracy.majority.intervals.bootstrap_crossed
    value = f"{report.accuracy.majority.value:.3f}"
    assert f"| {value} (95 % interval {crossed.low:.3f}-{crossed.high:.3f}) |" in readme_row(report)


def test_without_resamples_a_row_has_the_closed_form():
    assert "(95 % interval 0.342-1.000)" in row(make_table([[0, 0], [0, 0]]), resamples=0)


def test_a_rehearsal_says_so():
    assert "REHEARSAL" in row(random_table(1), StudyFacts(rehearsal=True))


@pytest.mark.parametrize("rows", [[[0, 0, 0], [0, None, None]], [[None]]])
def test_an_unfinished_study_says_so(rows):
    assert "INTERIM" in row(make_table(rows))
