"""Signing in to the desk: throttled by name, ended after idleness, and nothing typed is lost."""

import logging
from datetime import datetime, timedelta

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client

from labelling.models import SignInFailures, Study
from labelling.services.sign_in import forget_failures, record_failure
from labelling.services.steady_clock import steady_now
from labelling.views.researcher import signing_in, signing_in_typed
from tests.factories import make_study

pytestmark = pytest.mark.django_db

PASSWORD = "a-good-long-password"
LOGIN = "/admin/login/"
CANARIES = {
    "REMOTE_ADDR": "203.0.113.77",
    "HTTP_X_FORWARDED_FOR": "203.0.113.77",
    "HTTP_USER_AGENT": "canary-browser/1.0",
}


@pytest.fixture
def person():
    return get_user_model().objects.create_superuser("canary-name", password=PASSWORD)


@pytest.fixture
def study() -> Study:
    return make_study()


def sign_in(client: Client, password: str = PASSWORD, name: str = "canary-name", **more):
    return client.post(LOGIN, {"username": name, "password": password, **more}, **CANARIES)


def fail(times: int, name: str = "canary-name") -> None:
    for _ in range(times):
        record_failure(name=name, now=steady_now())


def close_url(study: Study) -> str:
    return f"/admin/labelling/study/{study.pk}/steps/close/"


def test_the_right_password_opens_the_desk(client, person):
    assert sign_in(client).url == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_after_ten_failures_the_name_waits_with_the_right_password_too(client, person):
    fail(9)
    page = sign_in(client, "wrong")
    assert (page.status_code, page["Retry-After"] != "") == (429, True)
    assert "Wait 15 minutes, then try again." in page.text
    assert sign_in(client).status_code == 429
    assert sign_in(client, name="CANARY-name ").status_code == 429
    assert sign_in(Client()).status_code == 429


def test_another_name_does_not_wait(client, person):
    fail(10)
    get_user_model().objects.create_superuser("other", password=PASSWORD)
    assert sign_in(client, name="other").url == "/admin/"


def test_a_name_that_nobody_has_waits_alike(client):
    fail(9, "nobody")
    assert sign_in(client, name="nobody").status_code == 429


def test_trying_during_the_wait_does_not_prolong_it(client, person):
    fail(10)
    before = SignInFailures.objects.get().last_at
    sign_in(client)
    assert SignInFailures.objects.get().last_at == before


def test_the_wait_ends_by_itself(client, person):
    fail(10)
    SignInFailures.objects.update(last_at=steady_now() - timedelta(minutes=14, seconds=30))
    assert "Wait 1 minute, then" in sign_in(client).text
    SignInFailures.objects.update(last_at=steady_now() - timedelta(minutes=15))
    assert sign_in(client).url == "/admin/"


def test_a_success_starts_from_none_again(client, person):
    fail(9)
    sign_in(client)
    assert not SignInFailures.objects.exists()


@pytest.mark.parametrize("command", [("axes_reset",), ("axes_reset_username", "canary-name")])
def test_an_operator_ends_the_wait(command, capsys):
    fail(10)
    call_command(*command)
    assert not SignInFailures.objects.exists()


def test_old_failures_are_forgotten_and_their_rows_go():
    early = steady_now() - timedelta(minutes=16)
    record_failure(name="one", now=early)
    assert record_failure(name="two", now=steady_now()) == 1
    assert SignInFailures.objects.count() == 1
    assert (forget_failures(name="two"), forget_failures(name="two")) == (1, 0)


def test_no_row_and_no_log_tells_who_tried_from_where(client, person, caplog):
    caplog.set_level(logging.DEBUG)
    for _ in range(10):
        sign_in(client, "wrong")
    sign_in(client)
    assert "failed 10 times; it waits 15 min" in caplog.text
    said = "\n".join(record.getMessage() for record in caplog.records if record.name != "django.db.backends")
    rows = [
        (model.__name__, row)
        for model in apps.get_models()
        for row in model._base_manager.values()
        if "canary" in str(row) or "203.0.113" in str(row)
    ]
    assert {name for name, _ in rows} == {"User"}
    assert [word for word in ("canary", "203.0.113", PASSWORD) if word in said] == []


@pytest.mark.parametrize("password", ["short-one-1", "password12345", "183948271046", "canary-name-1"])
def test_a_weak_password_is_refused(client, person, password):
    client.force_login(person)
    given = {"old_password": PASSWORD, "new_password1": password, "new_password2": password}
    assert client.post("/admin/password_change/", given).status_code == 200
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


def test_a_sign_in_lasts_from_the_last_page_and_not_from_what_pages_ask_by_themselves(
    client, person, monkeypatch
):
    client.force_login(person)
    now = datetime.fromisoformat(Session.objects.get().get_decoded()["renewed_at"])
    ends = []
    for minutes, headers in ((3, {}), (60, {"Sec-Fetch-Dest": "empty"}), (90, {})):
        moment = now + timedelta(minutes=minutes)
        monkeypatch.setattr(signing_in, "steady_now", lambda moment=moment: moment)
        client.get("/admin/", headers=headers)
        ends.append(Session.objects.get().get_decoded()["renewed_at"])
    assert ends == [now.isoformat(), now.isoformat(), (now + timedelta(minutes=90)).isoformat()]


