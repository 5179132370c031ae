"""The record of events: what is written, in which chain, and how it is sealed."""

import hashlib
import json

import pytest

from labelling.models import Event, Study
from labelling.models.event import sha256
from labelling.selectors.event_heads import root_of
from labelling.services.annotators import finish
from labelling.services.completion import complete_if_full
from labelling.services.events import record_event
from labelling.services.exclusions import exclude_annotator
from labelling.services.reinstatement import reinstate_annotator
from labelling.services.studies import close_study, pause_study, resume_study
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

pytestmark = pytest.mark.django_db


def kinds(owner: object) -> list[str]:
    return list(owner.events.order_by("sequence").values_list("kind", flat=True))


def said(event: Event) -> dict:
    return json.loads(event.payload)


def test_the_steps_of_a_study_are_recorded_in_its_own_chain() -> None:
    study = make_study()
    pause_study(study=study, now=at(1), by="researcher 1")
    resume_study(study=study, now=at(2))
    close_study(study=study, reason="Enough.", now=at(3), by="researcher 1")
    assert kinds(study) == ["created", "launched", "paused", "resumed", "closed", "sealed"]
    closed = study.events.get(kind="closed")
    assert (closed.at, said(closed)["by"], said(closed)["reason"]) == (at(3), "researcher 1", "Enough.")


def test_the_way_of_an_annotator_is_recorded_in_a_chain_of_its_own() -> None:
    study = make_study(labels_per_annotator=1)
    annotator = make_annotator(study=study)
    answer(assignment=make_lease(annotator=annotator), category=2, response_ms=700)
    finish(annotator=annotator, now=at(9))
    assert kinds(annotator) == ["joined", "consented", "guide_read", "labelled", "finished"]
    labelled = said(annotator.events.get(kind="labelled"))
    assert {name: labelled[name] for name in ("label", "response_ms", "counted")} == {
        "label": "Category 2",
        "response_ms": 700,
        "counted": True,
    }
    assert labelled["item"] == annotator.labels.get().assignment.sample_item.item.index


def test_an_answer_sent_again_is_one_event() -> None:
    annotator = make_annotator(study=make_study())
    lease = make_lease(annotator=annotator)
    answer(assignment=lease)
    answer(assignment=lease)
    assert kinds(annotator).count("labelled") == 1


def test_exclusion_and_reinstatement_are_recorded_with_digests_of_reason_and_author() -> None:
    annotator = make_annotator(study=make_study())
    exclude_annotator(annotator=annotator, reason="One key.", by="researcher 2", now=at(1))
    reinstate_annotator(annotator=annotator, reason="Mistaken.", by="researcher 3", now=at(2))
    last = annotator.events.order_by("-sequence")[:2]
    assert [(event.kind, said(event)["by_sha256"], said(event)["reason_sha256"]) for event in last] == [
        ("reinstated", sha256("researcher 3"), sha256("Mistaken.")),
        ("excluded", sha256("researcher 2"), sha256("One key.")),
    ]


def test_a_study_completes_once_and_is_sealed_then() -> None:
    study = make_study()
    label_everything(study=study)
    assert not complete_if_full(study=study, now=at(60))
    assert kinds(study) == ["created", "launched", "completed", "sealed"]


def test_an_exclusion_after_completion_reopens_and_the_next_completion_seals_again() -> None:
    study = make_study()
    label_everything(study=study)
    annotator = study.annotators.first()
    exclude_annotator(annotator=annotator, reason="One key.", by="researcher 2", now=at(1))
    reinstate_annotator(annotator=annotator, reason="Mistaken.", by="researcher 2", now=at(2))
    assert kinds(study)[2:] == ["completed", "sealed", "reopened", "completed", "sealed"]


def test_a_seal_names_the_end_of_every_chain_under_one_root() -> None:
    study = make_study()
    label_everything(study=study)
    seal = said(study.events.get(kind="sealed"))
    heads = {}
    for annotator in study.annotators.all():
        last = annotator.events.order_by("-sequence").first()
        heads[annotator.pseudonym] = [last.sequence + 1, last.sha256]
    assert seal["heads"] == heads
    assert seal["events"] == Event.objects.filter(annotator__study=study).count()
    lines = "".join(f"{name} {length} {digest}\n" for name, (length, digest) in sorted(heads.items()))
    assert seal["root"] == hashlib.sha256(lines.encode()).hexdigest()


def test_the_root_does_not_depend_on_the_order_of_the_chains() -> None:
    heads = [("b", 2, "1" * 64), ("a", 1, "2" * 64)]
    assert root_of(heads=heads) == root_of(heads=heads[::-1])


def test_each_event_follows_from_the_one_before_as_the_format_says() -> None:
    annotator = make_annotator(study=make_study())
    previous = "0" * 64
    for event in annotator.events.order_by("sequence"):
        digest = hashlib.sha256(event.payload.encode()).hexdigest()
        text = (
            f"{previous}\n{annotator.pseudonym}\n{event.sequence}\n"
            f"{event.at:%Y-%m-%dT%H:%M:%S.%fZ}\n{event.kind}\n{digest}\n"
        )
        assert event.sha256 == hashlib.sha256(text.encode()).hexdigest()
        previous = event.sha256


def test_a_payload_cannot_be_guessed_from_its_digest() -> None:
    study = make_draft()
    first, second = (record_event(of=study, kind="tried", now=NOW, by="same") for _ in range(2))
    assert first.payload_sha256 != second.payload_sha256
    assert len(said(first)["salt"]) == 32


def test_two_more_queries_write_an_event(django_assert_num_queries) -> None:
    study: Study = make_study()
    with django_assert_num_queries(2):
        record_event(of=study, kind="tried", now=NOW)
