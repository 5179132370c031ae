"""What may be done to a study before its launch, and not after."""

import pytest

from labelling.errors import ProtocolError, StudyStateError
from labelling.models import Study
from labelling.services.drafts import discard_draft, revise_draft
from labelling.services.studies import launch_study
from tests.factories import NOW, make_draft, make_study

pytestmark = pytest.mark.django_db


def test_a_draft_takes_the_changes_and_keeps_the_rest():
    draft = make_draft(sample_size=6, redundancy=3)

    revised = revise_draft(study=draft, sample_size=4)

    revised.refresh_from_db()
    assert (revised.sample_size, revised.redundancy) == (4, 3)


def test_no_change_is_fine():
    draft = make_draft()

    assert revise_draft(study=draft) == draft


def test_a_revision_that_cannot_be_carried_out_is_refused_and_changes_nothing():
    draft = make_draft(sample_size=6)

    with pytest.raises(ProtocolError, match="A sample of 13 cannot be drawn from 12 items"):
        revise_draft(study=draft, title="Another", sample_size=13)

    draft.refresh_from_db()
    assert (draft.title, draft.sample_size) == ("A study", 6)


def test_only_a_draft_s_own_fields_can_be_revised():
    with pytest.raises(ProtocolError, match="A draft has no state to revise; it has slug, dataset, title"):
        revise_draft(study=make_draft(), state=Study.State.RUNNING)


def test_a_short_name_of_another_study_is_refused():
    make_draft(slug="taken")

    with pytest.raises(ProtocolError, match="already exists"):
        revise_draft(study=make_draft(), slug="taken")


def test_a_study_launched_meanwhile_keeps_its_protocol():
    draft = make_draft()
    launch_study(study=Study.objects.get(pk=draft.pk), now=NOW)

    with pytest.raises(StudyStateError, match="is running: its protocol is frozen"):
        revise_draft(study=draft, sample_size=4)

    draft.refresh_from_db()
    assert draft.sample_size == 6


def test_a_draft_can_be_discarded():
    discard_draft(study=make_draft())

    assert not Study.objects.exists()


def test_a_launched_study_is_kept():
    study = make_study()

    with pytest.raises(StudyStateError, match="Create another study"):
        discard_draft(study=study)

    assert Study.objects.filter(pk=study.pk).exists()
