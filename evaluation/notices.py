"""What a reader must know before any number: rehearsal, drawn data, closed early, interim."""

from __future__ import annotations

from dataclasses import dataclass

from evaluation.bundle.record import StudyRecord
from evaluation.report import Report


@dataclass(frozen=True)
class Notice:
    """A mark in capitals, and what it means here.

    Parameters
    ----------
    title, text : str
        Plain text.
    """

    title: str
    text: str


def notices(*, record: StudyRecord, report: Report) -> tuple[Notice, ...]:
    """Say what must stand before the numbers.

    Parameters
    ----------
    record : StudyRecord
        The study's.
    report : Report
        Made from it.

    Returns
    -------
    tuple of Notice
        Empty for a complete study of people on real data.
    """
    said = []
    if record.rehearsal:
        crowd = f" ({record.rehearsal_crowd})" if record.rehearsal_crowd else ""
        said.append(
            Notice(
                "REHEARSAL",
                f"A simulated crowd gave these labels{crowd}. No figure here says anything about people.",
            )
        )
    if record.drawn:
        said.append(
            Notice(
                "DRAWN DATA",
                "A program drew these images to try things out. They are no benchmark, and no figure about "
                "them means anything.",
            )
        )
    counts = report.counts
    labels = f"{report.config.labels_per_item} labels" if report.tie_extension is None else "their labels"
    reached = f"{counts.complete_items} of {counts.items} images have all {labels}."
    missing = " ".join([reached, *report.notes])
    if record.state == "closed":
        reason = " ".join(record.close_reason.split())
        said.append(Notice("CLOSED EARLY", f"{missing} The reason that the researchers gave: {reason}"))
    elif counts.complete_items < counts.items:
        said.append(Notice("INTERIM", f"{missing} Every figure can still change."))
    return tuple(said)
