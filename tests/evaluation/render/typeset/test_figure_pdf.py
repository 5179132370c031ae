import re

import pytest

from evaluation.render.figures.confusion_matrix import confusion_matrix
from evaluation.render.typeset.figure_pdf import figure_pdf


@pytest.fixture(scope="module")
def drawing():
    return confusion_matrix(
        categories=["衬衫", "#b"], counts=[[2, 0, 1], [0, 3, 0]], shares=[[0.7, 0, 0.3], [0, 1, 0]]
    )


@pytest.fixture(scope="module")
def pdf(drawing):
    return figure_pdf(drawing)


def test_it_is_one_page_of_the_figure_s_own_size(drawing, pdf):
    (box,) = re.findall(rb"/MediaBox\[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    assert [float(side) for side in box] == pytest.approx([drawing.width, drawing.height], abs=0.01)


def test_it_embeds_the_font_that_the_figure_was_measured_in(pdf):
    assert re.search(rb"/BaseFont/[A-Z]{6}\+DejaVuSans", pdf)
    assert b"/FontFile" in pdf


def test_it_has_vectors_and_no_pixels(pdf):
    assert b"/Subtype/Image" not in pdf


def test_it_describes_itself_and_tells_no_date(drawing, pdf):
    assert b"/Alt" in pdf
    assert b"Date" not in re.sub(rb"/Datetime", b"", pdf)


def test_the_same_figure_gives_the_same_bytes(drawing, pdf):
    assert figure_pdf(drawing) == pdf
