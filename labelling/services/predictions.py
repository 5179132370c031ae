"""Take in machines' predictions for a study, to compare people with, and take them out again."""

import hashlib
import re
from datetime import datetime

import numpy as np
from django.db import IntegrityError, transaction

from evaluation import BadFile
from evaluation.comparison import p_if_shuffled
from evaluation.csv_rows import NamedBytes
from evaluation.study_predictions import Predicted, read_study_predictions
from labelling.errors import PredictionsError, StudyStateError
from labelling.models import Event, Item, Predictions, SampleItem, Study
from labelling.models.predictions import NAME_PATTERN, NAME_RULE
from labelling.services.events import record_event

#: In bytes. Categories of 500,000 images take 4 MB; probabilities take a number a category.
LARGEST_FILE = 64 * 1024 * 1024
#: Where a shuffled file would be right as often as this with this chance, its order is doubted.
DOUBTFUL = 0.05


def add_predictions(
    *,
    study: Study,
    name: str,
    file_name: str,
    content: bytes,
    now: datetime,
    as_they_are: bool = False,
    by: str = "",
) -> Predictions:
    """Store what a machine predicts for the whole dataset or for the sample.

    `as_they_are` takes predictions too that are right no more often than chance, which else are doubted: the
    order of their rows or of their categories is probably another than the dataset's.

    Raises
    ------
    PredictionsError
        With the field: a name that is no file's name or is taken, a file that is too large or faulty,
        doubtful predictions.
    StudyStateError
        When the study is a draft and has no sample yet.
    """
    if study.state == Study.State.DRAFT:
        raise StudyStateError(
            f"The study {study.slug} is a draft and has no sample to compare on. "
            f"Launch it first: manage.py launch_study {study.slug}"
        )
    name = name.strip()
    if not re.fullmatch(NAME_PATTERN, name):
        raise PredictionsError(f"{name[:80]!r} cannot be a name. {NAME_RULE}", field="name")
    check_size(size=len(content))
    predicted = _read(study, NamedBytes(file_name, content))
    if not as_they_are:
        _check_order(study, predicted)
    machine = Predictions(
        study=study,
        name=name,
        whole=predicted.whole,
        scores=predicted.scores,
        items=len(predicted.codes),
        codes=Predictions.packed(predicted.codes),
        file_sha256=hashlib.sha256(content).hexdigest(),
        uploaded_at=now,
    )
    _store(machine, now, by)
    return machine


def check_size(*, size: int) -> None:
    """Refuse a file of so many bytes when it is too large, before it is read.

    Raises
    ------
    PredictionsError
        With the limit, and a way to keep it.
    """
    if size > LARGEST_FILE:
        raise PredictionsError(
            f"The file has {size / 2**20:.0f} MB; the most is {LARGEST_FILE // 2**20} MB. Save the likeliest "
            "category of each image in place of probabilities.",
            field="file",
        )


@transaction.atomic
def remove_predictions(*, machine: Predictions, now: datetime, by: str = "") -> None:
    """Take a machine out of the comparison. The study's events keep that it was there."""
    locked = Study.objects.select_for_update(no_key=True).get(pk=machine.study_id)
    record_event(
        of=locked,
        kind=Event.Kind.PREDICTIONS_REMOVED,
        now=now,
        by=by,
        name=machine.name,
        file=machine.file_sha256,
    )
    machine.delete()


def _read(study: Study, file: NamedBytes) -> Predicted:
    sampled = SampleItem.objects.filter(study=study, role=SampleItem.Role.SAMPLED)
    categories = study.dataset.categories.order_by("position").values_list("name", flat=True)
    try:
        return read_study_predictions(
            file,
            population=study.dataset.size,
            sample=list(sampled.values_list("item__index", flat=True)),
            categories=list(categories),
        )
    except BadFile as error:
        raise PredictionsError(str(error), field="file") from error


def _store(machine: Predictions, now: datetime, by: str) -> None:
    try:
        with transaction.atomic():
            locked = Study.objects.select_for_update(no_key=True).get(pk=machine.study_id)
            machine.save(force_insert=True)
            record_event(
                of=locked,
                kind=Event.Kind.PREDICTIONS_ADDED,
                now=now,
                by=by,
                name=machine.name,
                file=machine.file_sha256,
            )
    except IntegrityError as error:
        raise PredictionsError(
            f"This study has predictions called {machine.name!r} already (capitals make no difference). "
            "Choose another name, or remove those first.",
            field="name",
        ) from error


def _check_order(study: Study, predicted: Predicted) -> None:
    items = Item.objects.filter(dataset=study.dataset_id)
    if not predicted.whole:
        items = items.filter(memberships__study=study, memberships__role=SampleItem.Role.SAMPLED)
    truth = np.array(items.order_by("index").values_list("ground_truth__position", flat=True), dtype=np.int64)
    if p_if_shuffled(predicted.codes, truth) > DOUBTFUL:
        right = float((predicted.codes == truth).mean())
        raise PredictionsError(
            f"These predictions are right for {100 * right:.1f} % of {truth.size} images, which is no more "
            "than in a random order. Are the rows in the dataset's order, and the categories numbered as in "
            "its list? If they are, confirm that the predictions are to be taken as they are.",
            field="as_they_are",
        )
