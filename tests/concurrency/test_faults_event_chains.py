"""The overseer's own look at the record of events: it notices what the product's code would not say."""

import pytest

from benchmarks.fault_harness.inside.event_chains import broken_chains
from labelling.models import Event, Study
from labelling.models.guards import remove_guards
from tests.factories import at, label_everything, make_study

pytestmark = pytest.mark.django_db


@pytest.fixture
def labelled_study() -> Study:
    study = make_study(sample_size=2)
    label_everything(study=study)
    remove_guards(using="default")  # until the test's transaction is rolled back
    return study


def events_about_labels(study: Study) -> list[Event]:
    return list(Event.objects.filter(annotator__study=study, kind="labelled").order_by("-sequence"))


def test_a_record_that_was_left_alone_is_whole(labelled_study: Study) -> None:
    assert broken_chains(labelled_study) == []


def test_an_event_that_was_changed_is_told(labelled_study: Study) -> None:
    changed = events_about_labels(labelled_study)[0]
    Event.objects.filter(pk=changed.pk).update(at=at(1))
    assert any("does not follow" in fault for fault in broken_chains(labelled_study))


def test_an_answer_that_was_changed_is_told(labelled_study: Study) -> None:
    changed = events_about_labels(labelled_study)[0]
    Event.objects.filter(pk=changed.pk).update(payload="{}")
    assert any("another payload" in fault for fault in broken_chains(labelled_study))


def test_a_label_without_its_event_is_told(labelled_study: Study) -> None:
    events_about_labels(labelled_study)[0].delete()
    assert any("another number of events" in fault for fault in broken_chains(labelled_study))


def test_a_second_completion_is_told(labelled_study: Study) -> None:
    Study.objects.filter(pk=labelled_study.pk).update(state="paused", completed_at=None)
    assert "complete is False after 1 completions" in broken_chains(labelled_study)
