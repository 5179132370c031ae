"""The way in: link, consent, guide."""

import gzip
from functools import partial
from typing import NoReturn

import pytest
from django.db import OperationalError
from django.utils import timezone

from labelling.models import Annotator, Label, SampleItem
from labelling.services import annotators as annotators_service
from labelling.services.annotators import join_study
from labelling.services.steady_clock import steady_now
from labelling.services.studies import close_study, pause_study
from tests.factories import NOW, label_everything, make_draft, make_pictured_study, picture_source
from tests.labelling.views.conftest import AnnotatorClient

pytestmark = pytest.mark.django_db


def test_the_link_shows_title_consent_text_and_contact(visitor, study):
    page = visitor.to()
    assert page.status_code == 200
    assert study.title in page.text
    assert "You are invited to take part" in page.text


@pytest.mark.parametrize("complete", [False, True])
def test_nobody_joins_a_rehearsal(complete):
    study = make_pictured_study(now=timezone.now(), rehearsal=True)
    if complete:
        label_everything(study=study)
    people = study.annotators.count()
    visitor = AnnotatorClient(study)
    for answer in (visitor.to(), visitor.press(data={"agree": "yes"})):
        assert answer.status_code == 403
        assert "This is only a rehearsal" in answer.text
        assert "I agree" not in answer.text
    assert study.annotators.count() == people


def test_the_contact_is_shown_where_there_is_one():
    study = make_pictured_study(now=timezone.now(), contact="study@example.org")
    assert '<a href="mailto:study@example.org">study@example.org</a>.' in AnnotatorClient(study).to().text


def test_the_welcome_tells_how_many_pictures_and_minutes():
    study = make_pictured_study(now=timezone.now(), labels_per_annotator=4)
    page = AnnotatorClient(study).to().text
    assert "About 4 pictures to name, one at a time. With reading, that takes some 2 minutes." in page


def test_without_a_quota_the_welcome_names_no_number(visitor):
    page = visitor.to().text
    assert "Name as many pictures as you like, one at a time." in page
    assert "With reading" not in page


def test_agreeing_makes_an_annotator_with_time_and_version_of_the_consent(visitor, study):
    before = steady_now()
    answer = visitor.press(data={"agree": "yes"})
    assert (answer.status_code, answer["Location"]) == (303, f"{visitor.base}guide/")
    annotator = Annotator.objects.get()
    assert annotator.study == study
    assert before <= annotator.consented_at <= steady_now()
    assert annotator.consent_version == study.consent_version


def test_the_cookie_is_for_this_study_alone_and_no_script_reads_it(visitor):
    cookie = visitor.press(data={"agree": "yes"}).cookies["annotator"]
    assert cookie["path"] == visitor.base
    assert cookie["httponly"] is True
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] == 90 * 24 * 3600
    assert not cookie["secure"]


def test_the_cookie_is_secure_on_https(visitor):
    assert visitor.press(data={"agree": "yes"}, secure=True).cookies["annotator"]["secure"] is True


def test_the_database_holds_no_secret(visitor):
    secret = visitor.press(data={"agree": "yes"}).cookies["annotator"].value
    annotator = Annotator.objects.values().get()
    assert secret not in str(annotator)
    assert len(annotator["secret_sha256"]) == 64


