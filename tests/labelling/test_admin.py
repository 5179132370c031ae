"""The admin site: what a researcher can do there, and what nobody can."""

import re
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from labelling.models import Annotator, Assignment, Category, Item, Label, Place, Plan, SampleItem, Study
from labelling.services.default_texts import CONSENT_TEXT
from labelling.services.drafts import DRAFT_FIELDS, revise_draft
from labelling.services.studies import close_study
from labelling.views.researcher import study_form
from tests.factories import NOW, label_everything, make_dataset, make_draft, make_study

pytestmark = pytest.mark.django_db

INDEX = "/admin/"
ADD = "/admin/labelling/study/add/"
ALL = f"{ADD}?all=1"
LIST = "/admin/labelling/study/"


@pytest.fixture
def researcher(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("researcher"))
    return client


def only_viewing(*codenames: str) -> User:
    viewer = User.objects.create_user("viewer", is_staff=True)
    viewer.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    return viewer


def change_url(study: Study) -> str:
    return reverse("admin:labelling_study_change", args=[study.pk])


def filled_in(**fields: Any) -> dict[str, Any]:
    return {
        "title": "Garments at a glance",
        "slug": "garments",
        "sample_size": 6,
        "strategy": "simple",
        "seed": 42,
        "redundancy": 3,
        "tie_rule": "random",
        "tie_extension": 0,
        "labels_per_annotator": "",
        "order": "breadth",
        "lease_seconds": 600,
        "scaling": "pixelated",
        "guide_examples": 1,
        "category_order": "fixed",
        "cant_tell": "off",
        "break_every": 50,
        "minimum_age": "",
        "screening": "",
        "practice_items": 0,
        "practice_pass": 0,
        "gold_items": 0,
        "gold_every": 0,
        "repeat_every": 0,
        "attention_every": 0,
        "withdrawal": "erase",
        "quality_rules": "[]",
        "consent_text": "I agree.",
        "consent_version": "1",
        "guide_text": "Look, and choose.",
        "contact": "",
        **fields,
    }


def queries(client: Client, url: str) -> int:
    client.get(url)  # what a session stores is stored once
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_the_site_is_called_human_baseline(client):
    assert "Human Baseline" in client.get("/admin/login/").content.decode()


def test_without_a_dataset_the_first_page_says_how_to_import_one(researcher):
    assert "manage.py import_dataset" in researcher.get(INDEX).content.decode()


def test_without_a_study_the_first_page_offers_to_plan_one(researcher):
    make_dataset()

    page = researcher.get(INDEX).content.decode()

    assert "No study yet" in page
    assert f'href="{ADD}"' in page


def test_the_first_page_lists_studies_with_state_and_progress(researcher):
    study = make_study(title="Garments")
    label_everything(study=study, annotators=1)

    page = researcher.get(INDEX).content.decode()

    assert f"/admin/labelling/study/{study.pk}/dashboard/" in page
    assert "Running" in page
    assert "6 of 18" in page


def test_the_first_page_marks_rehearsals_and_drawn_data(researcher):
    make_draft(rehearsal=True, dataset=make_dataset(drawn=True))

    page = researcher.get(INDEX).content.decode()

    assert "REHEARSAL" in page
    assert "DRAWN DATA" in page


@pytest.mark.parametrize("url", [INDEX, LIST])
def test_the_queries_of_a_list_do_not_grow_with_its_studies(researcher, url):
    dataset = make_dataset()
    make_study(dataset=dataset)
    few = queries(researcher, url)
    for _ in range(4):
        label_everything(study=make_study(dataset=dataset), annotators=1)

    assert queries(researcher, url) == few


def test_the_list_shows_each_study_s_progress(researcher):
    label_everything(study=make_study(), annotators=2)

    assert "12 of 18" in researcher.get(LIST).content.decode()


def test_whoever_may_not_see_studies_sees_none_on_the_first_page(client):
    make_study(title="Not for these eyes")
    client.force_login(only_viewing())

    assert "Not for these eyes" not in client.get(INDEX).content.decode()


def test_planning_a_study_begins_step_by_step(researcher):
    dataset = make_dataset()

    answer = researcher.get(f"{ADD}?dataset={dataset.pk}")

    assert answer.url == f"/admin/labelling/study/add/guided/?dataset={dataset.pk}"


