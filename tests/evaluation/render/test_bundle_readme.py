import pytest

from evaluation.bundle import derived_files
from evaluation.bundle.inputs import BundleInputs
from evaluation.bundle.source_files import SOURCES
from evaluation.render import csv
from evaluation.render.bundle_readme import FILES, FOLDERS, bundle_readme
from evaluation.render.figures.registry import FIGURES
from evaluation.render.tables.registry import TABLES
from tests.evaluation.render.studies import HOSTILE, make_record, make_report


def readme(*names: str, **told) -> str:
    report = make_report()
    inputs = BundleInputs(
        table=report.table,
        labels=(),
        sample=(),
        record=make_record(report, **told),
        protocol="{}",
        events=b"",
    )
    return bundle_readme(report, inputs, names)


def test_every_file_that_a_bundle_may_have_has_a_line():
    assert {*SOURCES, *derived_files.FILES} <= set(FILES)
    assert set(FIGURES) <= set(FOLDERS["figures"])
    assert {*TABLES, *(name.removesuffix(".csv") for name in csv._TABLES)} <= set(FOLDERS["tables"])


def test_only_what_is_there_is_listed():
    text = readme("labels.csv", "tables/items.csv", "predictions/forest.csv")
    assert "| `labels.csv` | " in text
    assert "| `tables/items.csv` | " in text
    assert "| `predictions/` | " in text
    assert "labels_set_aside.csv" not in text
    assert "`images/`" not in text


def test_files_of_one_name_share_a_line():
    assert "| `figures/curve.pdf`, `figures/curve.svg` | " in readme("figures/curve.svg", "figures/curve.pdf")


def test_it_says_how_the_bundle_is_checked_and_with_which_version():
    text = readme()
    assert f"human-baseline {make_report().generated_by.version}" in text
    assert "python -m evaluation.verify ." in text


@pytest.mark.parametrize("title", HOSTILE)
def test_a_title_is_no_markup(title):
    first, second = readme(title=title).splitlines()[:2]
    assert first.endswith("a human baseline on Garments")
    assert second == ""
    assert "<x>" not in first
