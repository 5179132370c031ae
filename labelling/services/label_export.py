"""A study's labels and sample as CSV, as `python -m evaluation` and `import_labels` read them."""

from collections.abc import Iterable
from datetime import UTC, datetime

from evaluation.render.csv import csv_text
from labelling.models import Study
from labelling.selectors.label_rows import LabelRow, SampleRow, label_rows

LABEL_COLUMNS = ("item", "annotator", "label", "response_ms", "submitted_at")
SAMPLE_COLUMNS = ("item", "truth", "pixel_sha256")


def labels_csv(*, study: Study, every: bool = False) -> str:
    """Return the counted labels; with `every` all, and a column that tells which of them count.

    Raises
    ------
    StudyStateError
        When the study is a draft.
    """
    return label_text(rows=label_rows(study=study, every=every), every=every)


def label_text(*, rows: Iterable[LabelRow], every: bool = False) -> str:
    """Write labels as CSV; an unknown time is an empty cell."""
    if every:
        told = ((*_cells(row), "yes" if row.counted else "no") for row in rows)
        return csv_text([(*LABEL_COLUMNS, "counted"), *told])
    return csv_text([LABEL_COLUMNS, *map(_cells, rows)])


def sample_text(*, rows: Iterable[SampleRow]) -> str:
    """Write the sample as CSV: each item with its ground truth, the SHA-256 of its pixels, its stratum."""
    rows = list(rows)
    if not any(row.stratum for row in rows):
        return csv_text([SAMPLE_COLUMNS, *(row[:-1] for row in rows)])
    return csv_text([(*SAMPLE_COLUMNS, "stratum"), *rows])


def _cells(row: LabelRow) -> tuple[int, str, str, int | None, str]:
    return row.item, row.annotator, row.label, row.response_ms, utc_text(row.submitted_at)


def utc_text(moment: datetime) -> str:
    """Write a moment in UTC as ISO 8601, to the microsecond.

    >>> utc_text(datetime(2026, 11, 22, 12, 0, 1, 500000, tzinfo=UTC))
    '2026-11-22T12:00:01.500000Z'
    """
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
