"""The gallery of the sample, an image's page, the confusion matrix, and what is sealed."""

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoDbBlocker

from labelling.models import Study
from labelling.views.researcher import items
from tests.factories import at, make_draft, make_pictured_study, make_study
from tests.labelling.desk_people import make_voted, once

pytestmark = pytest.mark.django_db

VOTES = [[0, 0, 0], [1, 1, 2], [0, 1, 2], [2, 2], [1], []]


@pytest.fixture(scope="module")
def voted(database_url: str, django_db_blocker: DjangoDbBlocker) -> Iterator[Study]:
    with once(django_db_blocker):
        yield make_voted(VOTES)


@pytest.fixture
def researcher(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("researcher"))
    return client


def page_of(researcher: Client, study: Study, page: str = "items/", **asked: object) -> str:
    response = researcher.get(f"/admin/labelling/study/{study.pk}/{page}", asked)
    assert response.status_code == 200
    return response.content.decode()


def unseal(study: Study) -> None:
    Study.objects.filter(pk=study.pk).update(unsealed_at=at(1))


def test_the_gallery_shows_the_sample_with_majorities_and_labels(researcher, voted):
    page = page_of(researcher, voted)
    assert page.count('<li class="hb-shot') == 6
    assert 'alt="Image 3: tie"' in page
    assert 'alt="Image 6: no vote yet"' in page
    assert "1 label<" in page


def test_filters_narrow_the_gallery_and_stay_in_its_form(researcher, voted):
    page = page_of(researcher, voted, outcome="tie", labels=3)
    assert page.count('<li class="hb-shot') == 1
    assert '<option value="tie" selected>' in page
    assert "No image is like that." in page_of(researcher, voted, labels=0, outcome="tie")


def test_a_share_beyond_one_is_refused_at_its_field(researcher, voted):
    page = page_of(researcher, voted, entropy="7")
    assert "Ensure this value is less than or equal to 1" in page


def test_while_sealed_nothing_tells_the_ground_truth_and_it_cannot_be_asked_for(researcher, voted):
    whole = page_of(researcher, voted)
    assert "truth: " not in whole
    assert 'name="truth"' not in whole
    assert 'name="verdict"' not in whole
    assert "/items/confusion/" not in whole
    for asked in ({"truth": 0}, {"verdict": "right"}):
        assert page_of(researcher, voted, **asked).count('<li class="hb-shot') == 6
    assert "Category" not in page_of(researcher, voted, "items/confusion/").split("Confusion matrix of", 1)[1]
    assert "sealed until the study has ended" in page_of(researcher, voted, "items/0/")


def test_unsealed_it_can_be_asked_for_and_is_shown(researcher, voted):
    unseal(voted)
    page = page_of(researcher, voted)
    assert page.count("truth: ") == 6
    right, wrong = (page_of(researcher, voted, verdict=verdict) for verdict in ("right", "wrong"))
    assert right.count('<li class="hb-shot') + wrong.count('<li class="hb-shot') == 5
    assert "Ground truth</dt><dd>Category" in page_of(researcher, voted, "items/0/")


def test_each_cell_of_the_matrix_leads_to_its_images(researcher, voted):
    unseal(voted)
    page = page_of(researcher, voted, "items/confusion/")
    assert 'class="visually-hidden"> Category' in page
    addresses = [part.split('"', 1)[0].replace("&amp;", "&") for part in page.split('<a href="')[1:]]
    cells = [address for address in addresses if "majority=" in address]
    assert any("majority=tie" in cell for cell in cells)
    shown = sum(researcher.get(cell).content.decode().count('<li class="hb-shot') for cell in cells)
    assert shown == 5


def test_many_categories_are_listed_by_their_commonest_confusions(researcher, voted, monkeypatch):
    monkeypatch.setattr(items, "MOST_CATEGORIES", 2)
    unseal(voted)
    page = page_of(researcher, voted, "items/confusion/")
    assert "does not fit a page" in page
    assert "images of Category" in page


