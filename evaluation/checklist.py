"""The checklist of a study: answered from its record, by its researcher, or open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from evaluation.checklist_answers import FUNCTIONS
from evaluation.checklist_facts import ChecklistAnswer, ChecklistEntry, ChecklistFacts
from evaluation.checklist_items import ITEMS, SECTIONS, ChecklistItem
from evaluation.report import Report

OPEN = "Only the researcher can answer this, and has not yet."
LATER = "The record answers this in the report bundle: so many labels are counted when it is made."


def with_checklist(report: Report, facts: ChecklistFacts) -> Report:
    """Return the report with its checklist answered, from its own figures and these facts."""
    return replace(report, checklist=answered_checklist(report, facts))


def answered_checklist(report: Report, facts: ChecklistFacts) -> tuple[ChecklistEntry, ...]:
    """Answer every item that can be answered.

    Parameters
    ----------
    report : Report
        The study's figures.
    facts : ChecklistFacts
        What they do not tell, and the researcher's answers.

    Returns
    -------
    tuple of ChecklistEntry
        In the checklist's order. What the record says goes before what the researcher says; an item that
        neither answers has a reason.

    Examples
    --------
    >>> from evaluation import EvaluationConfig, LabelTable, evaluate
    >>> table = LabelTable.from_labels([(0, "ann", "cat")], truth=["cat"])
    >>> report = evaluate(table, EvaluationConfig(resamples=0))
    >>> entries = answered_checklist(report, ChecklistFacts())
    >>> [entry.words for entry in entries if entry.number == "1.1"]
    ['1 person.']
    """
    given = {answer.number: (answer.choice, answer.words) for answer in facts.answers}
    entries = []
    for item in ITEMS:
        recorded = FUNCTIONS[item.function](report, facts) if item.function else None
        if recorded is not None:
            entries.append(_entry(item, "record", *recorded, function=item.function))
        elif item.number in given:
            entries.append(_entry(item, "researcher", *given[item.number]))
        else:
            entries.append(_entry(item, None, "", "", reason=OPEN))
    return tuple(entries)


def checklist_without_figures(answers: Sequence[ChecklistAnswer]) -> tuple[ChecklistEntry, ...]:
    """Return the checklist where the figures of a study are too many to be computed while somebody waits.

    Parameters
    ----------
    answers : sequence of ChecklistAnswer
        The researcher's.

    Returns
    -------
    tuple of ChecklistEntry
        In the checklist's order. What the record may answer is left to it, unless the researcher has.
    """
    given = {answer.number: (answer.choice, answer.words) for answer in answers}
    entries = []
    for item in ITEMS:
        if item.number in given:
            entries.append(_entry(item, "researcher", *given[item.number]))
        elif item.function:
            entries.append(_entry(item, "record", "", LATER, function=item.function))
        else:
            entries.append(_entry(item, None, "", "", reason=OPEN))
    return tuple(entries)


def _entry(
    item: ChecklistItem,
    by: str | None,
    choice: str,
    words: str,
    function: str | None = None,
    reason: str | None = None,
) -> ChecklistEntry:
    return ChecklistEntry(
        number=item.number,
        section=SECTIONS[item.section],
        title=item.title,
        question=item.question,
        answered_by=by,
        choice=choice or None,
        words=words or None,
        function=function,
        reason=reason,
    )
