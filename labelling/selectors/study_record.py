"""The facts and settings of a study that its report is made from, beside labels, sample and protocol."""

from django.db.models import Count, Q

from evaluation import EvaluationConfig, LabelTable, StudyFacts
from evaluation.bundle.record import OtherItem, StudyRecord
from evaluation.cant_tell import CantTell
from evaluation.categories import natural_order
from evaluation.tie_extension import Extension, FurtherLabel
from labelling.models import Assignment, Exclusion, Label, Place, SampleItem, Study
from labelling.selectors.check_outcomes import check_outcomes
from labelling.selectors.checklist import checklist_facts
from labelling.selectors.deviations import deviations
from labelling.selectors.event_heads import event_facts
from labelling.selectors.label_rows import stratum_field

RESAMPLES = EvaluationConfig.resamples


def study_record(*, study: Study, table: LabelTable, resamples: int = RESAMPLES) -> StudyRecord:
    """Return what a report says about the study, and what it is computed with.

    `table` is the study's; its strata are needed for their sizes.

    Raises
    ------
    evaluation.BadSetting
        When `resamples` is negative.
    """
    dataset = study.dataset
    surplus = Label.objects.filter(
        assignment__sample_item__study=study,
        assignment__state=Assignment.State.SURPLUS,
        category__isnull=False,
    )
    excluded = Exclusion.objects.filter(annotator__study=study).in_force()
    return StudyRecord(
        title=study.title,
        state=study.state,
        close_reason=study.close_reason,
        rehearsal_crowd=study.rehearsal_crowd,
        dataset_title=dataset.title,
        dataset_source=dataset.source,
        drawn=dataset.drawn,
        height=dataset.height,
        width=dataset.width,
        channels=dataset.channels,
        stratum_name=dataset.stratum_name,
        stratum_names=table.stratum_names,
        other_items=_other_items(study),
        surplus_labels=surplus.count(),
        excluded_annotators=excluded.count(),
        facts=study_facts(study=study),
        config=EvaluationConfig(
            tie_rule=study.tie_rule,
            seed=study.seed,
            resamples=resamples,
            labels_per_item=study.redundancy,
            population=dataset.size,
            stratum_populations=_stratum_populations(study, table),
            category_populations=_category_populations(study),
            quality_rules=study.quality_rules,
        ),
        checklist=checklist_facts(study=study),
        events=event_facts(study=study),
        checks=check_outcomes(study=study),
        cant_tell=_cant_tell(study),
        extension=_extension(study),
    )


def study_facts(*, study: Study) -> StudyFacts:
    """Return what `report.json` says about the study beside its figures."""
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
        deviations=deviations(study=study),
    )


def _other_items(study: Study) -> tuple[OtherItem, ...]:
    """Return the items beside the sample, by role and in drawn order. One query."""
    others = SampleItem.objects.filter(study=study).exclude(role=SampleItem.Role.SAMPLED)
    columns = ("role", "item__index", "item__ground_truth__name", "item__pixel_sha256")
    return tuple(OtherItem(*row) for row in others.order_by("role", "position").values_list(*columns))


def _cant_tell(study: Study) -> tuple[CantTell, ...]:
    """Count the answers that one cannot tell, by item. One query."""
    answers = Label.objects.filter(assignment__sample_item__study=study, category=None).order_by()
    counted = Q(assignment__state=Assignment.State.SUBMITTED)
    by_item = answers.values_list("assignment__sample_item__item__index").annotate(
        counted=Count("pk", filter=counted), others=Count("pk", filter=~counted)
    )
    return tuple(CantTell(*row) for row in sorted(by_item))


def _extension(study: Study) -> Extension | None:
    """Return which items have further places, and whose labels fill these. Two queries at most."""
    if not study.tie_extension:
        return None
    further = Place.objects.filter(study=study, slot__gte=study.redundancy).order_by()
    items = further.values_list("sample_item__item__index", flat=True).distinct()
    given = Assignment.objects.counted().filter(place__in=further, label__category__isnull=False)
    pairs = list(given.values_list("sample_item__item__index", "annotator__pseudonym"))
    # Sorted here and not by the database, whose order of text depends on its locale.
    rank = {name: place for place, name in enumerate(natural_order({who for _, who in pairs}))}
    pairs.sort(key=lambda pair: (pair[0], rank[pair[1]]))
    labels = tuple(FurtherLabel(*pair) for pair in pairs)
    extended = tuple(sorted(items))
    return Extension(study.tie_extension, extended, labels) if extended else None


def _category_populations(study: Study) -> dict[str, int]:
    """Count the dataset's items of every category, those without any too. One query."""
    categories = study.dataset.categories.annotate(size=Count("items")).order_by("position")
    return dict(categories.values_list("name", "size"))


def _stratum_populations(study: Study, table: LabelTable) -> dict[str, int] | None:
    """Count the dataset's items in every stratum.

    None in a simple sample, which needs no weights, and where the sample is so small that a stratum has no
    item in it: a weighted estimate would then be silent about a part of the dataset.
    """
    if study.strategy == Study.Strategy.SIMPLE:
        return None
    field = stratum_field(study)
    counts = dict(study.dataset.items.values_list(field).annotate(items=Count("pk")).order_by())
    if set(counts) != set(table.stratum_names):
        return None
    return {name: counts[name] for name in table.stratum_names}  # in one order, whatever the database's