def test_a_new_study_starts_with_the_precedent_and_a_seed(researcher):
    make_dataset(size=1200)

    form = researcher.get(ALL).context["adminform"].form

    assert form.get_initial_for_field(form.fields["sample_size"], "sample_size") == 1000
    assert form.get_initial_for_field(form.fields["redundancy"], "redundancy") == 3
    assert form.get_initial_for_field(form.fields["consent_text"], "consent_text") == CONSENT_TEXT
    assert form.get_initial_for_field(form.fields["seed"], "seed") >= 0


def test_every_choice_of_the_protocol_is_in_the_form(researcher):
    make_dataset()

    assert set(researcher.get(ALL).context["adminform"].form.fields) == {*DRAFT_FIELDS, "made_from"}


def test_a_new_study_of_a_small_dataset_starts_with_all_of_it(researcher):
    make_dataset(size=12)

    form = researcher.get(ALL).context["adminform"].form

    assert form.get_initial_for_field(form.fields["sample_size"], "sample_size") == 12


def test_a_filled_in_form_makes_a_draft_and_goes_to_its_page(researcher):
    answer = researcher.post(ADD, filled_in(dataset=make_dataset().pk))

    study = Study.objects.get(slug="garments")
    assert (study.state, study.seed, study.labels_per_annotator) == ("draft", 42, None)
    assert answer.url == f"/admin/labelling/study/{study.pk}/dashboard/"


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("sample_size", 13, "A sample of 13 cannot be drawn from 12 items"),
        ("sample_size", 0, "greater than or equal to 1"),
        ("strategy", "by-stratum", "has no strata of its own"),
        ("seed", -1, "The seed -1 is negative"),
        ("redundancy", 0, "greater than or equal to 1"),
        ("lease_seconds", 5, "greater than or equal to 10"),
        ("slug", "not a slug", "Write it with letters from a to z, digits"),
        ("dataset", "", "Choose the dataset that people are shown"),
    ],
)
def test_what_cannot_be_carried_out_is_said_at_its_field(researcher, field, value, message):
    data = filled_in(**{"dataset": make_dataset(size=12).pk, field: value})

    answer = researcher.post(ADD, data)

    errors = answer.context["adminform"].form.errors
    assert list(errors) == [field]
    assert message in " ".join(errors[field])
    assert not Study.objects.exists()


def test_a_short_name_that_is_taken_is_said_at_its_field(researcher):
    taken = make_draft(slug="garments")

    answer = researcher.post(ADD, filled_in(dataset=taken.dataset.pk))

    assert list(answer.context["adminform"].form.errors) == ["slug"]


def test_a_draft_can_be_changed(researcher):
    draft = make_draft(slug="garments")

    researcher.post(change_url(draft), filled_in(dataset=draft.dataset.pk, sample_size=4))

    draft.refresh_from_db()
    assert (draft.sample_size, draft.title) == (4, "Garments at a glance")


def test_saving_a_draft_without_a_change_changes_nothing(researcher):
    draft = make_draft(slug="garments")
    data = filled_in(dataset=draft.dataset.pk)
    researcher.post(change_url(draft), data)

    assert researcher.post(change_url(draft), data).status_code == 302


def test_a_launched_study_is_shown_without_a_single_field_to_change(researcher):
    page = researcher.get(change_url(make_study())).content.decode()

    assert 'name="sample_size"' not in page
    assert 'name="_save"' not in page


def test_a_launched_study_refuses_a_changed_protocol(researcher):
    study = make_study(slug="garments")

    answer = researcher.post(change_url(study), filled_in(dataset=study.dataset.pk, sample_size=4))

    study.refresh_from_db()
    assert answer.status_code == 403
    assert study.sample_size == 6


def test_a_form_of_a_study_launched_meanwhile_is_told_so_in_words(researcher, monkeypatch):
    draft = make_draft(slug="garments")
    launched = make_study()
    # The second person's form was opened while the study was still a draft.
    monkeypatch.setattr("labelling.admin.study._is_draft", lambda study: True)

    answer = researcher.post(
        change_url(launched), filled_in(dataset=draft.dataset.pk, slug=launched.slug), follow=True
    )

    assert "its protocol is frozen" in answer.content.decode()


