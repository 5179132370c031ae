"""The bridge to the statistics: a study's sampled items and counted labels as arrays, and its report."""

from collections.abc import Iterator

import numpy as np
from django.db.models import Count

from evaluation import EvaluationConfig, LabelTable, Report, StudyFacts, evaluate
from evaluation.progress import Progress
from labelling.errors import StudyStateError
from labelling.models import Assignment, Exclusion, Label, SampleItem, Study

RESAMPLES = EvaluationConfig.resamples


def label_table(*, study: Study) -> LabelTable:
    """Return all sampled items, those without a label too, with their counted labels. Three queries.

    An item's id is its index in the dataset, an annotator's the pseudonym; categories stand in the dataset's
    order. In a stratified study an item's stratum is its ground truth.

    Raises
    ------
    StudyStateError
        When the study is a draft and has no sample yet.
    """
    if study.state == Study.State.DRAFT:
        raise StudyStateError(
            f"The study {study.slug} is a draft and has no sample to evaluate. "
            f"Launch it first: manage.py launch_study {study.slug}"
        )
    names, code_of = [], {}
    for code, (key, name) in enumerate(
        study.dataset.categories.order_by("position").values_list("pk", "name")
    ):
        code_of[key] = code
        names.append(name)
    sample = list(
        SampleItem.objects.filter(study=study, role=SampleItem.Role.SAMPLED)
        .order_by("item__index")
        .values_list("pk", "item__index", "item__ground_truth")
    )
    truth = [code_of[category] for _, _, category in sample]
    row_of = {key: row for row, (key, _, _) in enumerate(sample)}
    annotators: dict[str, int] = {}
    codes = [
        (row_of[item], annotators.setdefault(pseudonym, len(annotators)), code_of[category], response_ms)
        for item, pseudonym, category, response_ms in _counted(study)
    ]
    items, people, categories, times = zip(*codes, strict=True) if codes else ((), (), (), ())
    stratified = study.strategy == Study.Strategy.STRATIFIED
    return LabelTable.from_codes(
        items=[str(index) for _, index, _ in sample],
        annotators=list(annotators),
        categories=names,
        truth=truth,
        item_codes=np.array(items, dtype=np.int64),
        annotator_codes=np.array(people, dtype=np.int64),
        category_codes=np.array(categories, dtype=np.int64),
        response_ms=np.array(times, dtype=np.float64),  # None becomes nan
        strata=[names[code] for code in truth] if stratified else None,
    )


def study_report(*, study: Study, resamples: int = RESAMPLES, progress: Progress | None = None) -> Report:
    """Evaluate a study with its frozen rule. Its recorded seed is the one that all resampling derives from.

    Raises
    ------
    StudyStateError
        When the study is a draft.
    evaluation.BadSetting
        When `resamples` is negative.
    """
    table = label_table(study=study)
    dataset = study.dataset
    config = EvaluationConfig(
        tie_rule=study.tie_rule,
        seed=study.seed,
        resamples=resamples,
        labels_per_item=study.redundancy,
        population=dataset.size,
        stratum_populations=_stratum_populations(study, table),
    )
    surplus = Assignment.objects.filter(sample_item__study=study, state=Assignment.State.SURPLUS)
    excluded = Exclusion.objects.filter(annotator__study=study).in_force()
    return evaluate(
        table,
        config,
        study=study_facts(study=study),
        surplus_labels=surplus.count(),
        excluded_annotators=excluded.count(),
        progress=progress,
    )


def study_facts(*, study: Study) -> StudyFacts:
    """Return what a report says about the study beside its figures."""
    dataset = study.dataset
    return StudyFacts(
        name=study.slug,
        dataset=dataset.name,
        dataset_checksum=dataset.checksum,
        split=dataset.split,
        sample_size=study.sample_size,
        population=dataset.size,
        strategy=study.strategy,
        seed=study.seed,
        labels_per_item=study.redundancy,
        tie_rule=study.tie_rule,
        protocol_sha256=study.protocol_sha256,
        rehearsal=study.rehearsal,
    )


def _counted(study: Study) -> Iterator[tuple[int, str, int, int | None]]:
    """Yield sample item, pseudonym, category and time of each counted label. The table sorts them."""
    labels = Label.objects.filter(
        assignment__sample_item__study=study,
        assignment__sample_item__role=SampleItem.Role.SAMPLED,
        assignment__state=Assignment.State.SUBMITTED,
    )
    columns = labels.values_list("assignment__sample_item", "annotator__pseudonym", "category", "response_ms")
    yield from columns.order_by().iterator(chunk_size=5000)


def _stratum_populations(study: Study, table: LabelTable) -> dict[str, int] | None:
    """Count the dataset's items in every stratum.

    None in a simple sample, and where the sample is so small that a stratum has no item in it: a weighted
    estimate would then be silent about a part of the dataset.
    """
    if table.strata is None:
        return None
    truth = study.dataset.items.values_list("ground_truth__name")
    counts = dict(truth.annotate(items=Count("pk")).order_by())
    return counts if set(counts) == set(table.stratum_names) else None
