"""The checklist, arranged by its sections for the report and for the researcher's page."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from evaluation.checklist_facts import ChecklistEntry


@dataclass(frozen=True)
class ChecklistSection:
    """A section with its entries, and how many of them are answered."""

    number: str
    title: str
    entries: tuple[ChecklistEntry, ...]
    answered: int


@dataclass(frozen=True)
class ArrangedChecklist:
    """All sections, and how many items are answered by whom."""

    sections: tuple[ChecklistSection, ...]
    items: int
    recorded: int
    given: int
    open: int


def arranged(entries: Sequence[ChecklistEntry]) -> ArrangedChecklist:
    """Arrange a report's checklist."""
    sections = []
    for number, group in groupby(entries, key=lambda entry: entry.number.partition(".")[0]):
        members = tuple(group)
        done = sum(entry.answered_by is not None for entry in members)
        sections.append(ChecklistSection(number, members[0].section, members, done))
    by = [entry.answered_by for entry in entries]
    return ArrangedChecklist(
        sections=tuple(sections),
        items=len(by),
        recorded=by.count("record"),
        given=by.count("researcher"),
        open=by.count(None),
    )
