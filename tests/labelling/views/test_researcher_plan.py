"""Planning step by step: each step is stored, faults are said at their field, nothing typed is lost."""

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from labelling.models import Plan, Recruitment, Study
from labelling.selectors.draft_versions import draft_version, revisions_since
from labelling.services.drafts import revise_draft
from labelling.services.recruitment import Offer, offer_study
from labelling.services.studies import close_study
from labelling.views.researcher.plan_forms import AssumptionsForm
from tests.factories import NOW, make_dataset, make_draft, make_study

pytestmark = pytest.mark.django_db

BEGIN = "/admin/labelling/study/add/guided/"
STEPS = ["data", "sample", "protocol", "texts", "panel", "summary"]


@pytest.fixture
def researcher(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("researcher"))
    return client


def step(study: Study, name: str) -> str:
    return reverse("admin:labelling_study_plan", args=[study.pk, name])


def sample(**fields):
    return {
        "sample_size": 6,
        "strategy": "simple",
        "seed": 1,
        "expected_accuracy": 0.8,
        "machine_accuracy": 0.9,
        **fields,
    }


def panel(**fields):
    return {"seconds_per_label": 4, "hourly_pay": 12, "minimum_wage": 8, "currency": "USD", **fields}


def test_without_a_dataset_the_first_step_says_how_to_get_one(researcher):
    assert "import_dataset fashion-mnist" in researcher.get(BEGIN).content.decode()

    answer = researcher.post(BEGIN, {"title": "Garments", "slug": ""})

    assert "No dataset is imported yet" in answer.content.decode()
    assert not Study.objects.exists()


def test_the_first_step_shows_each_dataset_with_its_images(researcher):
    first, second = make_dataset(title="Shoes"), make_dataset(title="Hats")

    page = researcher.get(f"{BEGIN}?dataset={first.pk}").content.decode()

    assert "Shoes" in page
    assert f"/image/{second.items.get(index=11).token}.png" in page
    assert f'value="{first.pk}" id="dataset-{first.pk}" checked' in page


def test_the_first_step_makes_a_draft_with_the_precedent_s_protocol(researcher):
    dataset = make_dataset(size=1200)

    answer = researcher.post(BEGIN, {"dataset": dataset.pk, "title": "Garments at a glance", "slug": ""})

    draft = Study.objects.get(slug="garments-at-a-glance")
    assert (draft.sample_size, draft.redundancy, draft.strategy, draft.tie_rule) == (
        1000,
        3,
        "simple",
        "random",
    )
    assert answer.url == step(draft, "sample")


def test_the_proposed_title_fits_whichever_dataset_is_chosen_and_the_short_name_is_the_dataset_s(researcher):
    chosen, _newest = make_dataset(title="Shoes"), make_dataset(title="Hats")
    proposed = researcher.get(BEGIN).context["forms"].study["title"].value()

    researcher.post(BEGIN, {"dataset": chosen.pk, "title": proposed, "slug": ""})
    researcher.post(BEGIN, {"dataset": chosen.pk, "title": proposed, "slug": ""})

    assert proposed == "What do these pictures show?"
    assert [study.slug for study in Study.objects.order_by("pk")] == ["shoes", "shoes-2"]


def test_a_small_dataset_is_labelled_whole(researcher):
    researcher.post(BEGIN, {"dataset": make_dataset(size=12).pk, "title": "Few", "slug": ""})

    assert Study.objects.get().sample_size == 12


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"dataset": "", "title": "T"}, "Choose the dataset that people are shown."),
        ({"dataset": "999", "title": "T"}, "Select a valid choice"),
        ({"title": ""}, "This field is required"),
        ({"title": "T", "slug": "no slug"}, "valid"),
    ],
)
def test_what_the_first_step_cannot_take_is_said_and_stays_typed(researcher, data, said):
    answer = researcher.post(BEGIN, {"dataset": make_dataset().pk, **data})

    page = answer.content.decode()
    assert answer.status_code == 400
    assert said in page
    assert not Study.objects.exists()


@pytest.mark.parametrize("name", STEPS)
def test_every_step_has_help_beside_each_field_and_leads_to_the_preview(researcher, name):
    draft = make_draft()

    page = researcher.get(step(draft, name))

    html = page.content.decode()
    assert 'name="to" value="preview"' in html
    assert " style=" not in html
    assert "<script>" not in html
    forms = page.context["forms"]
    fields = [field for form in (forms.study, forms.assumptions, forms.panel) if form for field in form]
    assert [field.name for field in fields if not field.help_text and not field.is_hidden] == []


