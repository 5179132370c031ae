"""What may be done to a study before its launch, and not after."""

import json

import pytest
from django.contrib.auth.models import User

from labelling.errors import DraftChanged, PlanError, ProtocolError, StudyStateError
from labelling.models import Event, Plan, Study
from labelling.selectors.draft_versions import draft_version, revisions_since
from labelling.services.drafts import discard_draft, duplicate_study, free_slug, revise_draft
from labelling.services.studies import close_study, launch_study
from tests.factories import NOW, at, make_dataset, make_draft, make_study

pytestmark = pytest.mark.django_db


def created_payload(study):
    return json.loads(study.events.get(kind=Event.Kind.CREATED).payload)


def test_a_draft_takes_the_changes_and_keeps_the_rest():
    draft = make_draft(sample_size=6, redundancy=3)

    revised = revise_draft(study=draft, now=NOW, sample_size=4)

    revised.refresh_from_db()
    assert (revised.sample_size, revised.redundancy) == (4, 3)


def test_a_revision_is_recorded_with_its_fields_and_who_made_it():
    draft = make_draft(sample_size=6)
    version = draft_version(study=draft)

    revise_draft(study=draft, now=at(60), by="researcher 7", sample_size=4, title="A study", redundancy=2)

    [revision] = revisions_since(study=draft, version=version)
    assert revision.fields == ("redundancy", "sample_size")
    assert (revision.by, revision.at) == ("researcher 7", at(60))


def test_no_change_is_fine_and_is_no_event():
    draft = make_draft(title="Same")
    version = draft_version(study=draft)

    assert revise_draft(study=draft, now=NOW, title="Same") == draft
    assert draft_version(study=draft) == version


def test_a_revision_that_cannot_be_carried_out_is_refused_and_changes_nothing():
    draft = make_draft(sample_size=6)

    with pytest.raises(ProtocolError, match="A sample of 13 cannot be drawn from 12 items"):
        revise_draft(study=draft, now=NOW, title="Another", sample_size=13)

    draft.refresh_from_db()
    assert (draft.title, draft.sample_size) == ("A study", 6)


def test_only_a_draft_s_own_fields_can_be_revised():
    with pytest.raises(ProtocolError, match="A draft has no state to revise; it has slug, dataset, title"):
        revise_draft(study=make_draft(), now=NOW, state=Study.State.RUNNING)


def test_a_short_name_of_another_study_is_refused():
    make_draft(slug="taken")

    with pytest.raises(ProtocolError, match="already exists"):
        revise_draft(study=make_draft(), now=NOW, slug="taken")


def test_a_study_launched_meanwhile_keeps_its_protocol():
    draft = make_draft()
    launch_study(study=Study.objects.get(pk=draft.pk), now=NOW)

    with pytest.raises(StudyStateError, match="is running: its protocol is frozen"):
        revise_draft(study=draft, now=NOW, sample_size=4, assumptions={"machine_accuracy": 0.9})

    draft.refresh_from_db()
    assert draft.sample_size == 6


def test_the_second_of_two_who_change_the_same_field_is_told_who_did_it_and_when():
    first = User.objects.create_user("ada")
    draft = make_draft(sample_size=6)
    seen = draft_version(study=draft)
    revise_draft(study=draft, now=at(65), by=f"researcher {first.pk}", made_from=seen, sample_size=5)

    told = r"Meanwhile ada \(researcher \d+\) changed sample_size at 12:01:05 UTC"
    with pytest.raises(DraftChanged, match=told) as refused:
        revise_draft(study=draft, now=at(70), made_from=seen, sample_size=4)

    draft.refresh_from_db()
    assert draft.sample_size == 5
    assert refused.value.fields == ("sample_size",)
    assert (
        revise_draft(study=draft, now=at(80), made_from=refused.value.version, sample_size=4).sample_size == 4
    )


def test_two_who_change_different_fields_do_not_disturb_each_other():
    draft = make_draft()
    seen = draft_version(study=draft)
    revise_draft(study=draft, now=NOW, made_from=seen, title="Another")

    assert revise_draft(study=draft, now=NOW, made_from=seen, sample_size=4).title == "Another"


def test_assumptions_are_guarded_like_the_protocol():
    draft = make_draft()
    seen = draft_version(study=draft)
    revise_draft(study=draft, now=NOW, made_from=seen, assumptions={"machine_accuracy": 0.9})

    with pytest.raises(DraftChanged, match="a command changed machine_accuracy") as refused:
        revise_draft(study=draft, now=NOW, made_from=seen, assumptions={"machine_accuracy": 0.8})

    assert refused.value.fields == ("plan.machine_accuracy",)
    assert Plan.objects.get(study=draft).machine_accuracy == 0.9


