import pytest

from evaluation.render.figures.registry import FIGURES, drawings
from evaluation.render.tables.registry import TABLES
from tests.evaluation.render.studies import make_empty_report, make_report


@pytest.fixture(scope="module")
def report():
    return make_report()


def test_each_figure_that_applies_is_drawn_under_its_name(report):
    drawn = drawings(report)
    assert list(drawn) == [name for name in FIGURES if name in drawn]
    assert {"intervals", "curve", "confusion_majority", "per_category", "annotators"} <= set(drawn)


def test_the_figures_of_one_report_are_drawn_once(report):
    assert drawings(report)["intervals"] is drawings(report)["intervals"]


def test_without_a_label_there_is_no_figure_of_labels():
    assert set(drawings(make_empty_report())) <= {"published"}


def test_every_estimate_of_a_category_has_its_interval(report):
    assert drawings(report)["per_category"].body.count("<path") > 2 * len(report.per_category)


def test_every_figure_is_also_a_table():
    table_of = {"curve": "labels_per_item", "specification": "multiverse", "category_balance": "sample_check"}
    renamed = {name: table_of.get(name, name.replace("confusion_", "confusion_matrix_")) for name in FIGURES}
    renamed["confusion_majority"], renamed["confusion_majority_expected"] = (
        "confusion_matrix",
        "confusion_matrix_expected",
    )
    assert set(renamed.values()) <= set(TABLES)


def test_a_matrix_of_too_many_categories_is_left_to_its_table():
    report = make_report(names=tuple(f"c{number}" for number in range(101)), items=101, labels_per_item=1)
    assert FIGURES["confusion_majority"](report) is None
