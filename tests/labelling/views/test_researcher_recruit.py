"""The page on which a researcher offers a study through panels."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils import timezone

from labelling.models import Recruitment, Study
from labelling.panels import Arrival
from labelling.services.recruitment import Offer, join_from_panel, offer_study
from labelling.services.studies import launch_study
from tests.factories import NOW, make_draft, make_study

pytestmark = pytest.mark.django_db


@pytest.fixture
def researcher(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("researcher"))
    return client


def url(study: Study, panel: str = "") -> str:
    return f"/admin/labelling/study/{study.pk}/recruit/" + (f"{panel}/" if panel else "")


def send(client: Client, study: Study, panel: str = "prolific", **fields: object):
    return client.post(url(study, panel), {f"{panel}-{name}": value for name, value in fields.items()})


def test_a_panel_is_offered_with_codes_made_up_and_the_address_to_paste(researcher):
    study = make_study()
    assert send(researcher, study, places="30", completion_code="DONE").url == url(study)
    recruitment = Recruitment.objects.get()
    page = researcher.get(url(study)).text
    assert (recruitment.places, recruitment.completion_code) == (30, "DONE")
    for code in (recruitment.screen_out_code, recruitment.time_out_code, recruitment.return_code):
        assert code in page
    assert (
        f"http://testserver/s/{study.join_code}/from/prolific/?PROLIFIC_PID={{{{%PROLIFIC_PID%}}}}&amp;STUDY_ID="
        in page
    )
    assert "0 of 30 taken" in page


def test_mechanical_turk_is_given_its_external_question(researcher):
    study = make_study()
    send(researcher, study, "mturk")
    page = researcher.get(url(study)).text
    assert f"&lt;ExternalURL&gt;http://testserver/s/{study.join_code}/from/mturk/&lt;/ExternalURL&gt;" in page


def test_another_panel_is_told_its_parameter_and_its_address(researcher):
    study = make_study()
    send(researcher, study, "panel", parameter="pid", redirect="https://p.example/?c={code}")
    assert Recruitment.objects.get().settings == {
        "parameter": "pid",
        "redirect": "https://p.example/?c={code}",
    }
    assert f"/s/{study.join_code}/from/panel/?pid=" in researcher.get(url(study)).text


@pytest.mark.parametrize(
    ("panel", "fields", "field"),
    [
        ("prolific", {"completion_code": "a b"}, "completion_code"),
        ("prolific", {"places": "none"}, "places"),
        ("prolific", {"time_limit_minutes": "0"}, "time_limit_minutes"),
        ("panel", {"parameter": "pid", "redirect": "http://p.example/"}, "redirect"),
        ("panel", {"redirect": "https://p.example/"}, "parameter"),
    ],
)
def test_what_cannot_be_used_is_said_at_its_field_and_kept_there(researcher, panel, fields, field):
    answer = send(researcher, make_study(), panel, **fields)
    assert answer.status_code == 400
    form = answer.context["faulty"]
    assert list(form.errors) == [field]
    assert form[field].value() == fields.get(field)
    assert not Recruitment.objects.exists()


def test_a_change_is_saved_and_stands_in_the_history_by_the_panels_name(researcher):
    study = make_study()
    send(researcher, study, completion_code="FIRST")
    send(researcher, study, completion_code="SECOND")
    assert Recruitment.objects.get().completion_code == "SECOND"
    assert "SECOND" not in str(list(LogEntry.objects.values()))
    assert LogEntry.objects.count() == 2


def test_a_draft_is_told_that_its_links_wait(researcher):
    assert "begin to work when you launch" in researcher.get(url(make_draft())).text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"state": "closed", "closed_at": NOW, "close_reason": "Spent."}, "The study is closed"),
        ({"state": "complete", "completed_at": NOW}, "The study is complete"),
        ({"rehearsal": True}, "This is a rehearsal"),
    ],
)
def test_a_study_that_nobody_can_join_offers_no_link_and_no_form(researcher, fields, said):
    study = make_draft(rehearsal=bool(fields.get("rehearsal")))
    offer_study(study=study, panel="prolific", offer=Offer(completion_code="DONE"), now=NOW)
    launch_study(study=study, now=NOW)
    Study.objects.filter(pk=study.pk).update(**fields)
    page = researcher.get(url(study)).text
    assert said in page
    assert "DONE" in page  # who finished is paid by it, also afterwards
    for gone in (f"/s/{study.join_code}/", f"{url(study)}prolific/", "mturk"):
        assert gone not in page
    assert said in researcher.post(url(study, "mturk"), follow=True).text
    assert [made.panel for made in Recruitment.objects.all()] == ["prolific"]


def test_the_page_shows_how_many_came_and_no_id(researcher):
    recruitment = offer_study(study=make_study(), panel="prolific", offer=Offer(), now=timezone.now())
    join_from_panel(recruitment=recruitment, arrival=Arrival("5f0c" * 6), now=timezone.now())
    page = researcher.get(url(recruitment.study))
    assert page.context["cards"][1].turnout.came == 1
    assert "5f0c" * 6 not in page.text


@pytest.mark.parametrize("panel", ["nowhere", "direct"])
def test_a_panel_that_cannot_be_set_up_is_said_to_be_so(researcher, panel):
    study = make_study()
    answer = researcher.post(url(study, panel), follow=True)
    assert answer.redirect_chain[-1][0] == url(study)
    assert "panel" in answer.text
    assert not Recruitment.objects.exists()


def test_who_may_only_look_sees_no_codes_and_changes_nothing(client):
    study = make_study()
    offer_study(study=study, panel="prolific", offer=Offer(completion_code="DONE"), now=timezone.now())
    viewer = User.objects.create_user("viewer", is_staff=True)
    viewer.user_permissions.add(Permission.objects.get(codename="view_study"))
    client.force_login(viewer)
    page = client.get(url(study))
    assert page.status_code == 200
    assert "DONE" not in page.text
    assert send(client, study, places="1").status_code == 403


def test_looking_at_the_page_changes_nothing(researcher):
    study = make_study()
    researcher.get(url(study))
    assert researcher.get(url(study, "prolific")).status_code == 405
    assert not Recruitment.objects.exists()


def test_the_study_s_page_links_to_it(researcher):
    study = make_study()
    assert url(study) in researcher.get(f"/admin/labelling/study/{study.pk}/dashboard/").text
