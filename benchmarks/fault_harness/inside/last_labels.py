"""The last labels of a study, all at the same moment: who completes it?"""

from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import Any

from django.db import transaction

from benchmarks.fault_harness.inside.ledger import launch, violations
from benchmarks.fault_harness.inside.people import clock, people
from benchmarks.fault_harness.inside.seeded_bugs import completing_without_looking_again
from benchmarks.fault_harness.inside.side_by_side import Crew, raised
from labelling.models import Event, Study
from labelling.selectors.verification import verify_study
from labelling.services.assignment import lease_items
from tests.factories import answer


def complete(*, first: int, studies: int, labels: int, bug: bool = False) -> dict[str, Any]:
    """Complete so many studies, numbered from `first`, each by so many labels at once from as many people.

    Return `completions` and `violations`: a study must be complete with one event that says so and one seal,
    and its record must agree with its tables.
    """
    guard: AbstractContextManager[None] = completing_without_looking_again() if bug else nullcontext()
    found: list[str] = []
    completions = 0
    with guard, Crew(size=labels) as crew:
        for number in range(first, first + studies):
            study = _at_its_end(f"last-labels-{number}", labels)
            leases = [lease for person in study.annotators.all() for lease in person.assignments.leased()]
            outcomes = crew.together([partial(answer, assignment=lease, now=clock()) for lease in leases])
            study.refresh_from_db()
            completions += study.state == Study.State.COMPLETE
            broken = raised(outcomes) + _broken(study)
            found += [f"{study.slug}: {sentence}" for sentence in broken]
    return {"completions": completions, "violations": found}


def _at_its_end(slug: str, labels: int) -> Study:
    """Return a study that wants so many labels, each promised to another person. One commit."""
    with transaction.atomic():
        launch(slug=slug, sample_size=labels, redundancy=1)
        study = Study.objects.get(slug=slug)
        for person in people(study=study, count=labels):
            lease_items(annotator=person, count=1, now=clock())
    return study


def _broken(study: Study) -> list[str]:
    found = violations(slug=study.slug, complete=True) + [str(fault) for fault in verify_study(study=study)]
    for kind in (Event.Kind.COMPLETED, Event.Kind.SEALED):
        times = study.events.filter(kind=kind).count()
        if times != 1:
            found.append(f"{times} events say {kind}")
    return found
