"""Every file of a bundle that is computed from its raw data. A new file is a line here.

`labelling.services.bundle` writes them, and `python -m evaluation.verify` computes them again and compares.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from evaluation.bundle.inputs import BundleInputs
from evaluation.notices import notices
from evaluation.render import csv, json, markdown
from evaluation.render.bundle_readme import bundle_readme
from evaluation.render.checklist import checklist_markdown
from evaluation.render.citation import citation
from evaluation.render.croissant import croissant
from evaluation.render.labels_parquet import labels_parquet
from evaluation.render.soft_labels import soft_labels_csv, soft_labels_npy
from evaluation.render.typeset.paper_files import paper_files
from evaluation.report import Report


def _readme_row(report: Report, inputs: BundleInputs) -> str:
    """Write the benchmark table's row, below whatever a reader must know before copying it."""
    said = notices(record=inputs.record, report=report)
    marks = "".join(f"> **{notice.title}.** {notice.text}\n\n" for notice in said)
    return marks + markdown.HEADER + markdown.readme_row(report)


def _checklist(report: Report, inputs: BundleInputs) -> str:
    said = notices(record=inputs.record, report=report)
    marks = [f"{notice.title}. {notice.text}" for notice in said]
    return checklist_markdown(report.checklist or (), marks)


#: Name to what writes the file.
FILES: Mapping[str, Callable[[Report, BundleInputs], str | bytes]] = {
    "report.json": lambda report, _: json.render(report),
    "README-row.md": _readme_row,
    "labels.parquet": lambda _, inputs: labels_parquet(inputs.labels, inputs.table.categories),
    "soft_labels.csv": lambda _, inputs: soft_labels_csv(inputs.table),
    "soft_labels.npy": lambda _, inputs: soft_labels_npy(inputs.table),
    "CITATION.cff": citation,
    "checklist.md": _checklist,
}

#: What writes several files, as many as apply to the report: name to content.
FAMILIES: tuple[Callable[[Report, BundleInputs], Mapping[str, str | bytes]], ...] = (
    lambda report, _: {f"tables/{name}": text for name, text in csv.tables(report).items()},
    paper_files,
)


def derived_files(report: Report, inputs: BundleInputs, sources: Mapping[str, bytes]) -> dict[str, bytes]:
    """Write all files that are computed.

    Parameters
    ----------
    report : Report
        From `evaluate_record` with the inputs' table and record.
    inputs : BundleInputs
        The raw data.
    sources : mapping of str to bytes
        The raw data's files, whose digests `croissant.json` names.

    Returns
    -------
    dict of str to bytes
        File name to content; a name may have folders in it.
    """
    made: dict[str, str | bytes] = {name: write(report, inputs) for name, write in FILES.items()}
    for family in FAMILIES:
        made.update(family(report, inputs))
    files = {name: text.encode() if isinstance(text, str) else text for name, text in made.items()}
    files["README.md"] = bundle_readme(report, inputs, {*sources, *files}).encode()
    # Last, because it names the digests of the others.
    files["croissant.json"] = croissant(report, inputs, {**sources, **files}).encode()
    return files
