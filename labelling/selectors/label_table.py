"""The bridge to the statistics: a study's sampled items and counted labels as arrays, and its report."""

from collections.abc import Sequence

from evaluation import LabelTable, Report
from evaluation.bundle.inputs import SampleRow, evaluate_record, table_of
from evaluation.progress import Progress
from labelling.models import Study
from labelling.selectors.label_rows import (
    LabelRow,
    label_rows,
    sample_rows,
    set_aside_rows,
    stratum_field,
)
from labelling.selectors.predictions import machine_codes
from labelling.selectors.study_record import RESAMPLES, study_record


def label_table(*, study: Study) -> LabelTable:
    """Return all sampled items, those without a label too, with their counted labels. Three queries.

    An item's id is its index in the dataset, an annotator's the pseudonym; categories stand in the dataset's
    order. A sample that was stratified by category, and any sample of a dataset that has strata, has strata.

    Raises
    ------
    StudyStateError
        When the study is a draft and has no sample yet.
    """
    return table_of_rows(study=study, sample=sample_rows(study=study), labels=label_rows(study=study))


def table_of_rows(*, study: Study, sample: Sequence[SampleRow], labels: Sequence[LabelRow]) -> LabelTable:
    """Return the table of rows that were read before, so that files and figures are of one moment."""
    categories = list(study.dataset.categories.order_by("position").values_list("name", flat=True))
    return table_of(sample, labels, categories, stratified=bool(stratum_field(study)))


def study_report(
    *,
    study: Study,
    resamples: int = RESAMPLES,
    progress: Progress | None = None,
    table: LabelTable | None = None,
) -> Report:
    """Evaluate a study with its frozen rule. Its recorded seed is the one that all resampling derives from.

    `table` is the study's, where it was read before.

    Raises
    ------
    StudyStateError
        When the study is a draft.
    evaluation.BadSetting
        When `resamples` is negative.
    """
    table = label_table(study=study) if table is None else table
    record = study_record(study=study, table=table, resamples=resamples)
    predictions = machine_codes(study=study, items=table.items)
    aside = (row[:4] for row in set_aside_rows(study=study))
    return evaluate_record(table, record, progress, predictions, aside)
