"""A study with people of every kind, made once for a module of tests about annotators and items at the
desk."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from labelling.models import Annotator, Study
from labelling.selectors.checks import Shown
from labelling.services.annotators import finish
from labelling.services.exclusions import exclude_annotator
from tests.factories import answer, at, make_annotator, make_lease, make_study
from tests.labelling.checked_study import answer_shown, make_checked_study, truth, wrong

RULES = [
    {"rule": "too_fast", "threshold": 300, "exclude": False},
    {"rule": "straight_lining", "threshold": 0.5, "exclude": False},
    {"rule": "low_agreement", "threshold": 0.4, "exclude": False},
    {"rule": "attention_failed", "threshold": 2, "exclude": True},
]


@dataclass(frozen=True)
class People:
    """The study's key, and the annotators' keys by what they are."""

    study: int
    careful: int
    failing: int
    same: int
    excluded: int
    idle: int

    def get(self) -> Study:
        """Return the study as it is stored now."""
        return Study.objects.select_related("dataset").get(pk=self.study)

    def annotator(self, name: str) -> Annotator:
        """Return one of them as stored now."""
        return Annotator.objects.select_related("study").get(pk=getattr(self, name))


def _same(_shown: Shown) -> int:
    return 0


def _make_people() -> People:
    """Make a study of 40 images, 2 labels each, that 3 people label; a fourth is excluded, a fifth only
    joined."""
    study = make_checked_study(quality_rules=RULES, redundancy=2, labels_per_annotator=None, slug="people")
    people = [make_annotator(study=study, now=at(number)) for number in range(5)]
    careful, failing, same, excluded, idle = people
    answer_shown(excluded, images=10, choose=truth, now=at(60))
    answer_shown(careful, images=20, choose=truth, now=at(120))
    exclude_annotator(annotator=excluded, reason="Told us so.", by="researcher 0", now=at(180))
    answer_shown(failing, images=20, choose=wrong, now=at(240))
    answer_shown(same, images=12, choose=_same, now=at(300))
    finish(annotator=careful, now=at(360))
    keys = (each.pk for each in (careful, failing, same, excluded, idle))
    return People(study.pk, *keys)


@contextmanager
def once(blocker: DjangoDbBlocker) -> Iterator[None]:
    """Keep what is made inside for the tests of a module, each of which undoes what it does; then undo it
    all."""
    with blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def people(database_url: str, django_db_blocker: DjangoDbBlocker) -> Iterator[People]:
    """The people of a study, for all tests of a module."""
    with once(django_db_blocker):
        yield _make_people()


def make_voted(votes: list[list[int]], **fields: object) -> Study:
    """Make a study in which the item at position i has these votes, each by another annotator; k is the
    most."""
    study = make_study(
        **{"redundancy": max(map(len, votes)), "sample_size": len(votes), "order": "depth", **fields}
    )
    voters = [make_annotator(study=study) for _ in range(study.redundancy)]
    for place, voter in enumerate(voters):
        for _ in votes:
            assignment = make_lease(annotator=voter)
            position = assignment.sample_item.position
            if place < len(votes[position]):
                answer(assignment=assignment, category=votes[position][place], now=at(position))
    return study
