"""The bridge to the bundle: all that its files are computed from, read at one moment."""

from collections.abc import Iterable

from evaluation.bundle.inputs import BundleInputs, LabelRow
from labelling.models import Study
from labelling.selectors import label_rows as rows
from labelling.selectors.event_record import event_text
from labelling.selectors.label_table import table_of_rows
from labelling.selectors.one_moment import one_moment
from labelling.selectors.predictions import machine_codes
from labelling.selectors.study_record import RESAMPLES, study_record


def bundle_inputs(*, study: Study, resamples: int = RESAMPLES) -> BundleInputs:
    """Return a study's raw data with the facts and settings of its report.

    Raises
    ------
    StudyStateError
        When the study is a draft.
    evaluation.BadSetting
        When `resamples` is negative.
    """
    with one_moment():
        study.refresh_from_db()
        sample, labels = rows.sample_rows(study=study), rows.label_rows(study=study)
        table = table_of_rows(study=study, sample=sample, labels=labels)
        return BundleInputs(
            table=table,
            sample=tuple(sample),
            labels=_written(labels),
            record=study_record(study=study, table=table, resamples=resamples),
            protocol=study.protocol,
            events=event_text(study=study),
            set_aside=_written(rows.set_aside_rows(study=study)),
            predictions=machine_codes(study=study, items=table.items),
        )


def _written(labels: Iterable[rows.LabelRow]) -> tuple[LabelRow, ...]:
    return tuple(
        LabelRow(row.item, row.annotator, row.label, row.response_ms, rows.utc_text(row.submitted_at))
        for row in labels
    )