def test_the_steps_ask_for_every_field_of_a_draft(researcher):
    draft = make_draft()
    asked = set()
    for name in STEPS:
        asked |= set(researcher.get(step(draft, name)).context["forms"].study.fields)

    assert asked == {"slug", "dataset", "made_from", *Study.PROTOCOL_FIELDS}


def test_a_step_is_stored_and_leads_on(researcher):
    draft = make_draft(sample_size=6)

    answer = researcher.post(step(draft, "sample"), sample(sample_size=5))

    draft.refresh_from_db()
    assert (draft.sample_size, draft.plan.machine_accuracy) == (5, 0.9)
    assert answer.url == step(draft, "protocol")
    assert draft.plan.seconds_per_label == 4
    [revision] = revisions_since(study=draft, version=0)
    assert revision.by.startswith("researcher ")
    assert "sample_size" in revision.fields


@pytest.mark.parametrize(("to", "there"), [("back", "data"), ("texts", "texts"), ("nowhere", "protocol")])
def test_a_step_is_stored_wherever_one_goes_next(researcher, to, there):
    draft = make_draft(sample_size=6)

    answer = researcher.post(step(draft, "sample"), sample(sample_size=5, to=to))

    draft.refresh_from_db()
    assert draft.sample_size == 5
    assert answer.url == step(draft, there)


def test_the_preview_shows_what_was_typed_as_it_is_stored_first(researcher):
    draft = make_draft(consent_text="The old text.")
    typed = {"consent_text": "The new text.", "consent_version": "2", "guide_text": "Look.", "contact": ""}

    answer = researcher.post(step(draft, "texts"), {**typed, "to": "preview"}, follow=True)

    assert answer.redirect_chain == [(reverse("preview:welcome", args=[draft.join_code]), 302)]
    assert "The new text." in answer.content.decode()
    assert step(draft, "texts") in answer.content.decode()


def test_what_is_typed_and_not_stored_is_marked_so_that_leaving_asks(researcher):
    draft = make_draft()

    assert "data-unsaved>" in researcher.get(step(draft, "sample")).content.decode()
    again = researcher.post(step(draft, "sample"), sample(sample_size=13))
    assert 'data-unsaved="typed">' in again.content.decode()


def test_working_it_out_stores_nothing_and_keeps_what_is_typed(researcher):
    draft = make_draft(sample_size=6)

    answer = researcher.post(step(draft, "sample"), sample(sample_size=12, to="work-out"))

    draft.refresh_from_db()
    assert draft.sample_size == 6
    assert 'value="12"' in answer.content.decode()
    assert "Every image is labelled" in answer.content.decode()


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("sample", sample(sample_size=13), "A sample of 13 cannot be drawn from 12 items"),
        ("sample", sample(expected_accuracy=83.5), "less than or equal to 1"),
        ("panel", panel(expected_annotators=2), "Expect 3 or more"),
        ("panel", panel(panel="luck"), "Select a valid choice"),
        ("panel", panel(panel="prolific", places=0), "greater than or equal to 1"),
    ],
)
def test_what_cannot_be_is_said_and_stays_typed_and_nothing_is_stored(researcher, name, data, said):
    draft = make_draft(sample_size=6, redundancy=3)

    answer = researcher.post(step(draft, name), data)

    draft.refresh_from_db()
    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert draft.sample_size == 6
    assert not Plan.objects.exists()
    assert not Recruitment.objects.exists()


def test_more_labels_than_people_are_said_at_the_field(researcher):
    draft = make_draft(redundancy=3)
    revise_draft(study=draft, now=NOW, assumptions={"expected_annotators": 4})
    form = researcher.get(step(draft, "protocol")).context["forms"].study
    typed = {name: form[name].value() for name in form.fields}
    typed = {name: "" if value is None else value for name, value in typed.items()} | {"redundancy": 5}

    answer = researcher.post(step(draft, "protocol"), typed | {"screening": "", "quality_rules": "[]"})

    [said] = answer.context["forms"].study.errors["redundancy"]
    assert "5 different people for each image, and 4 are expected" in said


