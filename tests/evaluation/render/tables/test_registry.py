import pytest

from evaluation.render import words
from evaluation.render.tables.registry import tables
from tests.evaluation.render.studies import make_empty_report, make_report


@pytest.fixture(scope="module")
def report():
    return make_report()


@pytest.fixture(scope="module")
def laid(report):
    return tables(report)


def test_every_row_has_a_cell_for_each_column(laid):
    for table in laid.values():
        assert {len(row) for row in table.rows} == {len(table.header)}
        assert len(table.align) == len(table.header)
        assert set(table.align) <= set("lrp")


def test_a_table_is_named_as_its_file(laid):
    assert [table.name for table in laid.values()] == list(laid)


def test_the_study_s_tie_rule_is_the_chosen_row(report, laid):
    table = laid["tie_rules"]
    assert table.rows[table.chosen][:2] == ("random", words.share(report.accuracy.majority.value))


def test_every_estimate_of_the_accuracy_has_its_interval(laid):
    for name in ("individual", "labels_per_item", "truth_inference", "per_category", "exclusions"):
        place = next(place for place, heading in enumerate(laid[name].header) if heading.endswith("interval"))
        assert all(" to " in row[place] for row in laid[name].rows)


def test_annotators_stand_from_the_least_to_the_most_accurate(laid):
    shares = [float(row[2].split("\N{NO-BREAK SPACE}")[0]) for row in laid["annotators"].rows]
    assert shares == sorted(shares)


def test_without_a_label_what_is_undefined_is_a_dash_with_its_reason():
    laid = tables(make_empty_report())
    assert laid["intervals"].rows[0][1:3] == (words.DASH, words.DASH)
    assert laid["intervals"].rows[0][3] == "No item has a label."
    assert "annotators" not in laid