def test_the_second_of_two_who_change_a_draft_is_told_and_keeps_what_was_typed(researcher):
    draft = make_draft(slug="garments")
    page = researcher.get(change_url(draft)).content.decode()
    version = re.search(r'name="made_from" value="(\d+)"', page).group(1)
    revise_draft(study=draft, now=NOW, by="researcher 99", sample_size=5)
    typed = filled_in(dataset=draft.dataset.pk, sample_size=4, made_from=version)

    answer = researcher.post(change_url(draft), typed)

    form = answer.context["adminform"].form
    assert "researcher 99 changed sample_size at 12:00:00 UTC" in form.errors["__all__"][0]
    assert form.errors["sample_size"] == ["Stored now: 5"]
    assert form["sample_size"].value() == "4"
    draft.refresh_from_db()
    assert draft.sample_size == 5

    researcher.post(change_url(draft), {**typed, "made_from": form["made_from"].value()})

    draft.refresh_from_db()
    assert draft.sample_size == 4


def test_a_change_between_the_form_s_look_and_the_write_is_not_overwritten(researcher, monkeypatch):
    draft = make_draft(slug="garments")
    page = researcher.get(change_url(draft)).content.decode()
    version = re.search(r'name="made_from" value="(\d+)"', page).group(1)
    revise_draft(study=draft, now=NOW, by="researcher 99", sample_size=5)
    look, earlier = study_form.refuse_if_revised, [True]
    # The form's first look came before the other's revision, and saw nothing.
    monkeypatch.setattr(
        study_form, "refuse_if_revised", lambda **given: None if earlier and earlier.pop() else look(**given)
    )

    answer = researcher.post(
        change_url(draft), filled_in(dataset=draft.dataset.pk, sample_size=4, made_from=version)
    )

    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors["sample_size"] == ["Stored now: 5"]
    draft.refresh_from_db()
    assert draft.sample_size == 5


def test_another_dataset_takes_the_pilot_out_of_the_plan_and_the_page_says_so(researcher):
    draft = make_draft(slug="garments")
    pilot = close_study(study=make_study(dataset=draft.dataset, title="Shoes"), reason="Enough.", now=NOW)
    revise_draft(study=draft, now=NOW, assumptions={"pilot": pilot})

    answer = researcher.post(change_url(draft), filled_in(dataset=make_dataset().pk), follow=True)

    assert "Shoes is of another dataset" in answer.content.decode()
    assert Plan.objects.get(study=draft).pilot is None


def test_a_draft_can_be_deleted(researcher):
    draft = make_draft()

    researcher.post(reverse("admin:labelling_study_delete", args=[draft.pk]), {"post": "yes"})

    assert not Study.objects.exists()


def test_throwing_a_draft_away_is_asked_and_told_in_the_desk_s_words(researcher):
    draft = make_draft(title="Old plans")
    address = reverse("admin:labelling_study_delete", args=[draft.pk])

    asked = researcher.get(address).text
    told = researcher.post(address, {"post": "yes"}, follow=True)

    assert "Throw the draft away</button>" in asked
    assert "Are you sure" not in asked
    assert "revised" not in asked
    assert told.redirect_chain == [("/admin/", 302)]
    assert "The draft Old plans was thrown away." in told.text


def test_no_menu_leads_to_a_second_list_of_studies_or_to_django_s_own_pages(researcher):
    study = make_study()
    second = f'href="{LIST}"'

    for page in (
        "/admin/",
        f"/admin/labelling/study/{study.pk}/dashboard/",
        f"/admin/labelling/study/{study.pk}/record/",
        ADD,
        "/admin/labelling/dataset/",
    ):
        shown = researcher.get(page).text
        assert second not in shown
        assert 'href="/admin/labelling/"' not in shown
        assert "/history/" not in shown


def test_a_launched_study_cannot_be_deleted(researcher):
    study = make_study()

    answer = researcher.post(reverse("admin:labelling_study_delete", args=[study.pk]), {"post": "yes"})

    assert answer.status_code == 403
    assert Study.objects.filter(pk=study.pk).exists()


def test_studies_cannot_be_deleted_in_bulk(researcher):
    make_draft()

    assert "delete_selected" not in researcher.get(LIST).content.decode()


@pytest.mark.parametrize("model", [Annotator, Assignment, Category, Item, Label, Place, SampleItem])
def test_what_the_services_alone_write_is_not_in_the_admin(model):
    assert not admin.site.is_registered(model)
