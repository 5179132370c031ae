"""One image that is lost stops nobody, and a storage that is away is told as a database is."""

import logging
from typing import NoReturn

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from labelling.models import Assignment, Check, Item, Label, SampleItem
from labelling.views import images
from tests.factories import make_pictured_study
from tests.labelling.views.conftest import AnnotatorClient

pytestmark = pytest.mark.django_db


@pytest.fixture
def storage_is_away(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    def fail(_name: str, *_mode: str) -> NoReturn:
        raise OSError(5, "Input/output error")

    images._small_image.cache_clear()
    monkeypatch.setattr(default_storage._wrapped, "open", fail)
    return monkeypatch


def lose(*items: Item) -> None:
    """Take images out of the storage, and out of the memory of the server."""
    images._small_image.cache_clear()
    for item in items:
        default_storage.delete(item.image.name)


def first_items(client: AnnotatorClient, count: int) -> list[Item]:
    """Return the items that are given out first."""
    members = client.study.places.order_by("rank").values_list("sample_item", flat=True)[:count]
    return list(Item.objects.filter(memberships__in=list(members)))


def held(client: AnnotatorClient) -> int:
    return client.annotator.assignments.leased().count()


class TestOneLostImage:
    def test_the_script_is_given_the_others_and_the_lost_one_is_given_back(self, somebody, caplog):
        [lost] = first_items(somebody, 1)
        lose(lost)
        reply = somebody.tell("lease/", {"count": 10})
        assert (reply.status_code, len(reply.json()["assignments"])) == (200, 9)
        states = Assignment.objects.filter(sample_item__item=lost).values_list("state", flat=True)
        assert list(states) == ["released"]
        [line] = [record for record in caplog.records if record.name == "labelling.views.leasing"]
        assert line.levelno == logging.ERROR
        slug = somebody.study.slug
        assert f"item {lost.index} of the study {slug} is not in the image storage" in line.message
        assert somebody.annotator.pseudonym not in caplog.text

    def test_the_next_lease_is_full_again(self, somebody):
        lose(*first_items(somebody, 2))
        somebody.tell("lease/", {"count": 10})
        assert len(somebody.tell("lease/", {"count": 10}).json()["assignments"]) == 10
        assert held(somebody) == 10

    def test_many_lost_images_are_passed_over_in_one_reply(self, somebody):
        lose(*first_items(somebody, 12))
        reply = somebody.tell("lease/", {"count": 10})
        assert len(reply.json()["assignments"]) == 8

    def test_the_page_of_an_image_that_is_lost_leads_on_to_the_next_one(self, somebody):
        lose(*first_items(somebody, 1))
        page = somebody.to("label/")
        assert (page.status_code, "Show me the next picture" in page.text) == (200, True)
        assert held(somebody) == 1  # looking has changed nothing
        assert somebody.press("start/", follow=True).status_code == 200
        assert "What is this?" in somebody.to("label/").text

    def test_an_answer_in_the_plain_form_goes_past_lost_images(self, somebody):
        first, *others = first_items(somebody, 3)
        lose(*others)
        answer = {"assignment": somebody.annotator.assignments.get().token, "category": 1}
        reply = somebody.press("label/", {**answer, "submission_key": "one"}, follow=True)
        assert "What is this?" in reply.text
        assert (Label.objects.count(), held(somebody)) == (1, 1)
        assert not somebody.annotator.assignments.leased().filter(sample_item__item__in=[first, *others])

    def test_a_storage_that_has_none_of_them_is_taken_to_be_away(self, somebody):
        lose(*Item.objects.all())
        reply = somebody.tell("lease/", {"count": 5})
        assert (reply.status_code, reply["Retry-After"]) == (503, "5")
        assert held(somebody) == 0

    def test_a_lost_check_is_left_out_and_keeps_nobody_from_the_images(self):
        study = make_pictured_study(now=timezone.now(), gold_items=2, gold_every=5)
        lose(*Item.objects.filter(memberships__role=SampleItem.Role.GOLD))
        client = AnnotatorClient(study).join()
        reply = client.tell("lease/", {"count": 10})
        assert Check.objects.exists()
        assert len(reply.json()["assignments"]) == 10
        assert "What is this?" in client.to("label/").text

    def test_the_guide_leaves_a_lost_example_out(self, visitor, caplog):
        lose(SampleItem.objects.filter(role=SampleItem.Role.GUIDE).first().item)
        visitor.press(data={"agree": "yes"})
        page = visitor.to("guide/")
        assert (page.status_code, page.text.count("data:image/png")) == (200, 9)
        assert "is not in the image storage" in caplog.text


class TestAStorageThatIsAway:
    def test_the_script_is_told_so_and_nothing_stays_promised(self, somebody, storage_is_away, caplog):
        before = held(somebody)
        reply = somebody.tell("lease/", {"count": 10})
        assert (reply.status_code, reply["Retry-After"]) == (503, "5")
        assert reply.json() == {"saved": False, "reason": "unavailable"}
        assert held(somebody) == before == 1
        assert "The image storage does not answer as it should: The image " in caplog.text
        assert "Traceback" not in caplog.text

    def test_it_gives_images_as_soon_as_it_is_back(self, somebody, storage_is_away):
        somebody.tell("lease/", {"count": 10})
        storage_is_away.undo()
        assert len(somebody.tell("lease/", {"count": 10}).json()["assignments"]) == 10

    @pytest.mark.parametrize("page", ["label/", "guide/"])
    def test_a_person_reads_plain_words(self, somebody, storage_is_away, page):
        reply = somebody.to(page)
        assert (reply.status_code, reply["Retry-After"]) == (503, "5")
        assert "out of order for a moment" in reply.text

    def test_an_image_under_its_own_address_can_be_asked_for_again(self, somebody, storage_is_away):
        reply = somebody.get(f"/image/{Item.objects.first().token}.png")
        assert (reply.status_code, reply["Retry-After"], reply["Cache-Control"]) == (503, "5", "no-store")
