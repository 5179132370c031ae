"""The methods-and-results text of a study, in every form."""

from __future__ import annotations

from evaluation.bundle.record import StudyRecord
from evaluation.notices import notices
from evaluation.render.methods import design, findings
from evaluation.render.methods.forms import bibtex, latex, markdown
from evaluation.render.methods.passage import Section
from evaluation.report import Report


def methods(report: Report, record: StudyRecord) -> tuple[Section, ...]:
    """Write the methods, the results and the limits in words.

    Parameters
    ----------
    report : Report
        The numbers.
    record : StudyRecord
        What is known of the study beside them.

    Returns
    -------
    tuple of Section
        Paragraphs without a sentence are left out.
    """
    made = {
        "Methods": (
            design.sampling(report, record),
            design.labelling(report, record),
            design.analysis(report),
        ),
        "Results": (
            findings.accuracy(report, record),
            findings.categories(report),
            findings.agreement(report),
            findings.robustness(report),
            findings.machines(report),
        ),
        "Limits": (findings.limits(report, record),),
    }
    return tuple(
        Section(title, tuple(paragraph for paragraph in paragraphs if paragraph))
        for title, paragraphs in made.items()
    )


def methods_files(report: Report, record: StudyRecord) -> dict[str, str]:
    """Write the methods as files.

    Parameters
    ----------
    report, record
        As for `methods`.

    Returns
    -------
    dict of str to str
        ``methods.md``, ``methods.tex`` and the sources that they cite, ``methods.bib``.
    """
    sections, said = methods(report, record), notices(record=record, report=report)
    return {
        "methods.md": markdown(sections, said),
        "methods.tex": latex(sections, said),
        "methods.bib": bibtex(sections),
    }
