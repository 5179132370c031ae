"""Looking from where an annotator has got to finds what looking from the beginning finds."""

import random

import pytest

from labelling.models import Annotator, Assignment, Place, Study
from labelling.services import exclusions
from labelling.services.assignment import lease_items
from labelling.services.exclusions import exclude_annotator
from labelling.services.lease_tidying import expire_leases
from labelling.services.picking import pick_places
from labelling.services.reinstatement import reinstate_annotator
from labelling.services.statements import lock_annotator
from labelling.services.withdrawal import withdraw_annotator
from tests.factories import answer, at, make_annotator, make_dataset, make_lease, make_study

pytestmark = pytest.mark.django_db

PEOPLE = 5
LEASE = 60


class Sitting:
    """People who label a study, in random order, and all that may come between."""

    def __init__(self, *, order: str, seed: int) -> None:
        self.chance = random.Random(seed)
        self.study = make_study(
            dataset=make_dataset(size=30),
            sample_size=20,
            redundancy=3,
            order=order,
            lease_seconds=LEASE,
            cant_tell="replaced",
            withdrawal="erase",
        )
        self.people = [make_annotator(study=self.study) for _ in range(PEOPLE)]
        self.clock = 0
        self.furthest = 0

    def steps(self, count: int) -> list[str]:
        """Take so many steps; return a sentence for each in which somebody would have missed a place."""
        missed = []
        for number in range(count):
            step = self.chance.choices(
                (
                    self.label,
                    self.walk_off,
                    self.wait,
                    self.exclude,
                    self.reinstate,
                    self.withdraw,
                    self.tidy,
                ),
                (20, 4, 2, 2, 2, 0.3, 1),
            )[0]
            step(self.chance.choice(self.people))
            missed += [f"step {number}, {step.__name__}: {told}" for told in self.compare()]
        return missed

    def compare(self) -> list[str]:
        """Look from where each annotator has got to, and from the beginning."""
        differing = []
        for annotator in self.people:
            locked = lock_annotator(annotator=annotator.pk)
            self.furthest = max(self.furthest, locked.first_rank)
            whose = {"study": self.study.pk, "annotator": annotator.pk, "count": 10, "now": at(self.clock)}
            short = pick_places(**whose, first_rank=locked.first_rank, lapsed=locked.lapsed)
            long = pick_places(**whose)
            if short != long:
                differing.append(f"{short} is not {long}, from rank {locked.first_rank}")
        return differing

    def label(self, annotator: Annotator) -> None:
        leased = lease_items(annotator=annotator, count=self.chance.randint(1, 4), now=at(self.clock))
        for assignment in leased[: self.chance.randint(0, 4)]:
            choice = None if self.chance.random() < 0.1 else self.chance.randrange(3)
            answer(assignment=assignment, category=choice, now=at(self.clock))
        if Study.objects.get(pk=self.study.pk).state == Study.State.COMPLETE:
            self.exclude(annotator)  # or nothing more would happen

    def walk_off(self, annotator: Annotator) -> None:
        lease_items(annotator=annotator, count=3, now=at(self.clock))

    def wait(self, annotator: Annotator) -> None:
        self.clock += self.chance.choice((LEASE // 3, 2 * LEASE))

    def exclude(self, annotator: Annotator) -> None:
        if not annotator.exclusions.in_force().exists():
            exclude_annotator(annotator=annotator, reason="Too fast.", by="somebody", now=at(self.clock))

    def reinstate(self, annotator: Annotator) -> None:
        if annotator.exclusions.in_force().exists():
            reinstate_annotator(annotator=annotator, reason="A mistake.", by="somebody", now=at(self.clock))

    def withdraw(self, annotator: Annotator) -> None:
        withdraw_annotator(annotator=annotator, now=at(self.clock))
        self.people[self.people.index(annotator)] = make_annotator(study=self.study, now=at(self.clock))

    def tidy(self, annotator: Annotator) -> None:
        expire_leases(now=at(self.clock))


@pytest.mark.parametrize("order", ["breadth", "depth"])
@pytest.mark.parametrize("seed", [1, 2])
def test_nobody_misses_a_place_whatever_happens(order: str, seed: int) -> None:
    sitting = Sitting(order=order, seed=seed)
    assert sitting.steps(120) == []
    assert sitting.furthest > 0


@pytest.mark.only_sqlite
def test_places_that_are_opened_again_unnoticed_would_be_missed(monkeypatch) -> None:
    monkeypatch.setattr(exclusions, "reopen_study", lambda **_: None)
    assert Sitting(order="breadth", seed=1).steps(120)


def test_many_answers_do_not_stand_in_the_way() -> None:
    study = make_study(dataset=make_dataset(size=50), sample_size=40, redundancy=3)
    annotator = make_annotator(study=study)
    while leased := lease_items(annotator=annotator, count=10, now=at(0)):
        for assignment in leased:
            answer(assignment=assignment)
    annotator.refresh_from_db()
    assert Place.objects.filter(study=study, rank__gte=annotator.first_rank).unfilled().count() == 0


def test_an_item_that_went_to_somebody_else_comes_back() -> None:
    study = make_study(sample_size=4, redundancy=2, lease_seconds=LEASE)
    slow, quick = make_annotator(study=study), make_annotator(study=study)
    lapsed = make_lease(annotator=slow)
    lease_items(annotator=quick, count=10, now=at(2 * LEASE))
    lapsed.refresh_from_db()
    assert lapsed.state == Assignment.State.EXPIRED
    given = lease_items(annotator=slow, count=10, now=at(2 * LEASE))
    assert lapsed.sample_item_id in [lease.sample_item_id for lease in given]
