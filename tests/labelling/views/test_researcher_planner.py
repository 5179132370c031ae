"""The planner's endpoint: figures and warnings for what is typed, and nothing stored."""

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from labelling.models import Event, Plan, Study
from labelling.services.drafts import revise_draft
from tests.factories import NOW, make_dataset, make_draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def researcher(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("researcher"))
    return client


def worked_out(client: Client, study: Study, **typed: object) -> dict:
    answer = client.get(reverse("admin:labelling_study_planner", args=[study.pk]), typed)
    assert answer.status_code == 200
    return answer.json()


def values(answer: dict) -> dict:
    return {figure["key"]: figure["value"] for figure in answer["figures"]}


def test_every_figure_is_there_with_a_note_on_what_it_rests_on(researcher):
    draft = make_draft(dataset=make_dataset(size=2000), sample_size=1000, labels_per_annotator=100)

    answer = worked_out(researcher, draft)

    assert values(answer) == {
        "wilson": "± 2.3 points",
        "finite": "± 1.6 points",
        "crossed": "\N{EN DASH}",
        "power": "98.9\N{NO-BREAK SPACE}%",
        "smallest": "4.5 points",
        "people": "30",
        "time": "9 minutes each",
        "cost": "52.00 USD",
    }
    assert all(figure["note"] for figure in answer["figures"])
    assert answer["warnings"] == answer["problems"] == []


def test_what_a_page_changes_comes_first(researcher):
    draft = make_draft()

    orders = [[*values(worked_out(researcher, draft, step=name))] for name in ("sample", "panel")]

    assert orders[0][0] == "wilson"
    assert orders[1][:4] == ["people", "time", "cost", "wilson"]


def test_what_is_typed_goes_before_what_is_stored_and_is_not_stored(researcher):
    draft = make_draft(dataset=make_dataset(size=2000), sample_size=1000)
    events = Event.objects.count()

    answer = worked_out(
        researcher, draft, sample_size=100, hourly_pay=20, currency="EUR", title="unknown here"
    )

    assert values(answer)["wilson"] != "± 2.3 points"
    assert values(answer)["cost"].endswith("EUR")
    draft.refresh_from_db()
    assert draft.sample_size == 1000
    assert not Plan.objects.exists()
    assert Event.objects.count() == events


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ({"sample_size": 13}, "Sample size: Ensure this value is less than or equal to 12"),
        ({"sample_size": "many"}, "Sample size: Enter a whole number."),
        ({"redundancy": 0}, "Labels per image: Ensure this value is greater than or equal to 1"),
        ({"expected_accuracy": 83.5}, "Accuracy you expect of people: Ensure this value is less than"),
        ({"pilot": 999}, "Pilot: Select a valid choice"),
    ],
)
def test_what_cannot_be_is_named(researcher, typed, problem):
    answer = worked_out(researcher, make_draft(), **typed)

    assert answer["problems"][0].startswith(problem)
    assert answer["figures"] == []


@pytest.mark.parametrize(
    ("typed", "warning"),
    [
        ({"expected_annotators": 2}, "Each image wants labels by 3 different people, and 2 are expected"),
        ({"expected_annotators": 4, "labels_per_annotator": 2}, "4 people with at most 2 images each cannot"),
        ({"machine_accuracy": 0.84}, "may well not be told apart from people"),
        ({"hourly_pay": 5, "minimum_wage": 8}, "below the minimum wage of 8.00 that you set"),
        ({"redundancy": 4, "expected_annotators": 20}, "With an even number of labels, 4"),
        ({"expected_annotators": 5}, "5 people hardly stand for people in general"),
    ],
)
def test_what_will_not_work_is_warned_of(researcher, typed, warning):
    answer = worked_out(researcher, make_draft(), **typed)

    assert any(warning in said for said in answer["warnings"])


def test_an_empty_field_is_no_assumption(researcher):
    typed = {
        "expected_accuracy": "",
        "machine_accuracy": "",
        "seconds_per_label": "",
        "labels_per_annotator": "",
    }

    answer = worked_out(researcher, make_draft(), **typed)

    assert values(answer)["power"] == values(answer)["cost"] == values(answer)["wilson"] == "\N{EN DASH}"


def test_a_minimum_wage_is_not_warned_of_without_a_pay(researcher):
    draft = make_draft()
    revise_draft(study=draft, now=NOW, assumptions={"hourly_pay": None, "minimum_wage": 8})

    assert not any("wage" in said for said in worked_out(researcher, draft)["warnings"])


def test_only_those_who_may_see_studies_are_answered(client):
    draft = make_draft()
    client.force_login(User.objects.create_user("nobody", is_staff=True))

    assert client.get(reverse("admin:labelling_study_planner", args=[draft.pk])).status_code == 403


def test_the_planner_is_only_read(researcher):
    draft = make_draft()

    assert researcher.post(reverse("admin:labelling_study_planner", args=[draft.pk])).status_code == 405


def test_the_planner_asks_little_of_the_database(researcher):
    draft = make_draft()
    worked_out(researcher, draft)

    with CaptureQueriesContext(connection) as captured:
        worked_out(researcher, draft)

    assert len(captured) <= 8