def test_the_panel_step_offers_the_study_and_keeps_what_was_set_up(researcher):
    draft = make_draft()
    offer = Offer(completion_code="DONE", time_limit_minutes=30)
    offer_study(study=draft, panel="prolific", offer=offer, now=NOW)

    researcher.post(step(draft, "panel"), panel(panel="prolific", places=40, expected_annotators=40))
    researcher.post(step(draft, "panel"), panel(panel="panel", places=5, expected_annotators=40))

    made = Recruitment.objects.get(panel="prolific")
    assert (made.places, made.completion_code, made.time_limit_minutes) == (40, "DONE", 30)
    assert Recruitment.objects.get(panel="panel").settings["parameter"] == "participant"


def test_the_second_of_two_is_told_who_changed_what_and_keeps_what_was_typed(researcher):
    draft = make_draft(sample_size=6)
    seen = draft_version(study=draft)
    other = User.objects.create_user("ada")
    by = f"researcher {other.pk}"
    revise_draft(study=draft, now=NOW, by=by, sample_size=5, assumptions={"machine_accuracy": 0.7})

    typed = sample(sample_size=4, made_from=seen)
    answer = researcher.post(step(draft, "sample"), typed)

    page = answer.content.decode()
    assert f"ada (researcher {other.pk}) changed" in page
    assert 'name="sample_size" value="4"' in page
    version = answer.context["forms"].study["made_from"].value()
    assert researcher.post(step(draft, "sample"), {**typed, "made_from": version}).status_code == 302
    draft.refresh_from_db()
    assert (draft.sample_size, draft.plan.machine_accuracy) == (4, 0.9)


def test_another_dataset_takes_the_pilot_out_and_says_so(researcher):
    draft = make_draft(slug="garments")
    pilot = close_study(study=make_study(dataset=draft.dataset, title="Shoes"), reason="Enough.", now=NOW)
    revise_draft(study=draft, now=NOW, assumptions={"pilot": pilot})
    data = {"dataset": make_dataset().pk, "title": "Garments", "slug": "garments"}

    answer = researcher.post(step(draft, "data"), data, follow=True)

    assert "Shoes is of another dataset" in answer.content.decode()
    assert Plan.objects.get(study=draft).pilot is None


def test_the_summary_says_what_the_launch_will_do_and_what_to_think_of(researcher):
    draft = make_draft(sample_size=6, redundancy=3, contact="", tie_extension=2, minimum_age=18)

    page = researcher.get(step(draft, "summary")).content.decode()

    assert "6 of the 12 images" in page
    assert "18 labels" in page
    assert "given up to 2 further labels" in page
    assert "say that they are 18 or older" in page
    assert "No contact is given" in page
    assert reverse("admin:labelling_study_step", args=[draft.pk, "launch"]) in page


def test_a_launched_study_is_not_planned_any_more(researcher):
    study = make_study()

    answer = researcher.post(step(study, "sample"), sample(sample_size=5), follow=True)

    assert "its protocol is frozen" in answer.content.decode()
    study.refresh_from_db()
    assert study.sample_size == 6


def test_the_line_ends_of_a_browser_are_no_change_of_a_text(researcher):
    draft = make_draft(consent_text="I agree.\n\nTruly.", guide_text="Look.\nChoose.")
    typed = {"consent_text": "I agree.\r\n\r\nTruly.", "guide_text": "Look.\r\nChoose."}

    researcher.post(step(draft, "texts"), {**typed, "consent_version": "1", "contact": ""})

    assert revisions_since(study=draft, version=0) == []


def test_an_unknown_step_or_study_is_not_found(researcher):
    assert researcher.get(step(make_draft(), "luck")).status_code == 404
    assert researcher.get("/admin/labelling/study/999/plan/data/").status_code == 404


def test_only_those_who_may_change_studies_plan(client):
    client.force_login(User.objects.create_user("viewer", is_staff=True))

    assert client.get(BEGIN).status_code == 403
    assert client.get(step(make_draft(), "sample")).status_code == 403


def test_the_queries_of_the_first_step_do_not_grow_with_the_datasets(researcher):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            researcher.get(BEGIN)
        return len(captured)

    make_dataset()
    queries()
    few = queries()
    for _ in range(3):
        make_dataset()

    assert queries() == few


@pytest.mark.parametrize("currency", ["x", "US", "1.5", "€€€"])
def test_what_is_no_currency_is_told_at_its_field(currency):
    form = AssumptionsForm(make_draft(), {"currency": currency}, fields=("currency",))

    assert form.errors["currency"] == ["Write three letters, such as USD or EUR."]


def test_a_currency_is_taken_in_whatever_case():
    form = AssumptionsForm(make_draft(), {"currency": "eur"}, fields=("currency",))

    assert form.is_valid()
    assert form.cleaned_data["currency"] == "EUR"
