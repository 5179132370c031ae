"""All that a bundle is made from, as it came from the database or as its files tell it again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

import numpy as np

from evaluation.array_types import IntArray
from evaluation.bundle.record import StudyRecord
from evaluation.checklist import with_checklist
from evaluation.label_table import LabelTable
from evaluation.progress import Progress
from evaluation.report import Report, evaluate
from evaluation.set_aside import table_like


class LabelRow(NamedTuple):
    """A counted label.

    Parameters
    ----------
    item : int
        The item's index in the dataset.
    annotator, label : str
        The pseudonym and the category's name.
    response_ms : int or None
        Milliseconds from first sight to answer; None where unknown.
    submitted_at : str
        UTC, as in 2026-11-22T12:00:01.500000Z.
    """

    item: int
    annotator: str
    label: str
    response_ms: int | None
    submitted_at: str


class SampleRow(NamedTuple):
    """A sampled item.

    Parameters
    ----------
    item : int
        Its index in the dataset.
    truth : str
        The category that the dataset gives it.
    pixel_sha256 : str
        SHA-256 of its raw pixels, row by row.
    stratum : str
        Empty where nothing divides the items.
    """

    item: int
    truth: str
    pixel_sha256: str
    stratum: str


class TableRow(Protocol):
    """What a label needs to stand in a table: `LabelRow`, or a row with more than it."""

    @property
    def item(self) -> int:
        """The item's index in the dataset."""

    @property
    def annotator(self) -> str:
        """The pseudonym."""

    @property
    def label(self) -> str:
        """The category's name."""

    @property
    def response_ms(self) -> int | None:
        """Milliseconds from first sight to answer; None where unknown."""


def table_of(
    sample: Sequence[SampleRow],
    labels: Sequence[TableRow],
    categories: Sequence[str],
    stratified: bool,
) -> LabelTable:
    """Make the table of a study from rows.

    Parameters
    ----------
    sample, labels : sequences of SampleRow and of LabelRow or the like
        In any order.
    categories : sequence of str
        In the dataset's order.
    stratified : bool
        Whether the items have strata.

    Returns
    -------
    LabelTable
        In canonical order.

    Raises
    ------
    BadTable
        If an annotator has two labels on an item.

    Examples
    --------
    >>> labels = [LabelRow(7, "ann", "dog", None, "2026-11-22T12:00:00.000000Z")]
    >>> table_of([SampleRow(7, "cat", "00", "")], labels, ["cat", "dog"], stratified=False).counts.tolist()
    [[0, 1]]
    """
    code_of = {name: code for code, name in enumerate(categories)}
    row_of = {row.item: place for place, row in enumerate(sample)}
    annotators: dict[str, int] = {}
    for row in labels:
        annotators.setdefault(row.annotator, len(annotators))
    return LabelTable.from_codes(
        items=[str(row.item) for row in sample],
        annotators=list(annotators),
        categories=categories,
        truth=[code_of[row.truth] for row in sample],
        item_codes=np.array([row_of[row.item] for row in labels], dtype=np.int64),
        annotator_codes=np.array([annotators[row.annotator] for row in labels], dtype=np.int64),
        category_codes=np.array([code_of[row.label] for row in labels], dtype=np.int64),
        response_ms=np.array([row.response_ms for row in labels], dtype=np.float64),  # None becomes nan
        strata=[row.stratum for row in sample] if stratified else None,
    )


@dataclass(frozen=True)
class BundleInputs:
    """Everything that a bundle's other files are computed from.

    Parameters
    ----------
    table : LabelTable
        Labels and ground truth as arrays.
    sample : tuple of SampleRow
        By item.
    labels : tuple of LabelRow
        By item and annotator.
    record : StudyRecord
        Facts and settings.
    protocol : str
        The frozen protocol, byte for byte.
    events : bytes
        The events' lines; see `evaluation.verification.event_chains`.
    set_aside : tuple of LabelRow
        Labels of annotators who are excluded, which do not count; by item and annotator.
    predictions : mapping of str to int array, shape (N,)
        Category codes of machines on the sample, in the order of the table's items.
    images : mapping of str to bytes
        PNG files of the items that the report shows, by index.
    """

    table: LabelTable = field(repr=False)
    sample: tuple[SampleRow, ...] = field(repr=False)
    labels: tuple[LabelRow, ...] = field(repr=False)
    record: StudyRecord
    protocol: str = field(repr=False)
    events: bytes = field(repr=False)
    set_aside: tuple[LabelRow, ...] = field(default=(), repr=False)
    predictions: Mapping[str, IntArray] = field(default_factory=dict, repr=False)
    images: Mapping[str, bytes] = field(default_factory=dict, repr=False)


def evaluate_record(
    table: LabelTable,
    record: StudyRecord,
    progress: Progress | None = None,
    predictions: Mapping[str, IntArray] | None = None,
    set_aside: Iterable[tuple[int, str, str, int | None]] = (),
) -> Report:
    """Compute the report of a study.

    Parameters
    ----------
    table : LabelTable
        The study's labels and ground truth.
    record : StudyRecord
        Its facts and settings.
    progress : callable, optional
        As for `evaluate`.
    predictions : mapping of str to int array, optional
        As for `evaluate`.
    set_aside : iterable of (item, annotator, label, response_ms)
        Labels of annotators who are excluded.

    Returns
    -------
    Report
        The same from the database as from a bundle.

    Raises
    ------
    BadSetting, BadTable
        As `evaluate`.
    """
    report = evaluate(
        table,
        record.config,
        study=record.facts,
        surplus_labels=record.surplus_labels,
        excluded_annotators=record.excluded_annotators,
        progress=progress,
        predictions=predictions,
        events=record.events,
        checks=record.checks,
        cant_tell=record.cant_tell,
        extension=record.extension,
        set_aside=table_like(table, ((str(item), who, label, time) for item, who, label, time in set_aside)),
    )
    return with_checklist(report, record.checklist)


def evaluate_inputs(inputs: BundleInputs, progress: Progress | None = None) -> Report:
    """Compute the report of a study from all that its bundle is made from.

    Parameters
    ----------
    inputs : BundleInputs
        From the database, or from a bundle's files.
    progress : callable, optional
        As for `evaluate`.

    Returns
    -------
    Report
        The same for the same inputs.

    Raises
    ------
    BadSetting, BadTable
        As `evaluate`.
    """
    aside = (row[:4] for row in inputs.set_aside)
    return evaluate_record(inputs.table, inputs.record, progress, inputs.predictions, aside)
