"""Draw what a study needs of its dataset: the sample with its places, examples, practice and gold."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from labelling.errors import ProtocolError
from labelling.models import Place, SampleItem, Study
from labelling.services.sampling import Positions, draw_apart, draw_examples, draw_sample

_BATCH = 2000
# Each purpose has its own stream of lots under the study's seed; sample and guide have the first two.
_PRACTICE_STREAM = 2
_GOLD_STREAM = 3


@dataclass(frozen=True)
class Draw:
    """What a study's seed draws: for each role positions in `keys` and `indexes`, in drawn order."""

    keys: list[int]
    indexes: NDArray[np.int64]
    positions: dict[str, Positions]

    def keys_of(self, role: str) -> list[int]:
        """Return the keys of the items that a role gets, in drawn order."""
        return [self.keys[position] for position in self.positions[role].tolist()]


def draw_roles(*, study: Study, now: datetime) -> dict[str, list[int]]:
    """Draw and store the sample with its places, the guide's examples, practice and gold.

    Return the dataset indexes of each, in drawn order.

    Raises
    ------
    ProtocolError
        When the dataset has too few items, or not those that it says.
    """
    draw = plan_draw(study=study)
    sample = _store_role(study, SampleItem.Role.SAMPLED, draw.keys_of("sample"))
    _make_places(study, sample, now)
    for role in (SampleItem.Role.GUIDE, SampleItem.Role.PRACTICE, SampleItem.Role.GOLD):
        _store_role(study, role, draw.keys_of(role))
    return {role: draw.indexes[positions].tolist() for role, positions in draw.positions.items()}


def plan_draw(*, study: Study) -> Draw:
    """Return what would be drawn for a study at its launch, by its protocol as it is. Stores nothing.

    Raises
    ------
    ProtocolError
        As `draw_roles`.
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
    return Draw(
        keys=[pk for pk, *_ in items],
        indexes=np.array([index for _, index, *_ in items], dtype=np.int64),
        positions={"sample": sample, "guide": guide, "practice": practice, "gold": gold},
    )


def _store_role(study: Study, role: str, keys: list[int]) -> list[SampleItem]:
    members = [
        SampleItem(study=study, item_id=key, role=role, position=position)
        for position, key in enumerate(keys)
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