def test_a_consent_that_cannot_be_stored_leaves_nobody_who_joined_without_it(visitor, monkeypatch):
    def fail(**_event: object) -> NoReturn:
        raise OperationalError("database or disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(annotators_service, "lock", fail)
        assert visitor.press(data={"agree": "yes"}).status_code == 503
    assert not Annotator.objects.exists()
    assert visitor.press(data={"agree": "yes"}).status_code == 303


def test_who_joined_and_has_not_consented_is_given_no_image_and_led_to_the_consent(visitor, study):
    _, secret = join_study(study=study, now=steady_now())
    visitor.cookies["annotator"] = secret
    reply = visitor.tell("lease/", {"count": 1})
    assert (reply.status_code, reply.json()["reason"]) == (409, "not_admitted")
    pressed = visitor.press("start/")
    assert (pressed.status_code, pressed["Location"]) == (303, visitor.base)


def test_nobody_joins_without_agreeing(visitor):
    page = visitor.press()
    assert page.status_code == 400
    assert "I agree" in page.text
    assert not Annotator.objects.exists()


def test_agreeing_twice_makes_one_annotator(visitor):
    visitor.press(data={"agree": "yes"})
    again = visitor.press(data={"agree": "yes"})
    assert again.status_code == 303
    assert Annotator.objects.count() == 1


def test_the_link_brings_somebody_who_has_joined_back_to_the_pictures(somebody):
    page = somebody.to(follow=True)
    assert page.redirect_chain[-1][0] == f"{somebody.base}label/"
    assert "What is this?" in page.text


def test_two_studies_know_the_same_browser_as_two_annotators(visitor):
    other = AnnotatorClient(make_pictured_study(now=timezone.now()))
    other.cookies = visitor.cookies
    visitor.press(data={"agree": "yes"})
    assert other.to().status_code == 200


def test_an_unknown_link_has_its_page(visitor):
    page = visitor.get("/s/nosuchcode/")
    assert page.status_code == 404
    assert "leads to no study" in page.text


def test_a_draft_is_not_open_yet():
    page = AnnotatorClient(make_draft()).to()
    assert page.status_code == 403
    assert "has not started yet" in page.text


def test_a_paused_study_says_so_and_takes_nobody_in(visitor, study):
    pause_study(study=study, now=NOW)
    assert "taking a break" in visitor.to().text
    assert visitor.press(data={"agree": "yes"}).status_code == 403
    assert not Annotator.objects.exists()


def test_a_complete_study_thanks(visitor, study):
    label_everything(study=study, now=timezone.now())
    page = visitor.to()
    assert page.status_code == 410
    assert "This study is complete" in page.text
    assert visitor.press(data={"agree": "yes"}).status_code == 410


def test_a_closed_study_thanks_and_keeps_its_reason_to_itself(visitor, study):
    close_study(study=study, reason="the money ran out", now=timezone.now())
    page = visitor.to()
    assert page.status_code == 410
    assert "has been closed" in page.text
    assert "the money ran out" not in page.text


def test_the_guide_shows_every_category_with_its_description_and_examples(visitor, study):
    visitor.press(data={"agree": "yes"})
    page = visitor.to("guide/")
    for category in study.dataset.categories.all():
        assert category.name in page.text
        assert category.description in page.text
    assert page.text.count("data:image/png;base64,") == 10 * study.guide_examples
    assert "Show me the first picture" in page.text


def test_no_example_of_the_guide_is_in_the_sample(visitor, study):
    visitor.press(data={"agree": "yes"})
    sampled = set(study.sample.filter(role=SampleItem.Role.SAMPLED).values_list("item", flat=True))
    shown = {
        member.item_id for member in study.sample.filter(role=SampleItem.Role.GUIDE).select_related("item")
    }
    assert len(shown) == 10
    assert not shown & sampled


def test_the_guide_travels_compressed_and_its_length_tells_nothing(visitor):
    visitor.press(data={"agree": "yes"})
    replies = [visitor.to("guide/", headers={"accept-encoding": "gzip"}) for _ in range(8)]
    assert {reply["Content-Encoding"] for reply in replies} == {"gzip"}
    # The form's mark is another each time, and so is the padding.
    assert len({len(reply.content) for reply in replies}) > 1
    assert "What you will see" in gzip.decompress(replies[0].content).decode()


@pytest.mark.parametrize("page", ["label/", "lease/"])
def test_what_holds_pictures_of_the_sample_is_as_long_as_any_other(somebody, page):
    """Compressed, a picture's length would hint at what is on it."""
    ask = somebody.to if page == "label/" else partial(somebody.tell, data={"count": 3})
    assert "Content-Encoding" not in ask(page, headers={"accept-encoding": "gzip"})


def test_the_guide_can_be_read_again(somebody):
    assert "Back to the pictures" in somebody.to("guide/").text


def test_the_guide_comes_before_the_first_picture(visitor):
    visitor.press(data={"agree": "yes"})
    assert visitor.to("label/")["Location"] == f"{visitor.base}guide/"


def test_going_on_from_the_guide_is_recorded_and_leases_one_picture(visitor):
    visitor.press(data={"agree": "yes"})
    answer = visitor.press("start/")
    assert (answer.status_code, answer["Location"]) == (303, f"{visitor.base}label/")
    assert visitor.annotator.guide_read_at is not None
    assert visitor.annotator.assignments.count() == 1


def test_the_guide_takes_as_many_queries_for_many_examples_as_for_few(django_assert_num_queries):
    for examples in (1, 3):
        study = make_pictured_study(now=timezone.now(), guide_examples=examples)
        client = AnnotatorClient(study)
        client.press(data={"agree": "yes"})
        with django_assert_num_queries(3):
            client.to("guide/")


@pytest.mark.parametrize("wording", ["REHEARSAL", "DRAWN DATA"])
def test_a_study_of_real_people_and_data_has_no_watermark(visitor, wording):
    assert wording not in visitor.to().text


def test_somebody_known_before_consenting_consents_on_the_same_page(visitor, study):
    visitor.press(data={"agree": "yes"})
    Annotator.objects.update(consented_at=None, consent_version="")
    assert "I agree" in visitor.to().text
    assert visitor.press(data={"agree": "yes"})["Location"] == f"{visitor.base}guide/"
    assert Annotator.objects.get().consented_at is not None


@pytest.mark.only_sqlite
def test_two_hundred_people_behind_one_address_are_two_hundred_annotators():
    """As in a school: nothing counts addresses, and nobody is held back or taken for another."""
    study = make_pictured_study(
        now=timezone.now(), source=picture_source(size=90), sample_size=70, labels_per_annotator=1
    )
    codes = set()
    for _ in range(200):
        client = AnnotatorClient(study, REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR="198.51.100.1")
        client.join()
        [entry] = client.tell("lease/", {"count": 1}).json()["assignments"]
        sent = {"assignment": entry["assignment"], "category": 3, "submission_key": "first"}
        assert client.tell("label/", sent).json()["saved"]
        client.press("finish/")
        codes.add(client.annotator.completion_code)
    assert len(codes) == 200
    assert Label.objects.values("annotator").distinct().count() == 200
