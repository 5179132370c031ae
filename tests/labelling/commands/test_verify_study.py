"""`verify_study`: says that all is well, or names every fault and fails."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from labelling.models import Exclusion, Study
from labelling.selectors.event_heads import event_facts
from labelling.services.exclusions import exclude_annotator
from tests.factories import NOW, label_everything, make_annotator, make_study

pytestmark = pytest.mark.django_db


def test_a_study_as_it_was_recorded_is_well() -> None:
    study = make_study()
    label_everything(study=study)
    out = StringIO()
    call_command("verify_study", study.slug, stdout=out)
    well, root = out.getvalue().splitlines()
    assert well == f"{study.slug}: every chain holds, and the tables agree with it."
    assert root == f"The root of all 31 events in 4 chains is {event_facts(study=study).root}"


def test_a_root_that_was_kept_elsewhere_is_compared() -> None:
    study = make_study()
    out = StringIO()
    root = event_facts(study=study).root
    call_command("verify_study", study.slug, "--root", f" {root.upper()}\n", stdout=out)
    assert "The root given is that of all chains as they are now; nothing before" in out.getvalue()
    with pytest.raises(CommandError, match="1 fault"):
        call_command("verify_study", study.slug, "--root", "0" * 64, stderr=StringIO())


def test_what_is_no_root_is_refused() -> None:
    with pytest.raises(CommandError, match="'0xabc' is no root"):
        call_command("verify_study", make_study().slug, "--root", "0xabc")


def test_a_fault_is_named_and_the_command_fails() -> None:
    study: Study = make_study()
    annotator = make_annotator(study=study)
    exclude_annotator(annotator=annotator, reason="One key.", by="researcher 1", now=NOW)
    Exclusion.objects.create(
        annotator=make_annotator(study=study), reason="Unrecorded.", excluded_by="nobody", excluded_at=NOW
    )
    errors = StringIO()
    with pytest.raises(CommandError, match="1 fault"):
        call_command("verify_study", study.slug, stderr=errors)
    assert "its exclusions are" in errors.getvalue()


def test_an_unknown_study_is_named() -> None:
    with pytest.raises(CommandError, match="nowhere"):
        call_command("verify_study", "nowhere")
