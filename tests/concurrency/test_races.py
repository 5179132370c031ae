"""Many people at once, on both databases, in the most contended order."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from functools import partial

import pytest
from django.db import connection, models
from django.db.models import Count, F, Q

from labelling.errors import AlreadyLabelled, NotRunning, Withdrawn
from labelling.models import Annotator, Assignment, Label, Place, SampleItem, Study
from labelling.models.guards import install_guards, remove_guards
from labelling.selectors.verification import verify_study
from labelling.services import assignment as assignment_service
from labelling.services.assignment import lease_items
from labelling.services.exclusions import exclude_annotator
from labelling.services.reinstatement import reinstate_annotator
from labelling.services.studies import close_study
from labelling.services.withdrawal import withdraw_annotator
from tests.concurrency.invariants import violations
from tests.concurrency.together import errors, together
from tests.factories import NOW, answer, at, make_annotator, make_dataset, make_lease, make_study

pytestmark = [pytest.mark.django_db(transaction=True)]

PEOPLE = 8


def small_study(**fields: object) -> Study:
    dataset = make_dataset(size=20)
    return make_study(**{"dataset": dataset, "sample_size": 12, "order": "depth", **fields})


def label_all(annotator: Annotator) -> int:
    """Answer everything that this person is given; return how many answers that were."""
    given = 0
    while assignments := lease_or_nothing(annotator, count=3):
        for lease in assignments:
            answer(assignment=lease)
            given += 1
    return given


def lease_or_nothing(annotator: Annotator, *, count: int, seconds: float = 0) -> list[Assignment]:
    """Lease; a study that somebody else has just completed gives nothing."""
    try:
        return lease_items(annotator=annotator, count=count, now=at(seconds))
    except NotRunning:
        return []


def label_side_by_side(study: Study) -> list[BaseException]:
    people = [make_annotator(study=study) for _ in range(PEOPLE)]
    return errors(together([partial(label_all, person) for person in people]))


def test_a_crowd_never_gives_an_item_more_than_k_labels() -> None:
    study = small_study()
    assert label_side_by_side(study) == []
    # Whoever found everything in others' hands has gone; one more person takes what they left, if anything.
    label_all(make_annotator(study=study))
    assert violations(study) == []
    assert Assignment.objects.filter(annotator__study=study).counted().count() == 36


def lease_then_answer_side_by_side(study: Study) -> list[BaseException]:
    """All people lease at once, then all answer at once: the moment at which counting first goes wrong."""
    people = [make_annotator(study=study) for _ in range(PEOPLE)]
    leased = together([partial(lease_or_nothing, person, count=3) for person in people])
    given = [batch for batch in leased if isinstance(batch, list)]
    answered = together([partial(lambda batch: [answer(assignment=a) for a in batch], b) for b in given])
    return errors(leased) + errors(answered)


def test_people_who_lease_together_and_answer_together_break_no_rule() -> None:
    study = small_study()
    assert lease_then_answer_side_by_side(study) == []
    assert violations(study) == []


@contextmanager
def without_guards(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Seed the bug of other tools: count the labels, then promise, with nothing that makes a hold unique."""

    def counted_places(*, study: int, count: int, **_: object) -> list[tuple[int, int]]:
        counted = Count("assignments", filter=Q(assignments__state=Assignment.State.SUBMITTED))
        sample = SampleItem.objects.filter(study=study, role="sampled").order_by("position")
        wanting = sample.annotate(counted=counted).filter(counted__lt=F("study__redundancy"))[:count]
        return [(item.places.get(slot=item.counted).pk, item.pk) for item in wanting]

    def promise(
        annotator: Annotator, places: list[tuple[int, int]], study: Study, now: datetime
    ) -> list[int]:
        lease = {"leased_at": now, "expires_at": now + timedelta(seconds=study.lease_seconds)}
        return [
            Assignment.objects.create(annotator=annotator, sample_item_id=item, place_id=place, **lease).pk
            for place, item in places
        ]

    unique = Assignment._meta.get_field("place")
    plain = models.ForeignKey(Place, null=True, on_delete=models.PROTECT)
    plain.set_attributes_from_name("place")
    plain.model = Assignment
    remove_guards(using="default")
    with connection.schema_editor() as editor:
        editor.alter_field(Assignment, unique, plain)
    monkeypatch.setattr(assignment_service, "pick_places", counted_places)
    monkeypatch.setattr(assignment_service, "_promise", promise)
    try:
        yield
    finally:
        Label.objects.all().delete()
        Assignment.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.alter_field(Assignment, plain, unique)
        install_guards(using="default")


def test_the_same_people_break_the_rules_when_the_guards_are_out(monkeypatch: pytest.MonkeyPatch) -> None:
    study = small_study()
    with without_guards(monkeypatch):
        assert lease_then_answer_side_by_side(study) == []
        assert any("counted labels" in rule for rule in violations(study))


