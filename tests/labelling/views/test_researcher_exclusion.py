"""Excluding and reinstating: the effect first, a reason, and a tick where the study would be emptied."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from labelling.models import Annotator, Event, Study
from labelling.services.exclusions import exclude_annotator
from tests.factories import at, label_everything, make_study
from tests.labelling.desk_people import People

pytestmark = pytest.mark.django_db


@pytest.fixture
def user(client: Client) -> User:
    user = User.objects.create_superuser("researcher")
    client.force_login(user)
    return user


def address(annotator: Annotator, step: str = "exclude") -> str:
    return f"/admin/labelling/study/{annotator.study_id}/annotators/{annotator.pk}/{step}/"


def test_the_effect_is_shown_and_looking_changes_nothing(client, user, people: People):
    annotator = people.annotator("failing")
    page = client.get(address(annotator)).content.decode()
    assert "<strong>20 labels</strong> stop counting" in page
    assert "<strong>20 images</strong> go out to others again" in page
    assert "The study stays running." in page
    assert "Pairs of labels that agree" in page
    assert "Majority accuracy" not in page
    assert "sealed until the study has ended" in page
    assert annotator.assignments.counted().count() == 20


def test_with_a_reason_the_annotator_is_excluded_and_it_is_recorded_who_did_it(client, user, people: People):
    annotator = people.annotator("failing")
    response = client.post(address(annotator), {"reason": "Failed every attention check."}, follow=True)
    page = response.content.decode()
    assert "The annotator is excluded." in page
    exclusion = annotator.exclusions.in_force().get()
    assert (exclusion.reason, exclusion.excluded_by) == (
        "Failed every attention check.",
        f"researcher {user.pk}",
    )
    assert annotator.events.filter(kind=Event.Kind.EXCLUDED).count() == 1
    assert annotator.pseudonym in LogEntry.objects.get().change_message


def test_a_reason_is_asked_for_at_its_field(client, user, people: People):
    annotator = people.annotator("failing")
    response = client.post(address(annotator), {"reason": "  "})
    assert response.status_code == 400
    assert "Write why. The reason is kept with the decision." in response.content.decode()
    assert not annotator.exclusions.exists()


def test_excluding_the_last_one_with_labels_needs_a_tick(client, user):
    study = make_study()
    label_everything(study=study, annotators=1)
    annotator = study.annotators.get()
    page = client.post(address(annotator), {"reason": "A test."})
    assert page.status_code == 400
    assert "the only annotator who has labels that count" in page.content.decode()
    assert not annotator.exclusions.exists()
    done = client.post(address(annotator), {"reason": "A test.", "empties": "on"})
    assert done.status_code == 302
    assert annotator.exclusions.in_force().exists()


def test_a_complete_study_is_said_to_run_again_with_its_accuracy_before_and_after(client, user):
    study = make_study()
    label_everything(study=study)
    annotator = study.annotators.first()
    page = client.get(address(annotator)).content.decode()
    assert "<strong>The study runs again.</strong>" in page
    assert "Majority accuracy" in page


def test_nobody_is_excluded_from_a_rehearsal_and_the_page_says_why(client, user):
    study = make_study(rehearsal=True)
    label_everything(study=study)
    annotator = study.annotators.first()
    own_page = f"/admin/labelling/study/{study.pk}/annotators/{annotator.pk}/"
    assert address(annotator) not in client.get(own_page).text
    for answer in (client.get(address(annotator)), client.post(address(annotator), {"reason": "A test."})):
        assert "is a rehearsal: its simulated people are gone" in answer.text
        assert 'name="reason"' not in answer.text
    study.refresh_from_db()
    assert study.state == Study.State.COMPLETE
    assert not annotator.exclusions.exists()


def test_reinstating_says_what_finds_room_and_does_it(client, user, people: People):
    annotator = people.annotator("excluded")
    page = client.get(address(annotator, "reinstate")).content.decode()
    assert "count again" in page or "counts again" in page
    assert "kept as surplus, never counted" in page
    assert "Told us so." in page
    done = client.post(address(annotator, "reinstate"), {"reason": "A mistake."})
    assert done.status_code == 302
    assert not annotator.exclusions.in_force().exists()


def test_whom_somebody_else_has_excluded_meanwhile_is_not_excluded_twice(client, user, people: People):
    annotator = people.annotator("failing")
    exclude_annotator(annotator=annotator, reason="First.", by="researcher 9", now=at(900))
    page = client.post(address(annotator), {"reason": "Second."}).content.decode()
    assert "excluded already, by researcher 9" in page
    assert annotator.exclusions.count() == 1
    assert (
        "This annotator is not excluded."
        in client.get(address(people.annotator("same"), "reinstate")).content.decode()
    )


def test_each_page_names_who_excluded_by_account_and_by_the_record_s_number(client, user, people: People):
    annotator = people.annotator("failing")
    client.post(address(annotator), {"reason": "A script."})
    study, own = f"/admin/labelling/study/{annotator.study_id}", f"annotators/{annotator.pk}"
    for page in [f"{study}/{rest}/" for rest in ("annotators", "record", own, f"{own}/reinstate")]:
        assert f"{user.username} (researcher {user.pk})" in client.get(page).content.decode(), page
    assert annotator.exclusions.get().excluded_by == f"researcher {user.pk}"


def test_who_may_only_look_or_change_may_not_exclude(client, user, people: People):
    assistant = User.objects.create_user("assistant", is_staff=True)
    assistant.user_permissions.set(Permission.objects.filter(codename__in=["view_study", "change_study"]))
    client.force_login(assistant)
    for step in ("exclude", "reinstate"):
        assert client.get(address(people.annotator("failing"), step)).status_code == 403
        assert client.post(address(people.annotator("failing"), step), {"reason": "x"}).status_code == 403


def test_the_effect_takes_a_fixed_number_of_queries(client, user, people: People):
    for step, names in (("exclude", ("failing", "same")), ("reinstate", ("excluded",))):
        counts = set()
        for name in names:
            with CaptureQueriesContext(connection) as queries:
                client.get(address(people.annotator(name), step))
            counts.add(len(queries))
        assert len(counts) == 1
        assert counts.pop() <= 24


def test_a_closed_study_gives_nothing_out_again(client, user, people: People):
    Study.objects.filter(pk=people.study).update(state="closed", closed_at=at(399), close_reason="why")
    page = client.get(address(people.annotator("failing"))).content.decode()
    assert "nobody is asked again" in page