def test_fewer_people_than_labels_for_each_image_are_refused_on_either_side():
    draft = make_draft(redundancy=3)

    with pytest.raises(PlanError, match="Expect 3 or more") as refused:
        revise_draft(study=draft, now=NOW, assumptions={"expected_annotators": 2})
    revise_draft(study=draft, now=NOW, assumptions={"expected_annotators": 4})
    with pytest.raises(ProtocolError, match="5 different people for each image, and 4 are expected"):
        revise_draft(study=draft, now=NOW, redundancy=5)

    assert refused.value.field == "expected_annotators"


@pytest.mark.parametrize(
    ("assumptions", "field", "problem"),
    [
        ({"expected_accuracy": 83.5}, "expected_accuracy", "less than or equal to 1"),
        ({"hourly_pay": -1}, "hourly_pay", "greater than or equal to 0"),
        ({"luck": 1}, "luck", "A plan has no luck; it has expected_accuracy"),
    ],
)
def test_an_assumption_that_cannot_be_is_refused_at_its_field(assumptions, field, problem):
    with pytest.raises(PlanError, match=problem) as refused:
        revise_draft(study=make_draft(), now=NOW, title="Another", assumptions=assumptions)

    assert refused.value.field == field
    assert not Plan.objects.exists()
    assert not Study.objects.filter(title="Another").exists()


def test_a_pilot_is_an_ended_study_of_the_same_dataset():
    draft = make_draft()

    for other in (make_study(), make_study(dataset=draft.dataset)):
        with pytest.raises(PlanError, match="choose a study of the same dataset that has ended") as refused:
            revise_draft(study=draft, now=NOW, assumptions={"pilot": other})
        assert refused.value.field == "pilot"


def test_another_dataset_takes_the_pilot_out_of_the_plan_and_the_record_says_so():
    draft = make_draft()
    pilot = close_study(study=make_study(dataset=draft.dataset), reason="Enough.", now=NOW)
    revise_draft(study=draft, now=NOW, assumptions={"pilot": pilot})
    version = draft_version(study=draft)

    revise_draft(study=draft, now=NOW, dataset=make_dataset())

    assert Plan.objects.get(study=draft).pilot is None
    assert [each.fields for each in revisions_since(study=draft, version=version)] == [
        ("dataset", "plan.pilot")
    ]


def test_a_duplicate_leaves_out_a_pilot_that_cannot_serve_any_more():
    study = make_draft()
    pilot = close_study(study=make_study(dataset=study.dataset), reason="Enough.", now=NOW)
    revise_draft(study=study, now=NOW, assumptions={"pilot": pilot, "expected_annotators": 9})
    Plan.objects.update(pilot=make_study())

    copy = duplicate_study(study=study, slug="again", title="Again", now=NOW)

    assert (copy.plan.pilot, copy.plan.expected_annotators) == (None, 9)


def test_a_duplicate_has_protocol_texts_and_plan_and_says_of_which_study_it_is():
    study = make_draft(slug="garments", redundancy=2, guide_text="Look.", seed=5)
    revise_draft(study=study, now=NOW, assumptions={"expected_annotators": 9})
    launch_study(study=study, now=NOW)

    copy = duplicate_study(study=study, slug="garments-2", title="Again", now=at(5), by="researcher 1")

    assert (copy.state, copy.redundancy, copy.guide_text, copy.title) == ("draft", 2, "Look.", "Again")
    assert copy.seed != 5
    assert copy.plan.expected_annotators == 9
    assert created_payload(copy)["origin"] == "duplicate of garments"


def test_a_duplicate_of_a_rehearsal_is_a_study_of_people():
    assert not duplicate_study(study=make_draft(rehearsal=True), slug="real", title="Real", now=NOW).rehearsal


def test_a_free_short_name_is_made_from_the_title():
    make_draft(slug="garments-at-a-glance")

    assert free_slug(title="Garments at a glance!") == "garments-at-a-glance-2"
    assert free_slug(title="衣服") == "study"


def test_a_draft_can_be_discarded():
    draft = make_draft()
    revise_draft(study=draft, now=NOW, sample_size=4, assumptions={"expected_annotators": 9})

    discard_draft(study=draft)

    assert not Study.objects.exists()
    assert not Plan.objects.exists()


def test_a_launched_study_is_kept():
    study = make_study()

    with pytest.raises(StudyStateError, match="Create another study"):
        discard_draft(study=study)

    assert Study.objects.filter(pk=study.pk).exists()
