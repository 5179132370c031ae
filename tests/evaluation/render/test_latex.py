import re

import pytest

from evaluation.render.latex import escaped, latex_table, latex_tables
from evaluation.render.tables.registry import tables
from evaluation.render.tables.table import Table
from tests.evaluation.render.studies import HOSTILE, make_report


@pytest.fixture(scope="module")
def written():
    return latex_tables(tables(make_report(names=HOSTILE, items=16)))


def unescaped(text: str) -> str:
    """Drop what is escaped, and the commands that stand for signs."""
    return re.sub(r"\\[{}$&#%_]|\\text\w+\{\}|\{[\[\]*]\}", "", text)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_has_no_command_of_its_own(name):
    assert not re.search(r"[\\{}$&#%_^~<>\[\]\n]", re.sub(r"\{\}", "", unescaped(escaped(name))))


def test_letters_of_other_scripts_stay():
    assert escaped("衬衫 קבוצה") == "衬衫 קבוצה"


def test_braces_and_environments_are_closed(written):
    for text in written.values():
        plain = unescaped(text)
        assert plain.count("{") == plain.count("}")
        assert re.findall(r"\\begin\{(\w+)\}", plain) == re.findall(r"\\end\{(\w+)\}", plain)[::-1]


def test_each_row_has_as_many_cells_as_columns(written):
    for name, laid in tables(make_report(names=HOSTILE, items=16)).items():
        rows = [line for line in written[f"{name}.tex"].splitlines() if line.endswith("\\\\")]
        rows = [row for row in rows if "\\caption" not in row]
        assert {len(re.findall(r"(?<!\\)&", row)) + 1 for row in rows} == {len(laid.header)}


def test_a_table_longer_than_a_page_may_break():
    laid = Table("long", "Long.", ("A",), "l", tuple((str(row),) for row in range(60)), note="A note.")
    text = latex_table(laid)
    assert "\\begin{longtable}{l}" in text
    assert "\\usepackage{longtable}" in text
    assert "A note." in text
