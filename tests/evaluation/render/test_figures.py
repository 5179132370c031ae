import re
import threading
from xml.etree import ElementTree as ET

import matplotlib as mpl
import pytest

from evaluation.render.figures.annotators import annotators
from evaluation.render.figures.confusion_matrix import confusion_matrix
from evaluation.render.figures.intervals import intervals
from evaluation.render.figures.labels_per_item import accuracy_by_labels
from evaluation.render.figures.machines import MachineLine, machines
from evaluation.render.figures.per_category import per_category
from evaluation.render.figures.strata import accuracy_by_stratum
from evaluation.render.svg import Drawing

NAMES = ["T-shirt/top", "<b>Trouser & co</b>", "Bag"]


def matrix(name: str = "confusion-matrix") -> Drawing:
    return confusion_matrix(
        categories=NAMES,
        counts=[[8, 1, 1, 2], [0, 12, 0, 0], [0, 0, 0, 0]],
        shares=[[8 / 12, 1 / 12, 1 / 12, 2 / 12], [0, 1, 0, 0], [None] * 4],
        name=name,
    )


FIGURES = {
    "confusion": matrix,
    "per_category": lambda: per_category(
        categories=NAMES,
        recall=[0.5, 1, None],
        precision=[None, 0.25, 1],
        recall_intervals=[(0.2, 0.8), None, None],
    ),
    "intervals": lambda: intervals(labels=["Wilson", "Bootstrap"], value=0.8, ends=[None, (0.7, 0.9)]),
    "accuracy_by_labels": lambda: accuracy_by_labels(ks=[1, 2, 3], values=[0.7, 0.7, 0.8]),
    "accuracy_by_stratum": lambda: accuracy_by_stratum(
        kind="<i>scale</i>",
        strata=["0.5", "1.0", "2.0"],
        values=[0.4, None, 0.9],
        ends=[(0.3, 0.5), None, None],
    ),
    "annotators": lambda: annotators(values=[0.4, None, 0.9], ends=[(0.1, 0.8), None, None], pooled=0.6),
    "machines": lambda: machines(
        lines=[
            MachineLine("<b>net</b>", 7, 2, 1, 0, 0.1, (-0.1, 0.3)),
            MachineLine("svm", 0, 0, 0, 0, None, None),
        ]
    ),
}


@pytest.fixture(params=FIGURES)
def make(request):
    return FIGURES[request.param]


def texts(drawing: Drawing) -> list[str]:
    return [
        "".join(element.itertext()).strip()
        for element in ET.fromstring(drawing.svg).iter()
        if "text" in element.tag
    ]


def test_a_figure_is_one_svg_element_with_a_description(make):
    root = ET.fromstring(make().svg)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert root.get("role") == "img"
    assert len(root.get("aria-label")) > 20


def test_a_figure_needs_no_style_script_or_other_address(make):
    svg = make().svg
    assert not re.search(r"style=|<style|<script|<image|url\((?!#)|@import", svg)
    assert re.findall(r"https?://[^\"]+", svg) == ["http://www.w3.org/2000/svg"]


def test_the_same_numbers_give_the_same_bytes(make):
    assert make() == make()


def test_a_figure_keeps_the_page_s_ink(make):
    svg = make().svg
    assert "#000000" not in svg
    assert "currentColor" in svg


def test_every_reference_in_a_figure_finds_its_target(make):
    svg = make().svg
    ids = set(re.findall(r' id="([^"]+)"', svg))
    wanted = set(re.findall(r'href="#([^"]+)"', svg)) | set(re.findall(r"url\(#([^)]+)\)", svg))
    assert wanted <= ids


def test_two_figures_in_one_page_share_no_id():
    bodies = [matrix(name).body for name in ("majority", "expected")]
    first, second = (set(re.findall(r' id="([^"]+)"', body)) for body in bodies)
    assert first.isdisjoint(second)


def test_drawing_leaves_matplotlib_s_settings_as_they_were():
    before = dict(mpl.rcParams)
    matrix()
    assert dict(mpl.rcParams) == before


def test_the_settings_of_others_change_no_figure(make):
    drawn = make()
    with mpl.rc_context({"font.size": 33, "svg.fonttype": "path", "axes.formatter.use_locale": True}):
        assert make() == drawn


def test_threads_that_draw_at_once_get_what_each_asked_for():
    drawn, found = matrix(), []
    threads = [threading.Thread(target=lambda: found.append(matrix())) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [drawn] * 3


def test_the_confusion_matrix_has_each_count_in_its_cell_and_a_column_for_ties():
    written = texts(matrix())
    assert [text for text in written if text.isdecimal()] == ["8", "1", "1", "2", "12"]
    assert "No majority" in written


def test_expected_counts_keep_one_decimal():
    drawing = confusion_matrix(categories=["a"], counts=[[1.25]], shares=[[1.0]])
    assert "1.2" in texts(drawing)


def test_names_of_categories_are_text_and_not_markup():
    assert "<b>Trouser & co</b>" in texts(matrix())


def test_dollars_in_a_name_are_no_mathematics():
    drawing = per_category(categories=["$a_1$"], recall=[1], precision=[1])
    assert "$a_1$" in texts(drawing)


def test_many_categories_are_drawn_without_numbers():
    size = 45
    counts = [[7 if row == column else 0 for column in range(size)] for row in range(size)]
    shares = [[float(bool(count)) for count in row] for row in counts]
    drawing = confusion_matrix(categories=[f"c{i}" for i in range(size)], counts=counts, shares=shares)
    assert "7" not in texts(drawing)


def test_a_category_without_figures_keeps_its_line():
    drawing = per_category(categories=["empty"], recall=[None], precision=[None])
    assert "empty" in texts(drawing)


def test_names_in_other_scripts_are_kept():
    drawing = per_category(categories=["衬衫", "👗"], recall=[1, 0], precision=[1, 0])
    assert {"衬衫", "👗"} <= set(texts(drawing))


def test_strata_that_are_numbers_are_a_curve_and_others_are_marks():
    given = {"kind": "part", "values": [0.4, 0.9], "ends": [None, None]}
    curve = accuracy_by_stratum(strata=["1", "2"], **given)
    marks = accuracy_by_stratum(strata=["left", "right"], **given)
    assert texts(curve)[:2] == ["1", "2"]
    assert texts(marks)[:2] == ["left", "right"]
    assert curve.body.count("<path") == marks.body.count("<path") + 1


def test_a_file_of_its_own_stands_on_white_with_its_size_and_its_title(make):
    drawing = make()
    root = ET.fromstring(drawing.file)
    assert (root.get("width"), root.get("height")) == (f"{drawing.width:g}pt", f"{drawing.height:g}pt")
    assert root.get("color") == "#000000"
    assert root[0].text == drawing.description
    assert root[1].get("fill") == "#ffffff"


def test_machines_are_drawn_with_their_counts_and_signed_differences():
    drawn = texts(FIGURES["machines"]())
    assert {"<b>net</b>", "7", "2", "1", "Only people", "Only the machine"} <= set(drawn)
    assert "0" in drawn
    assert any(text.startswith("+") for text in drawn)
