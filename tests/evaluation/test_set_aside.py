import numpy as np
import pytest

from evaluation import BadTable, EvaluationConfig, LabelTable, evaluate
from evaluation.render.json import plain
from evaluation.set_aside import table_like, together, without
from tests.evaluation.tables import make_table, random_table

QUICK = EvaluationConfig(resamples=20)


def test_leaving_out_and_putting_back_gives_the_table_again():
    table = random_table(1)
    out = table.annotator_codes == 2
    names = [table.annotators[code] for code in table.annotator_codes[out]]
    rows = zip(
        [table.items[code] for code in table.item_codes[out]],
        names,
        [table.categories[code] for code in table.category_codes[out]],
        table.response_ms[out].tolist(),
        strict=True,
    )
    left_out = [name == table.annotators[2] for name in table.annotators]
    rest = without(table, np.array(left_out))
    assert together(rest, table_like(rest, rows)).sha256 == table.sha256


def test_nothing_set_aside_leaves_the_table_itself():
    table = random_table(1)
    assert together(table, None) is table
    assert table_like(table, []) is None


def test_labels_on_other_items_are_refused():
    with pytest.raises(BadTable, match="other items or categories"):
        together(make_table([[0], [0]]), make_table([[0]]))
    with pytest.raises(BadTable, match="is not of this study"):
        table_like(make_table([[0]]), [("7", "bob", "c0", None)])


def test_the_report_tells_the_accuracy_before_and_after_exclusions():
    truth = ["cat", "dog", "dog"]
    counted = LabelTable.from_labels([(i, "ann", truth[i]) for i in range(3)], truth)
    apart = LabelTable.from_labels([(i, "bob", "cat") for i in range(3)], truth)
    report = evaluate(counted, QUICK, excluded_annotators=1, set_aside=apart)
    made = report.exclusions
    assert (made.excluded, made.everybody.annotators, made.in_force.annotators) == (1, 2, 1)
    assert (made.in_force.value, made.everybody.value) == (1.0, pytest.approx(2 / 3))
    assert made.difference == pytest.approx(1 / 3)
    assert report.counts.labels == 3


def test_the_labels_set_aside_change_no_other_figure():
    counted = random_table(1)
    rows = [(counted.items[0], "excluded", counted.categories[0], 100.0)]
    plainly, beside = (
        plain(evaluate(counted, QUICK, excluded_annotators=1, set_aside=apart))
        for apart in (None, table_like(counted, rows))
    )
    assert {key for key in plainly if plainly[key] != beside[key]} == {"quality", "exclusions"}


def test_exclusions_of_people_without_a_label_say_so():
    made = evaluate(random_table(1), QUICK, excluded_annotators=2).exclusions
    assert made.difference == 0
    assert "2 excluded annotators gave no label" in made.reason
