"""The steps of a study as a researcher takes them: each by POST, each told in words."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.test import Client

from labelling.models import Study
from labelling.services.studies import pause_study
from labelling.views.researcher.steps import steps_of
from tests.factories import NOW, make_draft, make_study
from tests.labelling.extended_study import make_tied_study

pytestmark = pytest.mark.django_db


@pytest.fixture
def researcher(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("researcher"))
    return client


def step_url(study: Study, step: str) -> str:
    return f"/admin/labelling/study/{study.pk}/steps/{step}/"


def state(study: Study) -> str:
    study.refresh_from_db()
    return study.state


def test_launch_freezes_the_protocol_and_goes_back_to_the_study(researcher):
    draft = make_draft()

    answer = researcher.post(step_url(draft, "launch"))

    assert answer.url == f"/admin/labelling/study/{draft.pk}/dashboard/"
    assert state(draft) == "running"
    assert draft.protocol_sha256


def test_pause_and_resume(researcher):
    study = make_study()

    researcher.post(step_url(study, "pause"))
    assert state(study) == "paused"
    researcher.post(step_url(study, "resume"))
    assert state(study) == "running"


def test_closing_early_keeps_the_reason(researcher):
    study = make_study()

    researcher.post(step_url(study, "close"), {"reason": "The budget is spent."})

    assert state(study) == "closed"
    assert study.close_reason == "The budget is spent."


def test_closing_early_without_a_reason_is_said_at_the_field(researcher):
    study = make_study()

    answer = researcher.post(step_url(study, "close"), {"reason": "  "})

    assert "Write why the study is closed early" in answer.content.decode()
    assert state(study) == "running"


@pytest.mark.parametrize("step", ["launch", "pause", "resume", "close"])
def test_a_step_s_page_says_what_it_does_and_does_nothing(researcher, step):
    study = {"launch": make_draft, "resume": lambda: pause_study(study=make_study(), now=NOW)}.get(
        step, make_study
    )()
    before = state(study)

    answer = researcher.get(step_url(study, step))

    assert answer.status_code == 200
    assert 'method="post"' in answer.content.decode()
    assert state(study) == before


def test_the_question_of_launching_says_what_of_this_study_depends_on_it(researcher):
    draft = make_draft(sample_size=6, redundancy=2, contact="")

    page = researcher.get(step_url(draft, "launch")).content.decode()

    assert "6 of the 12 images" in page
    assert "12 labels" in page
    assert "Nobody can change it afterwards" in page
    assert "With an even number of labels, 2, two answers can tie." in page
    assert "<dt>People</dt>" in page
    assert "No contact is given" in page


def test_a_step_that_the_state_does_not_allow_is_said_on_its_page(researcher):
    assert "that is not possible" in researcher.get(step_url(make_study(), "launch")).content.decode()


def test_a_step_taken_twice_is_refused_in_words(researcher):
    study = make_study()

    answer = researcher.post(step_url(study, "launch"), follow=True)

    assert "Cannot launch the study" in answer.content.decode()


def test_an_unknown_step_is_not_found(researcher):
    assert researcher.get(step_url(make_study(), "explode")).status_code == 404


def test_a_step_is_written_into_the_history(researcher):
    study = make_study()

    researcher.post(step_url(study, "pause"))

    entry = LogEntry.objects.get()
    assert (entry.object_id, entry.get_change_message(), entry.user.username) == (
        str(study.pk),
        "Pause.",
        "researcher",
    )


def test_a_refused_step_is_not_written_into_the_history(researcher):
    researcher.post(step_url(make_study(), "launch"))

    assert not LogEntry.objects.exists()


def test_whoever_may_only_look_takes_no_step(client):
    viewer = User.objects.create_user("viewer", is_staff=True)
    viewer.user_permissions.set(Permission.objects.filter(codename="view_study"))
    client.force_login(viewer)
    study = make_study()

    assert client.post(step_url(study, "pause")).status_code == 403
    assert state(study) == "running"


def test_a_stranger_is_sent_to_the_sign_in(client):
    study = make_study()

    answer = client.get(step_url(study, "pause"))
    client.post(step_url(study, "pause"))

    assert answer.status_code == 302
    assert answer.url.startswith("/admin/login/")
    assert state(study) == "running"


def test_a_step_needs_the_form_s_own_token():
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(User.objects.create_superuser("researcher"))
    study = make_study()

    assert browser.post(step_url(study, "pause")).status_code == 403
    assert state(study) == "running"


def test_the_extension_s_page_says_how_many_labels_it_comes_to(researcher):
    page = researcher.get(step_url(make_tied_study(), "extend")).content.decode()

    assert "2 of 4 images ended in a tie. 1 further label on each would be wanted, 2 in all." in page
    assert "The ground truth plays no part" in page


def test_extending_lets_the_study_run_again_and_is_refused_in_the_form_the_second_time(researcher):
    study = make_tied_study()

    assert researcher.post(step_url(study, "extend")).status_code == 302
    assert state(study) == "running"
    answer = researcher.post(step_url(study, "extend"))

    assert "is running, so that is not possible" in answer.content.decode()
    assert study.events.filter(kind="extended").count() == 1


@pytest.mark.parametrize(
    ("study", "words"),
    [
        (lambda: make_tied_study(tie_extension=0), "foresaw no further labels for tied images"),
        (lambda: make_study(tie_extension=1), "This study is running, so that is not possible."),
    ],
    ids=["not foreseen", "not complete"],
)
def test_an_extension_that_is_not_possible_says_why_on_its_page(researcher, study, words):
    study = study()

    for answer in (researcher.get(step_url(study, "extend")), researcher.post(step_url(study, "extend"))):
        assert words in answer.content.decode()
    assert not study.events.filter(kind="extended").exists()


def test_unsealing_asks_for_a_reason_at_the_field_and_keeps_it(researcher):
    study = make_study()

    assert (
        "Write why the accuracy must be seen" in researcher.post(step_url(study, "unseal")).content.decode()
    )
    researcher.post(step_url(study, "unseal"), {"reason": "A reviewer asks."})

    study.refresh_from_db()
    assert study.unsealed_at is not None
    assert '"reason":"A reviewer asks."' in study.events.get(kind="unsealed").payload


def test_unsealing_twice_says_that_it_is_not_sealed(researcher):
    study = make_study()
    researcher.post(step_url(study, "unseal"), {"reason": "A reviewer asks."})

    answer = researcher.post(step_url(study, "unseal"), {"reason": "Another one."})

    assert "Cannot unseal the accuracy" in answer.content.decode()
    assert study.events.filter(kind="unsealed").count() == 1


def test_a_reason_longer_than_a_report_can_print_is_said_at_the_field(researcher):
    study = make_study()

    answer = researcher.post(step_url(study, "close"), {"reason": "x" * 2001})

    assert "at most 2000 characters" in answer.content.decode()
    assert state(study) == "running"


def test_who_may_change_studies_unseals_none_and_is_not_offered_it(client):
    assistant = User.objects.create_user("assistant", is_staff=True)
    codes = ["view_study", "change_study"]
    assistant.user_permissions.set(Permission.objects.filter(codename__in=codes))
    client.force_login(assistant)
    study = make_study()

    assert client.post(step_url(study, "unseal"), {"reason": "I want to know."}).status_code == 403
    assert [step.name for step in steps_of(study, assistant)] == ["pause", "close"]
    owner = User.objects.create_superuser("owner")
    assert [step.name for step in steps_of(study, owner)] == ["pause", "unseal", "close"]
    assert [step.name for step in steps_of(study)] == ["pause", "close"]
