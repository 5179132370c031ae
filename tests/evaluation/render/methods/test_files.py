import re

import pytest

from evaluation.render import words
from evaluation.render.methods.files import methods_files
from tests.evaluation.render.studies import HOSTILE, make_empty_report, make_record, make_report


def text_of(report, form="methods.md", **told):
    return methods_files(report, make_record(report, **told))[form].replace("\N{NO-BREAK SPACE}", " ")


@pytest.fixture(scope="module")
def report():
    return make_report()


@pytest.fixture(scope="module")
def text(report):
    return text_of(report)


def test_it_has_the_study_s_own_numbers(report, text):
    majority = report.accuracy.majority
    low, high = majority.intervals.bootstrap_crossed.low, majority.intervals.bootstrap_crossed.high
    plain = [words.share(value).replace("\N{NO-BREAK SPACE}", " ") for value in (majority.value, low, high)]
    assert f"on 27 images was {plain[0]} (95 % interval {plain[1]} to {plain[2]})" in text
    assert (
        "a simple random sample of 27 images without replacement from the 1,000 images of the test split"
        in text
    )
    assert "(seed 7)" in text
    assert "`" + "ab" * 32 + "`" in text
    assert "4 annotators gave 81 labels that count" in text
    assert "with 20 resamples" in text


def test_the_tie_rule_and_the_limits_are_told(text):
    assert "earns the chance of being right" in text
    assert "answers by machines cannot be excluded" in text


def test_what_a_reader_must_know_stands_first():
    report = make_report(rehearsal=True)
    for form in ("methods.md", "methods.tex"):
        text = text_of(report, form, drawn=True)
        assert text.index("REHEARSAL") < text.index("DRAWN DATA") < text.index("Methods")
    assert "4 simulated annotators" in text_of(report)


def test_an_unfinished_study_says_so_first():
    text = text_of(make_empty_report([(0, "ann", "cat")]), state="running")
    assert text.index("INTERIM") < text.index("Methods")
    assert "1 of 2 images has a label." in text


def test_one_is_one():
    text = text_of(make_empty_report([(0, "ann", "cat")]))
    assert "labelled by one annotator" in text
    assert "1 annotator gave 1 label that counts." in text
    assert not re.search(
        r"\b1 (images|labels|annotators|people)\b(?<!of 1 images)", text.split("## Methods")[1]
    )


def test_what_is_undefined_says_why():
    text = text_of(make_empty_report())
    assert "There is no accuracy to report. No item has a label." in text
    assert "Krippendorff's alpha: No item has two labels" in text
    assert not re.search(r"\b(nan|None)\b", text)


def test_every_source_that_is_cited_is_listed(report, text):
    bibliography = text_of(report, "methods.bib")
    cited = {
        key
        for keys in re.findall(r"\\cite\{([\w,]+)\}", text_of(report, "methods.tex"))
        for key in keys.split(",")
    }
    assert cited == set(re.findall(r"^@\w+\{(\w+),", bibliography, re.MULTILINE))
    assert text.count("\n- ") == len(cited)


def test_names_are_no_markup():
    report = make_report(names=HOSTILE, items=16)
    markdown, latex = text_of(report), text_of(report, "methods.tex")
    assert "\\*b\\* \\_i\\_ \\$a\\$ \\<x\\>" in markdown
    assert "\\textbackslash{}input\\{/etc/passwd\\} \\%" in latex
    assert not re.search(r"\\(input|end|write)\{", latex)
