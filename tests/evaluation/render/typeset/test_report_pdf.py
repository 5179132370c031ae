import re
from io import BytesIO

import pytest
from PIL import Image

from evaluation.errors import BadTable
from evaluation.render.figures.registry import drawings
from evaluation.render.svg import Drawing
from evaluation.render.tables.registry import tables
from evaluation.render.typeset.report_pdf import SECTIONS, report_pdf
from tests.evaluation.render.studies import HOSTILE, make_empty_report, make_record, make_report
from tests.evaluation.render.typeset.pdf_text import page_texts

TITLE = "Study #1 *bold* $x$ \\LaTeX"


def pdf_of(report, **told):
    return report_pdf(report, make_record(report, **told), drawings(report), tables(report))


@pytest.fixture(scope="module")
def rehearsal():
    return make_report(names=HOSTILE, items=16, rehearsal=True)


@pytest.fixture(scope="module")
def pdf(rehearsal):
    return pdf_of(
        rehearsal, title=TITLE, drawn=True, state="closed", close_reason="#pagebreak() \\end{document}"
    )


@pytest.fixture(scope="module")
def pages(pdf):
    return page_texts(pdf)


def test_every_page_is_marked_in_its_head_and_behind_its_text(pages):
    assert len(pages) > 4
    for page in pages:
        behind, head = page.split("\n")[:3], page.split("\n")[3]
        assert behind == ["REHEARSAL", "DRAWN DATA", "CLOSED EARLY"]
        assert head == "REHEARSAL · DRAWN DATA · CLOSED EARLY"


def test_a_complete_study_of_people_has_no_mark():
    report = make_report(names=("a", "b"), items=6)
    first = page_texts(pdf_of(report))[0].split("\n")
    assert first[0] == "Pilot"


def test_the_running_head_has_the_study_and_the_protocol_s_hash(pages):
    for page in pages:
        assert TITLE in page.split("\n")[4]
        assert "ab" * 8 in page.split("\n")[:8]


def test_every_page_tells_its_number(pages):
    for number, page in enumerate(pages, start=1):
        assert re.search(rf"\b{number} of {len(pages)}\b", page)


def test_the_sections_stand_in_the_order_of_the_page(pages):
    lines = "\n".join(pages).split("\n")
    present = [
        title
        for title in SECTIONS
        if title not in {"Accuracy by stratum", "People and machines", "Reporting checklist"}
    ]
    places = [lines.index(title) for title in present]
    assert places == sorted(places)


def test_names_are_text_and_not_commands(pages):
    text = "".join("\n".join(pages).split())
    for name in (
        "#set page(fill: red",
        "\\input{/etc/passwd} % & ~^ {",
        "=1+1",
        "#pagebreak() \\end{document}",
    ):
        assert "".join(name.split()) in text


def test_the_headline_stands_on_the_first_page_with_its_interval(rehearsal, pages):
    value = f"{100 * rehearsal.accuracy.majority.value:.1f}\N{NO-BREAK SPACE}%"
    assert value in pages[0]
    assert "interval: " in pages[0]


def test_the_file_has_a_language_a_title_tags_and_a_description_of_every_figure(rehearsal, pdf):
    assert b"/Lang(en)" in pdf
    assert b"/StructTreeRoot" in pdf
    assert b"<pdfuaid:part>1</pdfuaid:part>" in pdf
    assert pdf.count(b"/Alt") == len(drawings(rehearsal))


def test_the_file_tells_no_date_and_no_font_of_the_machine(pdf):
    assert b"Date" not in re.sub(rb"/Datetime", b"", pdf)
    fonts = {name.split(b"-")[0] for name in re.findall(rb"/BaseFont/[A-Z]{6}\+([\w-]+)", pdf)}
    assert fonts <= {b"LibertinusSerif", b"DejaVuSans", b"DejaVuSansMono", b"LastResortHE"}


def test_the_same_report_gives_the_same_bytes(rehearsal, pdf):
    again = pdf_of(
        rehearsal, title=TITLE, drawn=True, state="closed", close_reason="#pagebreak() \\end{document}"
    )
    assert again == pdf


@pytest.mark.parametrize("labels", [(), ((0, "ann", "cat"),)])
def test_a_study_with_no_label_or_one_is_set_and_says_what_is_missing(labels):
    report = make_empty_report(labels)
    text = "\n".join(page_texts(pdf_of(report, state="running")))
    assert text.startswith("INTERIM\nINTERIM")
    assert "no label yet" in text


def test_a_figure_that_no_section_names_stands_at_the_end():
    report = make_report(names=("a", "b"), items=6)
    stray = Drawing("stray", "A dot", 90, 90, '<circle cx="4" cy="4" r="3" />')
    pdf = report_pdf(report, make_record(report), {"stray": stray}, {})
    assert "Figure\N{NO-BREAK SPACE}1: Stray." in page_texts(pdf)[-1]


def test_the_images_of_confused_pairs_are_shown_with_a_description():
    report = make_report(items=12)
    shown = report.confused_pairs[0].examples[0]
    file = BytesIO()
    Image.new("L", (28, 28), 128).save(file, "PNG")
    pdf = report_pdf(report, make_record(report), {}, {}, {shown: file.getvalue()})
    pair = report.confused_pairs[0]
    assert f"{pair.ground_truth} taken for {pair.label}" in "\n".join(page_texts(pdf))
    assert b"/Subtype/Image" in pdf
    assert f"/Alt(Image {shown}: {pair.ground_truth}, taken for {pair.label})".encode() in pdf


def test_a_damaged_image_is_an_error_that_says_so():
    report = make_report(items=12)
    with pytest.raises(BadTable, match="Check the images"):
        report_pdf(report, make_record(report), {}, {}, {report.confused_pairs[0].examples[0]: b"no image"})
