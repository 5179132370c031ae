"""GET changes nothing, and no byte tells an item's ground truth or place in the dataset."""

import json

import pytest
from django.apps import apps
from django.utils import timezone

from labelling.models import Assignment
from labelling.services.studies import pause_study
from tests.factories import NOW, make_pictured_study, picture_source
from tests.labelling.views.conftest import AnnotatorClient

pytestmark = pytest.mark.django_db

PAGES = ["", "guide/", "start/", "label/", "lease/", "pause/", "finish/", "thanks/", "back/wrong/"]


def everything_stored() -> dict[str, list[dict]]:
    models = [*apps.get_app_config("labelling").get_models(), *apps.get_app_config("sessions").get_models()]
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_looking_changes_nothing(somebody, visitor, page, method):
    before = everything_stored()
    for client in (somebody, visitor):
        getattr(client, method)(client.base + page)
    assert everything_stored() == before


def test_looking_changes_nothing_when_the_study_rests(somebody, study):
    pause_study(study=study, now=NOW)
    before = everything_stored()
    for page in PAGES:
        somebody.to(page)
    assert everything_stored() == before


def planted_study():
    """Make a study whose every telling fact is a string that occurs nowhere else."""
    names = tuple(f"planted-category-{place}" for place in range(10))
    return make_pictured_study(now=timezone.now(), source=picture_source(names=names, name="planted-data"))


def what_an_annotator_receives(client: AnnotatorClient) -> list[str]:
    """Return every answer's headers and body on a way through the labelling pages."""
    answers = [
        client.to("label/"),
        client.tell("lease/", {"count": 10}),
        client.tell("label/", {"assignment": "0" * 32, "category": 1, "submission_key": "k"}),
        client.press("label/", {}),
        client.to("pause/"),
        client.get("/image/" + "0" * 32 + ".png"),
    ]
    token = client.annotator.assignments.leased().first().token
    answers.append(client.tell("label/", {"assignment": token, "category": 1, "submission_key": "k"}))
    return [json.dumps(dict(answer.headers)) + answer.text for answer in answers]


def test_categories_are_named_on_the_buttons_alone_and_always_in_the_same_order():
    client = AnnotatorClient(planted_study()).join()
    page, *others = what_an_annotator_receives(client)
    places = [page.index(f"<span>planted-category-{place}</span>") for place in range(10)]
    assert places == sorted(places)
    # Name and description, once each, in a button.
    assert page.count("planted-category-") == 20
    assert not [other for other in others if "planted-category-" in other]


def test_no_reply_names_the_dataset_an_items_token_or_its_hash():
    study = planted_study()
    received = "".join(what_an_annotator_receives(AnnotatorClient(study).join()))
    assert "planted-data" not in received
    for item in study.dataset.items.all():
        assert item.token not in received
        assert item.pixel_sha256 not in received


def test_a_lease_has_nothing_in_it_but_a_random_name_and_the_image():
    client = AnnotatorClient(planted_study()).join()
    leased = client.tell("lease/", {"count": 10}).json()
    assert list(leased) == ["assignments"]
    for each in leased["assignments"]:
        assert sorted(each) == ["assignment", "image"]
        assert len(each["assignment"]) == 32
        int(each["assignment"], 16)


def test_the_page_of_an_image_is_the_same_whatever_its_ground_truth():
    """Two annotators with images of different categories get pages that differ in random names alone."""
    study = planted_study()
    pages = {}
    for _ in range(12):
        client = AnnotatorClient(study).join()
        assignment = client.annotator.assignments.select_related("sample_item__item").get()
        shown = client.to("label/")
        text = shown.text
        for name in ("assignment", "submission_key", "image", "store", "csrf_token"):
            text = text.replace(str(shown.context[name]), name)
        pages[assignment.sample_item.item.ground_truth_id] = text
    assert len(pages) > 1
    assert len(set(pages.values())) == 1


def test_images_come_in_an_order_that_has_nothing_to_do_with_the_datasets():
    study = make_pictured_study(now=timezone.now(), sample_size=40)
    client = AnnotatorClient(study).join()
    client.tell("lease/", {"count": 10})
    leased = Assignment.objects.order_by("pk").values_list("sample_item__item__index", flat=True)
    assert list(leased) != sorted(leased)
