"""Try to break the record of events and the rules of withdrawal, past all services: the database refuses."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from labelling.models import Annotator, Event, Label, Study
from labelling.services.withdrawal import withdraw_annotator
from tests.factories import NOW, answer, at, make_annotator, make_draft, make_lease, make_study

pytestmark = pytest.mark.django_db


def refused(rule: str) -> pytest.RaisesExc:
    return pytest.raises(DatabaseError, match=rule)


def labelled(study: Study) -> Annotator:
    annotator = make_annotator(study=study)
    answer(assignment=make_lease(annotator=annotator))
    return annotator


def event(**fields: object) -> Event:
    return Event(
        **{
            "kind": "joined",
            "at": NOW,
            "payload": "{}",
            "payload_sha256": "0" * 64,
            "sha256": "0" * 64,
            **fields,
        }
    )


@pytest.mark.parametrize(
    "change", [{"payload": "{}"}, {"payload": None}, {"kind": "paused"}, {"at": at(1)}, {"sha256": "f" * 64}]
)
def test_an_event_is_never_changed(change: dict[str, object]) -> None:
    annotator = labelled(make_study())
    with refused("event_append_only"), transaction.atomic():
        annotator.events.filter(kind="labelled").update(**change)


def test_an_event_is_never_deleted() -> None:
    study = make_study()
    annotator = labelled(study)
    for events in (annotator.events, study.events):
        with refused("event_kept"), transaction.atomic():
            events.order_by("-sequence").first().delete()


def test_a_withdrawal_erases_answers_and_nothing_else() -> None:
    annotator = labelled(make_study())
    withdraw_annotator(annotator=annotator, now=NOW)
    with refused("event_append_only"), transaction.atomic():
        annotator.events.filter(kind="joined").update(payload=None)


def test_an_event_has_its_place_in_the_chain_alone() -> None:
    study = make_study()
    annotator = make_annotator(study=study)
    for owner in ({"study": study}, {"annotator": annotator}):
        with pytest.raises(IntegrityError), transaction.atomic():
            event(sequence=0, **owner).save()


def test_an_event_leaves_no_gap() -> None:
    study = make_study()
    annotator = make_annotator(study=study)
    for owner in ({"study": study}, {"annotator": annotator}):
        with refused("event_follows"), transaction.atomic():
            event(sequence=9, **owner).save()


def test_an_event_is_in_one_chain() -> None:
    study = make_study()
    annotator = make_annotator(study=study)
    for owners in ({}, {"study": study, "annotator": annotator}):
        with pytest.raises(IntegrityError), transaction.atomic():
            event(sequence=0, **owners).save()


def test_a_label_is_not_deleted_while_its_annotator_takes_part() -> None:
    annotator = labelled(make_study())
    with refused("label_kept"), transaction.atomic():
        annotator.labels.all().delete()


def test_nobody_labels_after_withdrawing() -> None:
    study = make_study()
    annotator = make_annotator(study=study)
    lease = make_lease(annotator=annotator)
    withdraw_annotator(annotator=annotator, now=NOW)
    with refused("label_not_after_withdrawal"), transaction.atomic():
        Label.objects.create(
            assignment=lease,
            annotator=annotator,
            category=study.dataset.categories.first(),
            submission_key="late",
            submitted_at=NOW,
        )


def test_a_withdrawal_is_final() -> None:
    annotator = labelled(make_study())
    withdraw_annotator(annotator=annotator, now=NOW)
    with refused("annotator_withdraws_once"), transaction.atomic():
        Annotator.objects.filter(pk=annotator.pk).update(withdrawn_at=None)


def test_a_draft_may_go_with_its_event() -> None:
    draft = make_draft()
    draft.delete()
    assert not Event.objects.exists()


@pytest.mark.only_postgresql
@pytest.mark.parametrize("table", ["labelling_label", "labelling_event", "labelling_study"])
def test_no_table_is_emptied_while_it_holds_what_people_did(table: str) -> None:
    labelled(make_study())
    with refused("label_kept|event_kept"), transaction.atomic():
        empty(table)
    assert (Label.objects.count(), Event.objects.filter(kind="labelled").count()) == (1, 1)


@pytest.mark.only_postgresql
def test_the_labels_of_rehearsals_may_be_emptied() -> None:
    labelled(make_study(rehearsal=True))
    empty("labelling_study")
    assert not Label.objects.exists()


def empty(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # else PostgreSQL refuses for a reason of its own
        cursor.execute(f"TRUNCATE {table} CASCADE")