def test_one_label_sent_eight_times_at_once_is_one_row() -> None:
    lease = make_lease(annotator=make_annotator(study=small_study()))
    results = together([partial(answer, assignment=lease, key="once")] * 8)
    assert errors(results) == []
    assert len({label.pk for label in results}) == 1
    assert Label.objects.count() == 1


def test_two_tabs_with_different_answers_store_one() -> None:
    lease = make_lease(annotator=make_annotator(study=small_study()))
    results = together([partial(answer, assignment=lease, key=f"tab-{n}", category=n % 3) for n in range(6)])
    assert [type(error) for error in errors(results)] == [AlreadyLabelled] * 5
    assert Label.objects.count() == 1


def test_two_tabs_of_one_person_are_given_the_same_items() -> None:
    annotator = make_annotator(study=small_study(order="breadth"))
    results = together([partial(lease_items, annotator=annotator, count=4, now=NOW)] * 4)
    assert errors(results) == []
    assert annotator.assignments.count() == len(results[0])


def test_the_last_labels_in_parallel_complete_the_study_once(monkeypatch: pytest.MonkeyPatch) -> None:
    completed: list[bool] = []
    original: Callable[..., bool] = assignment_service.complete_if_full

    def counting(**arguments: object) -> bool:
        completed.append(original(**arguments))
        return completed[-1]

    monkeypatch.setattr(assignment_service, "complete_if_full", counting)
    for _ in range(5):
        study = small_study(sample_size=PEOPLE, redundancy=1)
        leases = [make_lease(annotator=make_annotator(study=study)) for _ in range(PEOPLE)]
        assert errors(together([partial(answer, assignment=lease) for lease in leases])) == []
        assert violations(study) == []
    assert completed.count(True) == 5


def test_answers_at_the_end_of_a_lease_while_others_take_the_item() -> None:
    study = small_study(lease_seconds=60, sample_size=4)
    for _ in range(4):
        late = [lease_items(annotator=make_annotator(study=study), count=2, now=NOW) for _ in range(4)]
        takers = [make_annotator(study=study) for _ in range(4)]

        def take_and_answer(person: Annotator) -> None:
            for lease in lease_or_nothing(person, count=2, seconds=60):
                answer(assignment=lease, now=at(61))

        results = together(
            [partial(answer, assignment=lease, now=at(61)) for leases in late for lease in leases]
            + [partial(take_and_answer, person) for person in takers]
        )
        assert errors(results) == []
        assert violations(study) == []
        if not study.places.unfilled().exists():
            break


def test_closing_while_people_label_leaves_every_answer_kept_and_no_place_half_held() -> None:
    study = small_study()
    people = [make_annotator(study=study) for _ in range(PEOPLE)]
    leases = [lease for person in people for lease in lease_items(annotator=person, count=2, now=NOW)]
    results = together(
        [
            *[partial(answer, assignment=lease) for lease in leases],
            partial(close_study, study=study, reason="Enough.", now=NOW),
        ]
    )
    assert errors(results) == []
    assert Label.objects.count() == len(leases)
    assert [v for v in violations(study) if "complete" not in v] == []


def test_exclusions_and_reinstatements_while_others_label() -> None:
    study = small_study(sample_size=8)
    doubtful = [make_annotator(study=study) for _ in range(2)]
    others = [make_annotator(study=study) for _ in range(4)]

    def toggle(person: Annotator) -> None:
        for _ in range(6):
            exclude_annotator(annotator=person, reason="Too fast.", by="ada", now=NOW)
            reinstate_annotator(annotator=person, reason="Looked again.", by="ada", now=NOW)

    results = together(
        [partial(label_all, person) for person in [*doubtful, *others]]
        + [partial(toggle, person) for person in doubtful]
    )
    assert errors(results) == []
    for _ in range(3):
        label_all(make_annotator(study=study))
    assert violations(study) == []
    assert Assignment.objects.filter(annotator__study=study).counted().count() == 24


def test_withdrawals_while_the_same_people_and_others_label() -> None:
    study = small_study(sample_size=8)
    leaving = [make_annotator(study=study) for _ in range(3)]
    others = [make_annotator(study=study) for _ in range(4)]

    def label_until_gone(person: Annotator) -> None:
        with suppress(Withdrawn):
            label_all(person)

    results = together(
        [partial(label_until_gone, person) for person in [*leaving, *others]]
        + [partial(withdraw_annotator, annotator=person, now=NOW) for person in leaving]
    )
    assert errors(results) == []
    assert not Label.objects.filter(annotator__in=leaving).exists()
    for _ in range(3):
        label_all(make_annotator(study=study))
    assert violations(study) == []
    assert verify_study(study=study) == []
