"""How to cite a study: `CITATION.cff`, in version 1.2.0 of the Citation File Format.

Format: https://github.com/citation-file-format/citation-file-format/blob/1.2.0/schema-guide.md
"""

from __future__ import annotations

import json

from evaluation.bundle.inputs import BundleInputs
from evaluation.bundle.record import StudyRecord
from evaluation.notices import notices
from evaluation.report import Report
from evaluation.tie_extension import labels_wanted


def citation(report: Report, inputs: BundleInputs) -> str:
    """Write the citation file.

    Parameters
    ----------
    report : Report
        The study's.
    inputs : BundleInputs
        What it was made from.

    Returns
    -------
    str
        YAML that ends with a newline. The author is the study itself: who its researchers are stands in no
        record, and they put their names where they publish.
    """
    lines = [
        "cff-version: 1.2.0",
        "type: dataset",
        f"title: {_quoted(f'{inputs.record.title}: a human baseline on {inputs.record.dataset_title}')}",
        f"message: {_quoted('If you use these labels or figures, please cite them as below.')}",
        "authors:",
        f"  - name: {_quoted(author(inputs.record))}",
        f"abstract: {_quoted(description(report, inputs.record))}",
        f"version: {_quoted(report.input_sha256[:12])}",
        "identifiers:",
        "  - type: other",
        f"    value: {_quoted(f'sha256:{report.input_sha256}')}",
        '    description: "Fingerprint of the labels, the ground truth and the categories."',
        "keywords:",
        '  - "human baseline"',
        '  - "image classification"',
    ]
    if day := last_day(inputs):
        lines.append(f"date-released: {_quoted(day)}")
    return "\n".join(lines) + "\n"


def author(record: StudyRecord) -> str:
    """Name whoever made a study, as far as the study knows.

    Parameters
    ----------
    record : StudyRecord
        The study's.

    Returns
    -------
    str
        For instance "The researchers of the study Pilot".
    """
    return f"The researchers of the study {record.title}"


def description(report: Report, record: StudyRecord) -> str:
    """Say in two sentences what was measured, with everything that a reader must know before.

    Parameters
    ----------
    report : Report
        The study's.
    record : StudyRecord
        What it was made from.

    Returns
    -------
    str
        One line.
    """
    said = [f"{notice.title}. {notice.text}" for notice in notices(record=record, report=report)]
    counts, majority = report.counts, report.accuracy.majority
    said.append(
        f"{counts.labels} labels by {counts.annotators} {_people(record)} on {counts.items} images of "
        f"{record.dataset_title} ({report.study.split}), "
        f"{labels_wanted(report.config.labels_per_item, report.tie_extension)}."
    )
    if majority.value is not None:
        said.append(
            f"Accuracy of the majority vote {majority.value:.3f} under the tie rule {majority.tie_rule}."
        )
    return " ".join(said)


def last_day(inputs: BundleInputs) -> str:
    """Return the day of the last label in UTC, as in 2026-11-22; empty where there is no label.

    Parameters
    ----------
    inputs : BundleInputs
        What the bundle is made from.

    Returns
    -------
    str
        The first day on which the bundle can have been what it is; no clock is read.
    """
    return max((row.submitted_at for row in inputs.labels), default="")[:10]


def _people(record: StudyRecord) -> str:
    return "simulated people" if record.rehearsal else "people"


def _quoted(text: str) -> str:
    """Quote a text for YAML, of which JSON's text is a part."""
    return json.dumps(" ".join(text.split()), ensure_ascii=False)
