"""Verification: a study as it was recorded has no fault, and whatever is changed behind its back shows."""

from collections.abc import Callable

import pytest
from django.db import connection

from labelling.models import (
    Annotator,
    Assignment,
    Check,
    Event,
    Exclusion,
    Item,
    Label,
    Place,
    SampleItem,
    Study,
)
from labelling.models.event import canonical
from labelling.models.guards import remove_guards
from labelling.selectors.verification import verify_study
from labelling.services.exclusions import exclude_annotator
from labelling.services.reinstatement import reinstate_annotator
from labelling.services.studies import pause_study
from tests.factories import (
    NOW,
    answer,
    at,
    label_everything,
    make_annotator,
    make_draft,
    make_lease,
    make_study,
)
from tests.labelling.checked_study import answer_shown, make_checked_study

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    """A complete study with an exclusion that was lifted, its guards taken up: a vandal has the database."""
    study = make_study(redundancy=2, sample_size=3)
    label_everything(study=study, annotators=2)
    annotator = study.annotators.order_by("pk").first()
    exclude_annotator(annotator=annotator, reason="One key.", by="researcher 1", now=at(1))
    reinstate_annotator(annotator=annotator, reason="Mistaken.", by="researcher 1", now=at(2))
    if connection.vendor == "sqlite":
        remove_guards(using="default")
    else:
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
    yield Study.objects.get(pk=study.pk)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = origin")


def faults(study: Study) -> str:
    return "; ".join(str(fault) for fault in verify_study(study=study))


def test_an_untouched_study_has_no_fault(study: Study) -> None:
    assert faults(study) == ""


@pytest.mark.parametrize("made", [make_draft, make_study])
def test_a_study_without_labels_has_no_fault(made: Callable[[], Study]) -> None:
    assert verify_study(study=made()) == []


def test_a_running_study_has_no_fault() -> None:
    study = make_study()
    annotator = make_annotator(study=study)
    answer(assignment=make_lease(annotator=annotator))
    make_lease(annotator=annotator)
    pause_study(study=study, now=at(1))
    assert verify_study(study=study) == []


def other_category(study: Study) -> object:
    return study.dataset.categories.order_by("-position").first()


TAMPERINGS: dict[str, tuple[Callable[[Study], object], str]] = {
    "a label's category": (
        lambda study: Label.objects.filter(pk=Label.objects.first().pk).update(
            category=other_category(study)
        ),
        "no event records",
    ),
    "a label's response time": (
        lambda _: Label.objects.filter(pk=Label.objects.first().pk).update(response_ms=1),
        "not stored",
    ),
    "a label's first choice": (
        lambda study: Label.objects.filter(pk=Label.objects.first().pk).update(
            changed_from=other_category(study)
        ),
        "at first Category 2",
    ),
    "a label's time": (
        lambda _: Label.objects.filter(pk=Label.objects.first().pk).update(submitted_at=at(3)),
        "not stored",
    ),
    "a label deleted": (lambda _: Label.objects.first().delete(), "not stored"),
    "an event's payload": (
        lambda _: Event.objects.filter(kind="labelled", sequence=3).update(payload='{"item":1}'),
        "digest",
    ),
    "an event's kind": (
        lambda _: Event.objects.filter(kind="joined").update(kind="tried"),
        "does not follow",
    ),
    "an event's time": (lambda _: Event.objects.filter(kind="joined").update(at=at(9)), "does not follow"),
    "an event deleted": (lambda _: Event.objects.filter(sequence=1).delete(), "is missing"),
    "the last event deleted": (
        lambda study: study.annotators.last().events.order_by("-sequence").first().delete(),
        "were sealed",
    ),
    "an answer erased without withdrawal": (
        lambda _: Event.objects.filter(kind="labelled").update(payload=None),
        "nobody withdrew",
    ),
    "an exclusion's reason": (lambda _: Exclusion.objects.update(reason="Another."), "its exclusions are"),
    "an exclusion deleted": (lambda _: Exclusion.objects.all().delete(), "its exclusions are"),
    "the study's state": (
        lambda study: Study.objects.filter(pk=study.pk).update(state="paused", completed_at=None),
        "it is paused",
    ),
    "the protocol": (
        lambda study: Study.objects.filter(pk=study.pk).update(protocol="{}"),
        "protocol's text",
    ),
    "the protocol's digest": (
        lambda study: Study.objects.filter(pk=study.pk).update(protocol_sha256="0" * 64),
        "recorded at launch",
    ),
    "a ground truth": (
        lambda study: Item.objects.filter(memberships__study=study).update(
            ground_truth=other_category(study)
        ),
        "sample_sha256",
    ),
    "an item's pixels": (
        lambda study: Item.objects.filter(memberships__study=study).update(pixel_sha256="f" * 64),
        "sample_sha256",
    ),
    "an item's role": (
        lambda study: SampleItem.objects.filter(study=study, role="guide").update(role="gold"),
        "sample_sha256",
    ),
    "when an annotator consented": (lambda _: Annotator.objects.update(consented_at=at(7)), "consented_at"),
    "a label that no longer counts": (
        lambda _: Assignment.objects.filter(pk=Assignment.objects.first().pk).update(
            state="surplus", place=None
        ),
        "not filled",
    ),
    "a place given out twice": (lambda _: Place.objects.update(available_from=NOW), "not filled"),
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_a_change_past_the_application_is_found(study: Study, name: str) -> None:
    tamper, expected = TAMPERINGS[name]
    tamper(study)
    assert expected in faults(study)


def test_a_chain_rewritten_with_all_its_digests_does_not_fit_its_seal(study: Study) -> None:
    from labelling.models.event import link, sha256

    annotator = study.annotators.last()
    previous = "0" * 64
    for event in annotator.events.order_by("sequence"):
        if event.kind == "labelled":
            event.payload = canonical({"item": 0, "label": "Category 0", "response_ms": 1, "counted": True})
            event.payload_sha256 = sha256(event.payload)
        event.sha256 = previous = link(
            previous=previous,
            chain=annotator.pseudonym,
            sequence=event.sequence,
            at=event.at,
            kind=event.kind,
            payload_sha256=event.payload_sha256,
        )
        event.save()
    assert "are not those that were sealed" in faults(study)


def test_a_study_from_before_the_record_says_so(study: Study) -> None:
    Event.objects.all().delete()
    assert "before events were recorded" in faults(study)


def test_a_large_study_takes_no_more_queries(study: Study, django_assert_max_num_queries) -> None:
    with django_assert_max_num_queries(14):
        verify_study(study=study)


def test_a_study_with_checks_has_no_fault_and_an_outcome_that_was_changed_shows(study: Study) -> None:
    annotator = make_annotator(study=make_checked_study())
    answer_shown(annotator, images=12)
    assert faults(annotator.study) == ""
    check = annotator.checks.filter(kind="attention").exclude(answered_at=None).first()
    other = annotator.study.dataset.categories.exclude(pk=check.category_id).first()
    Check.objects.filter(pk=check.pk).update(category=other)
    assert "a check is stored that no event records: attention" in faults(annotator.study)
    assert "a check was recorded that is not stored: attention" in faults(annotator.study)
