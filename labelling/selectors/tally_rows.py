"""What a tally counts, read as arrays of whole numbers: the sample, the annotators, the labels.

A query each.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np
from django.db import connection
from django.db.models import (
    BigIntegerField,
    Case,
    Exists,
    Func,
    IntegerField,
    OuterRef,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Greatest

from evaluation.array_types import BoolArray, FloatArray, IntArray
from labelling.models import Annotator, Assignment, Exclusion, Label, SampleItem, Study

#: The code of an answer that one cannot tell.
NO_CATEGORY = -1
_UNKNOWN = -1
_BATCH = 20_000
_LARGE = 20_000
_STEPS = ("joined_at", "consented_at", "screened_at", "practised_at", "guide_read_at", "finished_at")


class RecordedState(IntEnum):
    """Where an annotator stands, as far as it is recorded.

    Who is under way may have left for good: time tells.
    """

    UNDER_WAY = 0
    FINISHED = 1
    TURNED_AWAY = 2
    EXCLUDED = 3
    WITHDRAWN = 4


@dataclass(frozen=True, eq=False)
class SampleArrays:
    """The sampled items in the order of the draw.

    Keys, indexes in the dataset, codes of their ground truth.
    """

    keys: IntArray
    index: IntArray
    truth: IntArray


@dataclass(frozen=True, eq=False)
class PeopleArrays:
    """The annotators in the order in which they joined.

    `seen` is their last step but for labels, in seconds since 1970.
    """

    keys: IntArray
    pseudonyms: "np.ndarray[tuple[int], np.dtype[np.str_]]"
    state: IntArray
    seen: IntArray


@dataclass(frozen=True, eq=False)
class LabelArrays:
    """One entry a label: positions of item and annotator, code of the category, time in seconds since 1970.

    `response_ms` is nan where it is not known. `counted`, `void` and `abstained` tell what became of it; a
    label that is none of these is surplus.
    """

    item: IntArray
    annotator: IntArray
    category: IntArray
    response_ms: FloatArray
    at: IntArray
    counted: BoolArray
    void: BoolArray
    abstained: BoolArray


class Epoch(Func):
    """A moment in whole seconds since 1970, made by the database.

    A million dates are slow to read one by one.
    """

    output_field = BigIntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        """Return the SQL that SQLite reads."""
        return self.as_sql(
            compiler, connection, template="CAST(strftime('%%%%s', %(expressions)s) AS INTEGER)", **more
        )

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        """Return the SQL that PostgreSQL reads."""
        template = "CAST(FLOOR(EXTRACT(EPOCH FROM %(expressions)s)) AS BIGINT)"
        return self.as_sql(compiler, connection, template=template, **more)


def category_names(study: Study) -> dict[int, str]:
    """Return the study's categories by their keys, in the order of their codes."""
    return dict(study.dataset.categories.order_by("position").values_list("pk", "name"))


def sample_arrays(study: Study, categories: Sequence[int]) -> SampleArrays:
    """Return the sampled items; none of a draft."""
    sampled = SampleItem.objects.filter(study=study, role=SampleItem.Role.SAMPLED).order_by("position")
    rows = _rows(sampled.values_list("pk", "item__index", "item__ground_truth"), 3)
    return SampleArrays(rows[0], rows[1], places_of(rows[2], np.array(categories, dtype=np.int64)))


def people_arrays(study: Study) -> PeopleArrays:
    """Return everybody who joined."""
    excluded = Exclusion.objects.in_force().filter(annotator=OuterRef("pk"))
    state = Case(
        When(withdrawn_at__isnull=False, then=Value(RecordedState.WITHDRAWN)),
        When(Exists(excluded), then=Value(RecordedState.EXCLUDED)),
        When(turned_away_at__isnull=False, then=Value(RecordedState.TURNED_AWAY)),
        When(finished_at__isnull=False, then=Value(RecordedState.FINISHED)),
        default=Value(RecordedState.UNDER_WAY),
        output_field=IntegerField(),
    )
    steps = [Coalesce(Epoch(step), Value(0)) for step in _STEPS]
    people = list(
        Annotator.objects.filter(study=study)
        .order_by("pk")
        .values_list("pk", "pseudonym", state, Greatest(*steps))
    )
    keys, names, states, seen = zip(*people, strict=True) if people else ((), (), (), ())
    return PeopleArrays(
        keys=np.array(keys, dtype=np.int64),
        pseudonyms=np.array(names, dtype=np.str_),
        state=np.array(states, dtype=np.int64),
        seen=np.array(seen, dtype=np.int64),
    )


def label_arrays(
    study: Study, sample: SampleArrays, people: PeopleArrays, categories: Sequence[int]
) -> LabelArrays:
    """Return every label of the sampled items, whatever became of it, in no order."""
    state = Case(
        When(assignment__state=Assignment.State.SUBMITTED, then=Value(1)),
        When(assignment__state=Assignment.State.VOID, then=Value(2)),
        When(assignment__state=Assignment.State.ABSTAINED, then=Value(3)),
        default=Value(0),
        output_field=IntegerField(),
    )
    labels = Label.objects.filter(annotator__study=study).order_by()
    if study.sample_size * study.redundancy > _LARGE:
        # In the order of the table: annotator by annotator, a million labels are a million jumps on the disk.
        labels = labels.order_by("pk")
    item, annotator, category, response, at, became = _rows(
        labels.values_list(
            "assignment__sample_item",
            "annotator",
            Coalesce("category", Value(_UNKNOWN)),
            Coalesce("response_ms", Value(_UNKNOWN)),
            Epoch("submitted_at"),
            state,
        ),
        6,
    )
    by_key = np.array(categories, dtype=np.int64)
    return LabelArrays(
        item=places_of(item, sample.keys),
        annotator=places_of(annotator, people.keys),
        category=np.where(category == _UNKNOWN, NO_CATEGORY, places_of(category, by_key)),
        response_ms=np.where(response == _UNKNOWN, np.nan, response),
        at=at,
        counted=became == 1,
        void=became == 2,
        abstained=became == 3,
    )


def _rows(rows: QuerySet[Any, Any], columns: int) -> list[IntArray]:
    """Return columns of whole numbers, read batch by batch: rows take ten times the memory of arrays.

    Past Django's own reading of rows, which looks at each number of each row once more.
    """
    batches = [np.empty((0, columns), dtype=np.int64)]
    with connection.chunked_cursor() as cursor:
        cursor.execute(*rows.query.sql_with_params())
        while batch := cursor.fetchmany(_BATCH):
            batches.append(np.array(batch, dtype=np.int64))
    return list(np.ascontiguousarray(np.concatenate(batches).T))


def places_of(keys: IntArray, known: IntArray) -> IntArray:
    """Return where each key stands among the known ones; a key that is not there gives a wrong place."""
    if not known.size:
        return np.zeros(len(keys), dtype=np.int64)
    order = np.argsort(known, kind="stable")
    found: IntArray = order[np.minimum(np.searchsorted(known[order], keys), len(known) - 1)]
    return found