def test_one_of_many_categories_is_asked_for_by_name_or_code(researcher, voted, monkeypatch):
    monkeypatch.setattr("labelling.views.researcher.item_filter.MOST_CHOICES", 2)
    unseal(voted)
    for asked in ("1", "category 1"):
        page = page_of(researcher, voted, majority=asked)
        assert page.count('<li class="hb-shot') == 2
    assert page_of(researcher, voted, majority="tie").count('<li class="hb-shot') == 1
    wrong = page_of(researcher, voted, truth="Hat")
    assert "There is no category &#x27;Hat&#x27;." in wrong
    assert wrong.count('<li class="hb-shot') == 6


def test_an_image_s_page_has_labels_annotators_times_and_places(researcher, voted):
    page = page_of(researcher, voted, "items/1/")
    for annotator in voted.annotators.all():
        assert f"/annotators/{annotator.pk}/" in page
    assert page.count("1.5\N{NO-BREAK SPACE}s") == 3
    assert page.count("<td>filled</td>") == 3
    assert "66.7\N{NO-BREAK SPACE}%" in page
    assert 'rel="prev"' in page
    assert 'rel="next"' in page
    assert researcher.get(f"/admin/labelling/study/{voted.pk}/items/6/").status_code == 404


def test_small_images_are_in_the_page_and_larger_ones_have_an_address_of_the_desk(researcher, monkeypatch):
    study = make_pictured_study(sample_size=3)
    assert page_of(researcher, study).count("data:image/png;base64,") == 3
    monkeypatch.setattr("labelling.views.researcher.item_pictures.image_source", lambda item: "/i/token.png")
    page = page_of(researcher, study)
    sample = study.sample.filter(role="sampled").first()
    address = f"/admin/labelling/study/{study.pk}/pictures/{sample.pk}/84/"
    assert f'src="{address}"' in page
    assert researcher.get(address)["Content-Type"] == "image/png"
    assert researcher.get(address.replace("/84/", "/85/")).status_code == 404
    researcher.logout()
    assert researcher.get(address).status_code == 302


def test_an_image_that_the_storage_has_lost_does_not_break_the_page(researcher, voted):
    page = page_of(researcher, voted, "items/0/")
    sample = voted.sample.filter(role="sampled", position=0).get()
    address = f"/admin/labelling/study/{voted.pk}/pictures/{sample.pk}/308/"
    assert address in page
    assert researcher.get(address).status_code == 404


def test_a_draft_says_when_there_will_be_images(researcher):
    assert "The sample is drawn when the study is launched." in page_of(researcher, make_draft())


def test_a_study_without_a_vote_says_so_in_the_place_of_a_matrix(researcher):
    study = make_study()
    unseal(study)
    assert "No image has a vote yet." in page_of(researcher, study, "items/confusion/")


def test_each_page_takes_a_fixed_number_of_queries(researcher, voted, monkeypatch):
    unseal(voted)
    for page in ("items/", "items/confusion/"):
        counts = set()
        for shown in (2, 6):
            monkeypatch.setattr(items, "ON_A_PAGE", shown)
            with CaptureQueriesContext(connection) as queries:
                page_of(researcher, voted, page)
            counts.add(len(queries))
        assert len(counts) == 1
        assert counts.pop() <= 16
    counts = set()
    for position in (0, 4):
        with CaptureQueriesContext(connection) as queries:
            page_of(researcher, voted, f"items/{position}/")
        counts.add(len(queries))
    assert len(counts) == 1


def test_who_may_not_look_at_studies_sees_none_of_it(client, voted):
    reader = User.objects.create_user("reader", is_staff=True)
    client.force_login(reader)
    sample = voted.sample.first()
    pages = ["items/", "items/0/", "items/confusion/", f"pictures/{sample.pk}/84/"]
    statuses = {client.get(f"/admin/labelling/study/{voted.pk}/{page}").status_code for page in pages}
    assert statuses == {403}
    reader.user_permissions.add(Permission.objects.get(codename="view_study"))
    assert client.get(f"/admin/labelling/study/{voted.pk}/items/").status_code == 200
