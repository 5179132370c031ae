"""The report as a PDF: the story of the report's page, on paper."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from evaluation.bundle.record import StudyRecord
from evaluation.notices import notices
from evaluation.render import words
from evaluation.render.svg import Drawing
from evaluation.render.tables.table import Table
from evaluation.render.typeset import results, study
from evaluation.render.typeset.blocks import Block
from evaluation.render.typeset.compiler import compiled
from evaluation.render.typeset.material import Material
from evaluation.report import Report

#: Title to what makes the section; one without a block is left out. A new section is a line here.
SECTIONS: Mapping[str, Callable[[Material], list[Block]]] = {
    "How often people are right": results.headline_section,
    "What a tie counts as": results.ties,
    "One person against the majority": results.crowd,
    "What is taken for what": results.confusion,
    "Category by category": results.categories,
    "Accuracy by stratum": results.strata,
    "How far people agree": results.agreement,
    "How long people took": results.times,
    "The annotators": study.annotators,
    "Quality checks and exclusions": study.quality,
    "Where everybody contradicts the ground truth": study.validity,
    "Sample and protocol": study.sample,
    "People and machines": study.machines,
    "Deviations from the protocol": study.deviations,
    "Limits": study.limits,
    "Compute it again": study.again,
    "Reporting checklist": study.checklist,
}
# So much of the protocol's hash tells two protocols apart; all of it stands under "Sample and protocol".
_HASH_DIGITS = 16


def report_pdf(
    report: Report,
    record: StudyRecord,
    drawings: Mapping[str, Drawing],
    tables: Mapping[str, Table],
    images: Mapping[str, bytes] | None = None,
) -> bytes:
    """Set the report as PDF.

    Parameters
    ----------
    report : Report
        The numbers.
    record : StudyRecord
        What is known of the study beside them.
    drawings : mapping of str to Drawing
        Every figure that applies. One that no section names stands at the end.
    tables : mapping of str to Table
        Every table that applies, likewise.
    images : mapping of str to bytes, optional
        PNG of the items that the report shows; an item without one is told by its number alone.

    Returns
    -------
    bytes
        A tagged PDF (PDF/UA-1), the same bytes for the same arguments on any machine. A rehearsal, drawn data
        and an unfinished study are marked on every page.

    Raises
    ------
    BadTable
        If an image is no PNG.
    """
    pictures = images or {}
    material = Material(report, record, dict(drawings), dict(tables), frozenset(pictures))
    # The compiler takes text alone, so that an image is a list of its bytes.
    document = {
        **_head(report, record),
        "sections": _sections(material),
        "images": {item: list(content) for item, content in pictures.items()},
    }
    parts = {f"figures/{name}.svg": drawing.clear_file.encode() for name, drawing in drawings.items()}
    return compiled("report.typ", {"document.json": json.dumps(document).encode(), **parts})


def _head(report: Report, record: StudyRecord) -> dict[str, object]:
    told = notices(record=record, report=report)
    name = _line(record.title or report.study.name or "Human baseline")
    dataset = _line(record.dataset_title or report.study.dataset or "an unnamed dataset")
    marks = [notice.title for notice in told]
    title = f"{name}: human baseline on {dataset}"
    return {
        "title": " \N{MIDDLE DOT} ".join([*marks, title]),
        "description": _description(report),
        "kicker": f"Human baseline on {dataset}",
        "heading": name,
        "running": _cut(name, max(24, 70 - len(" ".join(marks)))),
        "protocol": (report.study.protocol_sha256 or "unknown")[:_HASH_DIGITS],
        "foot": f"human-baseline {report.generated_by.version}",
        "marks": marks,
        "notices": [{"title": notice.title, "text": notice.text} for notice in told],
    }


def _description(report: Report) -> str:
    counts = report.counts
    return (
        f"Majority accuracy {words.share(report.accuracy.majority.value)} on "
        f"{words.counted(counts.items, 'image')}, "
        f"{words.counted(counts.labels, 'label')} by {words.counted(counts.annotators, 'annotator')}."
    )


def _sections(material: Material) -> list[dict[str, object]]:
    made = [(title, make(material)) for title, make in SECTIONS.items()]
    further = [
        block
        for name in list(material.drawings)
        for block in material.figure(name, f"{name.replace('_', ' ').capitalize()}.")
    ]
    further += [block for name in list(material.tables) for block in material.table(name)]
    return [{"title": title, "blocks": blocks} for title, blocks in [*made, ("Further", further)] if blocks]


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}\N{HORIZONTAL ELLIPSIS}"


def _line(text: str) -> str:
    return " ".join(text.split())