def test_a_form_that_comes_too_late_is_asked_for_the_sign_in_and_shown_as_typed(client, person, study):
    late = client.post(close_url(study), {"reason": "The budget <is> spent."})
    assert late.status_code == 403
    assert "Your sign-in had expired." in late.text
    assert "Files cannot be kept" not in late.text

    wrong = sign_in(client, "wrong", typed=late.context["typed"], next=late.context["next"])
    assert wrong.context["typed"] == late.context["typed"]
    back = sign_in(client, typed=wrong.context["typed"], next=wrong.context["next"])
    assert back.url == f"{close_url(study)}?typed=1"
    page = client.get(back.url)
    assert page.context["typed"]["fields"] == {"reason": ["The budget <is> spent."]}
    assert "nothing has been saved yet" in page.text
    study.refresh_from_db()
    assert study.state == "running"

    assert "typed-note" not in client.get(close_url(study)).text
    client.post(close_url(study), {"reason": "The budget <is> spent."})
    assert "typed-note" not in client.get(back.url).text


def test_what_was_typed_is_kept_while_the_name_has_to_wait(client, person, study):
    fail(10)
    late = client.post(close_url(study), {"reason": "Spent."})
    waiting = sign_in(client, typed=late.context["typed"])
    assert (waiting.status_code, waiting.context["typed"]) == (429, late.context["typed"])


def test_a_form_of_the_admin_itself_is_kept_alike(client, person):
    late = client.post("/admin/labelling/study/add/?dataset=1", {"title": "Typed", "tags": ["a", "b"]})
    back = sign_in(client, typed=late.context["typed"])
    assert back.url == "/admin/labelling/study/add/?dataset=1&typed=1"
    assert client.session["typed"]["fields"] == {"title": ["Typed"], "tags": ["a", "b"]}


def test_an_address_that_only_takes_forms_leads_back_to_the_page_of_its_form(client, person, study):
    page = f"/admin/labelling/study/{study.pk}/recruit/"
    late = client.post(
        f"{page}prolific/", {"places": "9"}, headers={"Referer": f"http://testserver{page}?x=1"}
    )
    back = sign_in(client, typed=late.context["typed"])
    assert (back.url, client.session["typed"]["action"]) == (f"{page}?x=1&typed=1", f"{page}prolific/")


@pytest.mark.parametrize("referer", ["https://elsewhere.example/admin/", "http://testserver/s/code/", "x"])
def test_no_other_page_is_led_to(client, study, referer):
    late = client.post(close_url(study), {"reason": "Spent."}, headers={"Referer": referer})
    assert late.context["next"] == close_url(study)


def test_passwords_and_marks_are_never_carried_and_files_are_told_of(client, person):
    late = client.post(
        "/admin/password_change/",
        {
            "old_password": PASSWORD,
            "new_password1": PASSWORD,
            "csrfmiddlewaretoken": "x",
            "typed": "y",
            "f": SimpleUploadedFile("a.csv", b"1"),
        },
    )
    assert "Files cannot be kept" in late.text
    sign_in(client, typed=late.context["typed"])
    assert client.session["typed"]["fields"] == {}


def test_what_is_too_long_is_said_to_be(client, study, monkeypatch):
    monkeypatch.setattr(signing_in_typed, "LARGEST", 100)
    late = client.post(close_url(study), {"reason": "".join(map(str, range(200)))})
    assert "too long to be kept here" in late.text
    assert 'name="typed"' not in late.text


def test_what_somebody_else_signed_is_not_taken(client, person):
    assert sign_in(client, typed="forged:text").url == "/admin/"
    assert "typed" not in client.session


def test_a_form_from_before_a_new_sign_in_is_shown_again(person, study):
    client = Client(enforce_csrf_checks=True)
    client.force_login(person)
    given = {"reason": "Typed in an old tab.", "csrfmiddlewaretoken": "0" * 64}
    own = {"Referer": f"http://testserver{close_url(study)}"}
    back = client.post(close_url(study), given, headers=own)
    assert back.url == f"{close_url(study)}?typed=1"
    assert client.get(back.url).context["typed"]["fields"] == {"reason": ["Typed in an old tab."]}
    assert client.post(close_url(study), given).status_code == 403
    client.logout()
    assert "Your sign-in had expired" in client.post(close_url(study), given, headers=own).text


def test_signing_out_late_asks_for_nothing(client):
    assert client.post("/admin/logout/").status_code != 403


def test_coming_and_going_is_told_in_the_desk_s_words(client):
    page = client.get("/admin/login/").text
    wrong = client.post("/admin/login/", {"username": "nobody", "password": "wrong"}).text
    client.force_login(get_user_model().objects.create_superuser("leaver"))
    gone = client.post("/admin/logout/").text

    assert 'value="Sign in"' in page
    assert "Log in" not in page
    assert "do not open the desk" in wrong
    assert "staff account" not in wrong
    assert "You are signed out" in gone
    assert "quality time" not in gone
