"""A study's labels as CSV, as `python -m evaluation` and `import_labels` read them."""

from evaluation.bundle.source_files import LABEL_COLUMNS
from evaluation.render.csv import csv_text
from labelling.models import Study
from labelling.selectors.label_rows import LabelRow, label_rows, utc_text


def labels_csv(*, study: Study, every: bool = False) -> str:
    """Return the counted labels; with `every` all, and columns that tell what became of each.

    A label that one cannot tell is empty, and among them with `every` alone.

    Raises
    ------
    StudyStateError
        When the study is a draft.
    """
    rows = label_rows(study=study, every=every)
    if every:
        told = ((*_cells(row), "yes" if row.counted else "no", row.state, row.changed_from) for row in rows)
        return csv_text([(*LABEL_COLUMNS, "counted", "state", "changed_from"), *told])
    return csv_text([LABEL_COLUMNS, *map(_cells, rows)])


def _cells(row: LabelRow) -> tuple[int, str, str, int | None, str]:
    return row.item, row.annotator, row.label, row.response_ms, utc_text(row.submitted_at)
