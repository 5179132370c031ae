"""Verification: a study as it was recorded has no fault, and whatever is changed behind its back shows."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import pytest
from django.db import connection

from labelling.models import (
    Annotator,
    Assignment,
    Check,
    Event,
    Place,
    Study,
)
from labelling.models.event import canonical, link, sha256
from labelling.models.guards import remove_guards
from labelling.selectors.event_heads import event_facts
from labelling.selectors.verification import verification_of, verify_study
from labelling.services.crowd import Crowd
from labelling.services.exclusions import exclude_annotator
from labelling.services.rehearsal import rehearse_study
from labelling.services.reinstatement import reinstate_annotator
from labelling.services.studies import close_study, pause_study
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
from tests.labelling.rich_study import make_rich_study
from tests.labelling.selectors.tamperings import (
    TAMPERINGS,
    change,
    delete_seal,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Iterator[Study]:
    """A complete study with an exclusion that was lifted, its guards taken up: a vandal has the database."""
    study = make_study(redundancy=2, sample_size=3)
    label_everything(study=study, annotators=2)
    annotator = study.annotators.order_by("pk").first()
    exclude_annotator(annotator=annotator, reason="One key.", by="researcher 1", now=at(1))
    reinstate_annotator(annotator=annotator, reason="Mistaken.", by="researcher 1", now=at(2))
    with unguarded():
        yield Study.objects.get(pk=study.pk)


@contextmanager
def unguarded() -> Iterator[None]:
    """Take the guards up, as somebody does who has the database."""
    if connection.vendor == "sqlite":
        remove_guards(using="default")
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        yield
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


def test_a_study_with_late_answers_exclusions_and_a_withdrawal_has_no_fault(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path
    assert faults(make_rich_study()) == ""


def test_a_rehearsal_has_no_fault() -> None:
    crowd = Crowd(rates=np.full((3, 3), 1 / 3), by_item=False, source="chance")
    copy = rehearse_study(study=make_draft(), crowd=crowd, annotators=4, seed=1, now=NOW)
    assert faults(copy) == ""


@pytest.mark.parametrize("name", TAMPERINGS)
def test_a_change_past_the_application_is_found(study: Study, name: str) -> None:
    tamper, expected = TAMPERINGS[name]
    tamper(study)
    assert expected in faults(study)


def rewrite(annotator: Annotator, payloads: dict[int, str]) -> None:
    """Put other payloads into a chain, by sequence, and compute every digest anew."""
    previous = "0" * 64
    for event in annotator.events.order_by("sequence"):
        event.payload = payloads.get(event.sequence, event.payload)
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


def test_a_chain_rewritten_with_all_its_digests_does_not_fit_its_seal(study: Study) -> None:
    annotator = study.annotators.order_by("pk").last()
    payload = canonical({"item": 0, "label": "Category 0", "response_ms": 1, "counted": True})
    labelled = annotator.events.filter(kind="labelled").values_list("sequence", flat=True)
    rewrite(annotator, dict.fromkeys(labelled, payload))
    assert "are not those that were sealed" in faults(study)


def test_the_reason_and_the_time_of_an_early_end_are_those_of_the_record() -> None:
    study = make_study()
    close_study(study=study, reason="No money.", now=at(5))
    with unguarded():
        assert faults(study) == ""
        change(study, close_reason="All done.", closed_at=at(99))
        assert 'its close_reason is "All done."; recorded was "No money."' in faults(study)
        assert "its closed_at is" in faults(study)
        delete_seal(study)
        assert "the study was closed, and no seal follows" in faults(study)


def trade(winner: Assignment, loser: Assignment) -> None:
    """Let another label of the item count instead."""
    winner.refresh_from_db()
    Assignment.objects.filter(pk=winner.pk).update(state="surplus", place=None)
    Assignment.objects.filter(pk=loser.pk).update(state="submitted", place=winner.place_id)


@pytest.fixture
def late_study() -> Study:
    """One item for one label that has two: the second came after its lease had run out, and is surplus."""
    study = make_study(sample_size=1, redundancy=1, lease_seconds=60)
    late = make_lease(annotator=make_annotator(study=study))
    good = make_lease(annotator=make_annotator(study=study), now=at(60))
    answer(assignment=good, now=at(61), category=0)
    answer(assignment=late, now=at(62), category=2)
    return study


def test_a_surplus_label_that_was_made_to_count_is_found(late_study: Study) -> None:
    assert faults(late_study) == ""
    late, good = Assignment.objects.filter(annotator__study=late_study).order_by("pk")
    trade(good, late)
    assert "a label is surplus, and by the record it is submitted: item" in faults(late_study)
    assert "a label is submitted, and by the record it is surplus: item" in faults(late_study)


def test_a_void_label_that_was_made_to_count_is_found() -> None:
    study = make_study(sample_size=1, redundancy=1)
    annotator = make_annotator(study=study)
    answer(assignment=make_lease(annotator=annotator))
    exclude_annotator(annotator=annotator, reason="One key.", by="researcher 1", now=at(1))
    assert faults(study) == ""
    place = Place.objects.get(study=study)
    annotator.assignments.update(state="submitted", place=place)
    Place.objects.filter(study=study).update(available_from=None)
    assert "a label is submitted, and by the record it is void" in faults(study)


@pytest.fixture
def reinstated_study() -> Study:
    """Two items for one label each: one label of a reinstated annotator counts again, one is surplus."""
    study = make_study(sample_size=2, redundancy=1)
    annotator = make_annotator(study=study)
    answer(assignment=make_lease(annotator=annotator))
    answer(assignment=make_lease(annotator=annotator))
    exclude_annotator(annotator=annotator, reason="One key.", by="researcher 1", now=at(1))
    answer(assignment=make_lease(annotator=make_annotator(study=study), now=at(2)), now=at(2))
    reinstate_annotator(annotator=annotator, reason="Mistaken.", by="researcher 1", now=at(3))
    return study


def test_a_reinstatement_records_where_the_labels_that_count_again_were_recorded(
    reinstated_study: Study,
) -> None:
    assert faults(reinstated_study) == ""
    reinstated = Event.objects.get(kind="reinstated")
    [sequence] = json.loads(reinstated.payload)["counted"]
    labelled = Event.objects.get(annotator=reinstated.annotator, sequence=sequence)
    counted = reinstated.annotator.assignments.get(state="submitted")
    assert labelled.kind == "labelled"
    assert json.loads(labelled.payload)["item"] == counted.sample_item.item.index


def test_another_label_that_counts_after_a_reinstatement_is_found(reinstated_study: Study) -> None:
    annotator = reinstated_study.annotators.order_by("pk").first()
    again, surplus = annotator.assignments.order_by("state")[::-1]
    assert (again.state, surplus.state) == ("surplus", "submitted")
    again, surplus = surplus, again
    other = Assignment.objects.get(sample_item=surplus.sample_item, state="submitted")
    trade(other, surplus)
    assert "a label is submitted, and by the record it is surplus" in faults(reinstated_study)


def test_a_reinstatement_from_before_it_named_labels_is_no_fault_and_said(reinstated_study: Study) -> None:
    """Whichever of the void labels counts again agrees with such a record; one that is void does not."""
    event = Event.objects.get(kind="reinstated")
    content = json.loads(event.payload)
    del content["counted"]
    with unguarded():
        rewrite(event.annotator, {event.sequence: canonical(content)})
        # The chain was sealed at the end, when it read otherwise.
        found = verification_of(study=reinstated_study)
        assert {str(fault) for fault in found.faults} <= {
            f"chain {event.annotator.pseudonym}: its first {event.sequence + 1} events are not those that "
            "were sealed"
        }
        assert "cannot be checked" in " ".join(found.remarks)
        event.annotator.assignments.filter(state="surplus").update(state="void")
        assert "a label is void, and by the record it is submitted or surplus" in faults(reinstated_study)


def test_settings_that_are_younger_than_the_protocol_are_no_fault_and_named(study: Study) -> None:
    study = Study.objects.get(pk=study.pk)
    document = json.loads(study.protocol)
    del document["protocol"]["break_every"]
    change(study, protocol=canonical(document))
    found = verification_of(study=study)
    assert "which cannot be compared: break_every." in " ".join(found.remarks)
    assert "break_every" not in " ".join(map(str, found.faults))


def test_the_root_is_that_of_the_report(study: Study) -> None:
    facts = event_facts(study=study)
    root = verification_of(study=study).root
    assert (root.digest, root.events, root.chains) == (facts.root, facts.events, facts.chains)


def test_a_root_that_was_kept_elsewhere_is_found_though_the_record_has_grown(study: Study) -> None:
    root = verification_of(study=study).root.digest
    seal = json.loads(study.events.filter(kind="sealed").last().payload)["root"]
    assert verification_of(study=study, kept_root=root).kept == "all chains as they are now"
    assert verification_of(study=study, kept_root=seal).kept.startswith("the seal of 2026-11-22T12:00:02")
    annotator = study.annotators.order_by("pk").last()
    exclude_annotator(annotator=annotator, reason="One key.", by="researcher 1", now=at(5))
    found = verification_of(study=study, kept_root=root)
    assert found.faults == ()
    assert found.kept == "all chains as they were after 2026-11-22T12:00:02.000000Z"


def test_chains_that_were_all_cut_short_have_another_root_than_the_one_kept(late_study: Study) -> None:
    """The tables are put in order too: without the root nothing tells."""
    root = verification_of(study=late_study).root.digest
    late = late_study.annotators.order_by("pk").first()
    with unguarded():
        late.labels.all().delete()
        late.assignments.all().delete()
        late.events.filter(kind="labelled").delete()
        assert faults(late_study) == ""
        found = verification_of(study=late_study, kept_root=root)
    assert [fault.place for fault in found.faults] == ["record"]


def test_a_study_from_before_the_record_says_so(study: Study) -> None:
    Event.objects.all().delete()
    assert "before events were recorded" in faults(study)


def test_a_large_study_takes_no_more_queries(study: Study, django_assert_max_num_queries) -> None:
    with django_assert_max_num_queries(16):
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
