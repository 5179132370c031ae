"""A study's sample and labels as plain rows, in one order that does not depend on the database."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from django.db.models import F, Value

from evaluation.bundle.inputs import SampleRow
from evaluation.categories import natural_order
from labelling.errors import StudyStateError
from labelling.models import Assignment, Label, SampleItem, Study


def stratum_field(study: Study) -> str:
    """Return the field of an item that names its stratum; empty where nothing divides the items.

    A sample that was stratified by category has the categories as strata, any other sample the dataset's own.
    """
    if study.strategy == Study.Strategy.STRATIFIED:
        return "ground_truth__name"
    return "stratum" if study.dataset.stratum_name else ""


class LabelRow(NamedTuple):
    """A label: the item's index, the annotator's pseudonym, the category's name.

    `label` is empty where the annotator could not tell, `changed_from` where there was no other first choice.
    """

    item: int
    annotator: str
    label: str
    response_ms: int | None
    submitted_at: datetime
    state: str
    changed_from: str

    @property
    def counted(self) -> bool:
        """Whether it is one of the labels that its item was to get."""
        return self.state == Assignment.State.SUBMITTED


def sample_rows(*, study: Study) -> list[SampleRow]:
    """Return all sampled items by index. One query.

    Raises
    ------
    StudyStateError
        When the study is a draft and has no sample yet.
    """
    _require_launched(study)
    sample = SampleItem.objects.filter(study=study, role=SampleItem.Role.SAMPLED)
    stratum = stratum_field(study)
    columns = sample.order_by("item__index").values_list(
        "item__index",
        "item__ground_truth__name",
        "item__pixel_sha256",
        F(f"item__{stratum}") if stratum else Value(""),
    )
    return [SampleRow(*row) for row in columns]


def label_rows(*, study: Study, every: bool = False) -> list[LabelRow]:
    """Return the counted labels of the sampled items by item and annotator. One query.

    That one cannot tell is no vote, and not among them. With `every`, it comes too, and so do surplus and
    void labels.

    Raises
    ------
    StudyStateError
        When the study is a draft.
    """
    return _rows(study, None if every else Assignment.State.SUBMITTED)


def set_aside_rows(*, study: Study) -> list[LabelRow]:
    """Return the labels of the sampled items whose annotators are excluded, by item and annotator. One query.

    Raises
    ------
    StudyStateError
        When the study is a draft.
    """
    return _rows(study, Assignment.State.VOID)


def _rows(study: Study, state: str | None) -> list[LabelRow]:
    _require_launched(study)
    labels = Label.objects.filter(
        assignment__sample_item__study=study,
        assignment__sample_item__role=SampleItem.Role.SAMPLED,
    )
    if state is not None:
        labels = labels.filter(assignment__state=state, category__isnull=False)
    columns = labels.order_by().values_list(
        "assignment__sample_item__item__index",
        "annotator__pseudonym",
        "category__name",
        "response_ms",
        "submitted_at",
        "assignment__state",
        "changed_from__name",
    )
    return _ordered(
        [
            LabelRow(item, annotator, label or "", response_ms, at, state, first or "")
            for item, annotator, label, response_ms, at, state, first in columns.iterator(chunk_size=5000)
        ]
    )


def _require_launched(study: Study) -> None:
    if study.state == Study.State.DRAFT:
        raise StudyStateError(
            f"The study {study.slug} is a draft and has no sample and no labels. "
            f"Launch it first: manage.py launch_study {study.slug}"
        )


def _ordered(rows: Sequence[LabelRow]) -> list[LabelRow]:
    # Sorted here and not by the database, whose order of text depends on its locale.
    rank = {name: place for place, name in enumerate(natural_order({row.annotator for row in rows}))}
    return sorted(rows, key=lambda row: (row.item, rank[row.annotator]))


def utc_text(moment: datetime) -> str:
    """Write a moment in UTC as ISO 8601, to the microsecond.

    >>> utc_text(datetime(2026, 11, 22, 12, 0, 1, 500000, tzinfo=UTC))
    '2026-11-22T12:00:01.500000Z'
    """
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
