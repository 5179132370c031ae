"""The record tab: who did what and when in plain words, names at the desk alone, and the chains checked."""

import json
import re

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from labelling.jobs import kind_named
from labelling.models import Job, Label, Study
from labelling.models.guards import install_guards, remove_guards
from labelling.selectors.event_record import event_text
from labelling.services.drafts import revise_draft
from labelling.services.exclusions import exclude_annotator
from labelling.services.extension import extend_tied_items
from labelling.services.reinstatement import reinstate_annotator
from labelling.services.sealing import unseal_accuracy
from labelling.services.studies import close_study, pause_study
from tests.factories import at, label_everything, make_annotator, make_draft, make_study
from tests.labelling.extended_study import make_tied_study

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> User:
    return User.objects.create_superuser("maria")


@pytest.fixture
def researcher(client: Client, person: User) -> Client:
    client.force_login(person)
    return client


def url(study: Study, page: str = "record/") -> str:
    return f"/admin/labelling/study/{study.pk}/{page}"


def rows(answer) -> list[tuple[str, str, str]]:
    """Return title, words and author of each row that is shown."""
    return [(row.title, row.words, row.who) for row in answer.context["found"].rows]


def test_what_a_person_did_is_told_with_their_name_and_when(researcher, person):
    by = f"researcher {person.pk}"
    study = make_study()
    pause_study(study=study, now=at(60), by=by)
    unseal_accuracy(study=study, reason="A reviewer asks.", now=at(70), by=by)
    close_study(study=study, reason="No money.", now=at(80), by=by)

    answer = researcher.get(url(study))

    who = f"maria ({by})"
    sealed, closed, unsealed, paused, launched, created = rows(answer)
    assert closed == ("Study closed early", "The reason given: No money.", who)
    assert unsealed == ("Accuracy unsealed", "At 0 of 18 labels. The reason given: A reviewer asks.", who)
    assert paused == ("Study paused", "", who)
    assert (sealed[0], sealed[2], created[2]) == ("All chains sealed", "", "a command")
    assert launched[1].startswith("The sample was drawn and the protocol frozen")
    assert "2026-11-22 12:01:20" in answer.content.decode()


def test_an_exclusion_is_told_with_reason_and_name_as_the_desk_knows_them(researcher):
    study = make_study()
    annotator = make_annotator(study=study)
    exclude_annotator(annotator=annotator, reason="Too fast.", by="maria", now=at(5))
    reinstate_annotator(annotator=annotator, reason="A mistake.", by="maria", now=at(6))

    answer = researcher.get(url(study))

    assert rows(answer)[:2] == [
        ("Annotator reinstated", "The reason given: A mistake.", "maria"),
        ("Annotator excluded", "The reason given: Too fast.", "maria"),
    ]
    assert url(study, f"annotators/{annotator.pk}/") in answer.content.decode()


def test_the_published_record_has_no_name_of_an_account(researcher, person):
    study = make_study()
    pause_study(study=study, now=at(1), by=f"researcher {person.pk}")
    exclude_annotator(annotator=make_annotator(study=study), reason="Too fast.", by="maria", now=at(5))

    answer = researcher.get(url(study, "events.jsonl"))
    told = b"".join(answer.streaming_content)

    assert told == event_text(study=study)
    assert b"maria" not in told
    assert [json.loads(line)["kind"] for line in told.splitlines()][:3] == ["created", "launched", "paused"]


def test_a_draft_has_a_record_of_its_revisions(researcher):
    draft = make_draft()
    revise_draft(study=draft, now=at(5), by="researcher 77", sample_size=5, tie_extension=1)

    assert rows(researcher.get(url(draft)))[0] == (
        *("Draft revised", "Changed: sample size, tie extension."),
        "researcher 77",
    )


def test_an_extension_and_what_follows_of_itself_are_told(researcher):
    study = extend_tied_items(study=make_tied_study(), now=at(9), by="researcher 77")

    extended, _sealed, completed, *_ = rows(researcher.get(url(study)))

    assert extended == (
        *("Tied images given further labels", "2 tied images, 2 further labels wanted."),
        "researcher 77",
    )
    assert completed == ("Study complete", "", "")


def test_one_kind_is_shown_when_it_is_asked_for_the_annotators_steps_too(researcher):
    study = make_study()
    annotators = [make_annotator(study=study, now=at(number)) for number in range(3)]

    joined = researcher.get(url(study), {"kind": "joined"})

    assert [row.pseudonym for row in joined.context["found"].rows] == [
        annotator.pseudonym for annotator in reversed(annotators)
    ]
    assert [row[0] for row in rows(researcher.get(url(study), {"kind": "launched"}))] == ["Study launched"]
    assert "No such event is recorded" in researcher.get(url(study), {"kind": "nonsense"}).content.decode()


def test_the_record_is_shown_page_by_page_and_beyond_the_end_comes_the_last(researcher):
    study = make_study()
    for number in range(120):
        make_annotator(study=study, now=at(number))

    shown = [
        len(researcher.get(url(study), {"kind": "joined", "page": page}).context["found"].rows)
        for page in ("1", "3", "99999", "-1", "x", "9" * 5000)
    ]

    assert shown == [50, 20, 20, 50, 50, 50]


def test_the_queries_do_not_grow_with_the_study(researcher):
    few, many = make_study(), make_study(sample_size=12, guide_examples=0)
    researcher.get(url(few))
    label_everything(study=few)
    label_everything(study=many)
    for annotator in many.annotators.all():
        exclude_annotator(annotator=annotator, reason="Too fast.", by="maria", now=at(9))

    def queries(study: Study) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert researcher.get(url(study)).status_code == 200
        return len(captured)

    assert queries(few) == queries(many) <= 14


def test_the_check_of_the_chains_is_begun_by_post_alone_and_can_be_left(researcher, monkeypatch):
    monkeypatch.setattr("labelling.services.jobs._start_process", lambda job, now: None)
    study = make_study()

    assert researcher.get(url(study, "record/check/")).status_code == 405
    answer = researcher.post(url(study, "record/check/"))

    job = Job.objects.get()
    assert (job.kind, job.study, job.started_by) == ("verify", study, f"researcher {_person(researcher)}")
    assert answer.url == f"/admin/jobs/{job.pk}/"


def _person(client: Client) -> str:
    return client.session["_auth_user_id"]


def checked(study: Study) -> dict:
    """Return what the check finds, without a process of its own."""
    job = Job(kind="verify", study=study, arguments={})
    return kind_named("verify").work(job, lambda *_: None)


def test_the_check_says_that_every_chain_holds():
    study = make_study()
    label_everything(study=study)

    assert checked(study)["words"] == "Every chain holds, and the tables agree with it."


@pytest.mark.only_sqlite
def test_the_check_names_what_was_changed_past_the_application():
    study = make_study()
    label_everything(study=study)
    remove_guards(using="default")
    try:
        Label.objects.filter(pk=Label.objects.first().pk).update(response_ms=1)
        found = checked(study)
    finally:
        install_guards(using="default")

    assert found["faults"] == 2
    assert re.search(r"in 2 places\. annotator \w+: a label is stored that no event records", found["words"])


def test_whoever_may_not_see_studies_sees_no_record(client):
    stranger = User.objects.create_user("stranger", is_staff=True)
    client.force_login(stranger)
    study = make_study()

    assert client.get(url(study)).status_code == 403
    assert client.get(url(study, "events.jsonl")).status_code == 403
    stranger.user_permissions.set(Permission.objects.filter(codename="view_study"))
    assert client.get(url(study)).status_code == 200
