"""What the report's sections are made from."""

from __future__ import annotations

from dataclasses import dataclass

from evaluation.bundle.record import StudyRecord
from evaluation.render.svg import Drawing
from evaluation.render.tables.table import Table
from evaluation.render.typeset import blocks
from evaluation.render.typeset.blocks import Block
from evaluation.report import Report


@dataclass(frozen=True)
class Material:
    """A report with its figures and tables, of which each is taken once.

    Parameters
    ----------
    report : Report
        The numbers.
    record : StudyRecord
        What is known of the study beside them.
    drawings : dict of str to Drawing
        Figures that no section has taken yet.
    tables : dict of str to Table
        Tables that no section has taken yet.
    images : frozenset of str
        Items whose image is at hand.
    """

    report: Report
    record: StudyRecord
    drawings: dict[str, Drawing]
    tables: dict[str, Table]
    images: frozenset[str] = frozenset()

    def figure(self, name: str, caption: str, scale: float = 1.0) -> list[Block]:
        """Take a figure; no block where it does not apply."""
        return blocks.figure(name, self.drawings, caption, scale)

    def table(self, name: str) -> list[Block]:
        """Take a table; no block where it does not apply."""
        return blocks.table(name, self.tables)
