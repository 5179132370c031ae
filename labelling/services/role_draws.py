"""Draw what a study needs of its dataset: the sample with its places, examples, practice and gold."""

from datetime import datetime

import numpy as np

from labelling.errors import ProtocolError
from labelling.models import Place, SampleItem, Study
from labelling.services.sampling import Positions, draw_apart, draw_examples, draw_sample

_BATCH = 2000
# Each purpose has its own stream of lots under the study's seed; sample and guide have the first two.
_PRACTICE_STREAM = 2
_GOLD_STREAM = 3


def draw_roles(*, study: Study, now: datetime) -> dict[str, list[int]]:
    """Draw and store the sample with its places, the guide's examples, practice and gold.

    Return the dataset indexes of each, in drawn order.

    Raises
    ------
    ProtocolError
        When the dataset has too few items, or not those that it says.
    """
    columns = ("pk", "index", "ground_truth__position", "stratum")
    items = list(study.dataset.items.order_by("index").values_list(*columns))
    if len(items) != study.dataset.size:
        raise ProtocolError(
            f"The dataset {study.dataset.name} says {study.dataset.size} items and has {len(items)}; "
            "import it again."
        )
    truth = np.array([category for _, _, category, _ in items], dtype=np.int64)
    strata = truth
    if study.strategy == Study.Strategy.BY_STRATUM:
        strata = np.unique([stratum for *_, stratum in items], return_inverse=True)[1]
    seed = study.seed
    sample = draw_sample(strata=strata, size=study.sample_size, strategy=study.strategy, seed=seed)
    guide = draw_examples(ground_truth=truth, excluded=sample, per_category=study.guide_examples, seed=seed)
    taken = np.concatenate([sample, guide])
    practice = draw_apart(
        ground_truth=truth, excluded=taken, size=study.practice_items, seed=seed, stream=_PRACTICE_STREAM
    )
    taken = np.concatenate([taken, practice])
    gold = draw_apart(
        ground_truth=truth, excluded=taken, size=study.gold_items, seed=seed, stream=_GOLD_STREAM
    )
    keys = [pk for pk, *_ in items]
    _make_places(study, _store_role(study, SampleItem.Role.SAMPLED, keys, sample), now)
    _store_role(study, SampleItem.Role.GUIDE, keys, guide)
    _store_role(study, SampleItem.Role.PRACTICE, keys, practice)
    _store_role(study, SampleItem.Role.GOLD, keys, gold)
    indexes = np.array([index for _, index, *_ in items])
    drawn = {"sample": sample, "guide": guide, "practice": practice, "gold": gold}
    return {role: indexes[positions].tolist() for role, positions in drawn.items()}


def _store_role(study: Study, role: str, keys: list[int], drawn: Positions) -> list[SampleItem]:
    members = [
        SampleItem(study=study, item_id=keys[item], role=role, position=position)
        for position, item in enumerate(drawn.tolist())
    ]
    return SampleItem.objects.bulk_create(members, batch_size=_BATCH)


def _make_places(study: Study, sample: list[SampleItem], now: datetime) -> None:
    """Make every place of every sampled item; `rank` is the order in which they will be given out."""
    breadth = study.order == Study.Order.BREADTH
    for slot in range(study.redundancy):
        Place.objects.bulk_create(
            (
                Place(
                    study=study,
                    sample_item=member,
                    slot=slot,
                    rank=slot * len(sample) + position if breadth else position * study.redundancy + slot,
                    available_from=now,
                )
                for position, member in enumerate(sample)
            ),
            batch_size=_BATCH,
        )
