from evaluation import EvaluationConfig, StudyFacts, evaluate
from evaluation.published import published
from tests.evaluation.tables import random_table

QUICK = EvaluationConfig(resamples=0)


def test_the_table_has_the_rows_of_the_readme():
    table = published("fashion-mnist", "test")
    by_name = {row.classifier: row.accuracy for row in table.results}
    assert len(table.results) == 28
    assert by_name["WRN40-4 8.9M params"] == max(by_name.values()) == 0.967
    assert by_name["2 Conv Layers with max pooling (Keras)"] == 0.876
    assert [row.accuracy for row in table.results if row.people] == [0.835]
    assert not table.paired
    assert "zalandoresearch/fashion-mnist" in table.source


def test_only_the_test_set_of_fashion_mnist_has_published_results():
    assert published("fashion-mnist", "train") is None
    assert published("drawn-garments", "test") is None
    facts = StudyFacts(dataset="fashion-mnist", split="test")
    assert evaluate(random_table(1), QUICK, facts).published is not None
    assert evaluate(random_table(1), QUICK).published is None
