"""Labelling by the plain form and by the script's requests."""

import pytest
from django.utils import timezone

from labelling.models import Assignment, Label
from labelling.services.studies import close_study, pause_study
from tests.factories import NOW, make_annotator, make_lease, make_pictured_study, picture_source
from tests.labelling.views.conftest import AnnotatorClient

pytestmark = pytest.mark.django_db


def form_of(client: AnnotatorClient, category: int = 0) -> dict[str, object]:
    """Return what the labelling page's form sends when this category's button is pressed."""
    shown = client.to("label/").context
    return {
        "assignment": shown["assignment"],
        "submission_key": shown["submission_key"],
        "category": category,
    }


def submission(client: AnnotatorClient, **changed: object) -> dict[str, object]:
    """Return what the script sends for the first image that it holds."""
    leased = client.tell("lease/", {"count": 1}).json()["assignments"]
    return {
        "assignment": leased[0]["assignment"],
        "category": 4,
        "submission_key": "one-answer",
        "response_ms": 1234,
        **changed,
    }


def test_the_page_shows_image_buttons_with_keys_and_progress(somebody):
    page = somebody.to("label/")
    assert page.status_code == 200
    assert page.text.count('name="category"') == 10
    assert [choice.key for choice in page.context["choices"]] == list("1234567890")
    assert 'src="data:image/png;base64,' in page.text
    assert 'width="308" height="308" class="pixelated"' in page.text
    assert '<span id="labelled">0</span>' in page.text
    assert "As many as you like" in page.text


def test_a_smooth_study_shows_smooth_images():
    client = AnnotatorClient(make_pictured_study(now=timezone.now(), scaling="smooth")).join()
    assert 'class="smooth"' in client.to("label/").text


def test_the_form_saves_an_answer_and_goes_on_to_the_next_image(somebody):
    sent = form_of(somebody, category=7)
    answer = somebody.press("label/", sent)
    assert (answer.status_code, answer["Location"]) == (303, f"{somebody.base}label/")
    label = Label.objects.get()
    assert label.category.position == 7
    assert label.response_ms is None
    shown = somebody.to("label/")
    assert shown.context["assignment"] != sent["assignment"]
    assert shown.context["standing"].labelled == 1


def test_the_same_form_sent_twice_makes_one_label(somebody):
    sent = form_of(somebody)
    assert somebody.press("label/", sent).status_code == 303
    assert somebody.press("label/", sent)["Location"] == f"{somebody.base}label/"
    assert Label.objects.count() == 1


def test_another_answer_after_the_back_button_goes_on_and_says_that_the_first_was_kept(somebody):
    sent = form_of(somebody, category=1)
    somebody.press("label/", sent)
    page = somebody.press("label/", {**sent, "category": 2}, follow=True)
    assert page.status_code == 200
    assert "your first answer stays" in page.text
    assert Label.objects.get().category.position == 1


def test_the_last_answer_of_the_quota_leads_to_the_thank_you():
    client = AnnotatorClient(make_pictured_study(now=timezone.now(), labels_per_annotator=2)).join()
    client.press("label/", form_of(client))
    answer = client.press("label/", form_of(client))
    assert answer["Location"] == f"{client.base}thanks/"
    assert client.annotator.completion_code in client.to("thanks/").text


def test_the_last_answer_of_the_study_leads_to_the_thank_you():
    study = make_pictured_study(now=timezone.now(), sample_size=1, redundancy=1)
    client = AnnotatorClient(study).join()
    assert client.press("label/", form_of(client))["Location"] == f"{client.base}thanks/"


@pytest.mark.parametrize(
    "changed",
    [
        {"assignment": "f" * 32},
        {"assignment": "../../etc/passwd"},
        {"category": 10},
        {"category": -1},
        {"category": "shirt"},
        {"category": ""},
        {"submission_key": ""},
        {"submission_key": "k" * 65},
        {"response_ms": "soon"},
    ],
)
def test_an_answer_that_makes_no_sense_gets_a_page_and_changes_nothing(somebody, changed):
    page = somebody.press("label/", {**form_of(somebody), **changed})
    assert page.status_code == 400
    assert "could not read that request" in page.text
    assert not Label.objects.exists()


def test_the_script_gets_images_inside_the_reply(somebody):
    leased = somebody.tell("lease/", {"count": 10}).json()["assignments"]
    assert len(leased) == 10
    assert {tuple(sorted(each)) for each in leased} == {("assignment", "image")}
    assert all(each["image"].startswith("data:image/png;base64,") for each in leased)
    assert leased[0]["assignment"] == somebody.to("label/").context["assignment"]


def test_a_large_image_comes_as_an_address():
    study = make_pictured_study(now=timezone.now(), source=picture_source(side=120, size=30), sample_size=5)
    client = AnnotatorClient(study).join()
    image = client.tell("lease/", {"count": 1}).json()["assignments"][0]["image"]
    assert image.startswith("/image/")
    assert client.get(image).status_code == 200


def test_the_script_saves_an_answer_with_its_time(somebody):
    sent = submission(somebody)
    answer = somebody.tell("label/", sent)
    assert answer.status_code == 200
    assert answer.json() == {"assignment": sent["assignment"], "category": 4, "saved": True}
    label = Label.objects.get()
    assert (label.category.position, label.response_ms, label.submission_key) == (4, 1234, "one-answer")


def test_a_replay_gets_the_identical_reply_and_makes_no_second_label(somebody):
    sent = submission(somebody)
    first = somebody.tell("label/", sent)
    somebody.tell("label/", submission(somebody, submission_key="another"))
    again = somebody.tell("label/", sent)
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert Label.objects.count() == 2


@pytest.mark.parametrize(
    ("changed", "status", "reason"),
    [
        ({"category": 5}, 409, "conflict"),
        ({"submission_key": "another"}, 409, "already_labelled"),
        ({"submission_key": "another", "assignment": "0" * 32}, 404, "unknown_assignment"),
        ({"submission_key": "another", "category": 10}, 400, "unknown_category"),
        ({"submission_key": "another", "category": None}, 400, "unknown_category"),
        ({"submission_key": "another", "category": "shirt"}, 400, "malformed"),
        ({"submission_key": "another", "changed_from": 10}, 400, "unknown_category"),
        ({"submission_key": "another", "changed_from": "shirt"}, 400, "malformed"),
        ({"submission_key": "another", "changed_from": 4, "category": 4}, 400, "malformed"),
        ({"changed_from": 5}, 409, "conflict"),
        ({"submission_key": "another", "category": True}, 400, "malformed"),
        ({"submission_key": "a\0b"}, 400, "malformed"),
        ({"submission_key": "\ud800"}, 400, "malformed"),
        ({"submission_key": "a b"}, 400, "malformed"),
        ({"assignment": ["0" * 32]}, 400, "malformed"),
    ],
)
def test_a_submission_that_cannot_be_taken_is_told_why(somebody, changed, status, reason):
    sent = submission(somebody)
    somebody.tell("label/", sent)
    answer = somebody.tell("label/", {**sent, **changed})
    assert answer.status_code == status
    assert answer.json() == {"saved": False, "reason": reason}
    assert Label.objects.count() == 1


@pytest.mark.parametrize("body", ["{", "[]", "7", "null", "[" * 4000, '{"assignment": "' + "a" * 5000 + '"}'])
@pytest.mark.parametrize("page", ["label/", "lease/"])
def test_a_body_that_is_no_small_json_object_is_refused(somebody, page, body):
    answer = somebody.tell(page, body)
    assert answer.status_code == 400
    assert answer.json()["reason"] == "malformed"


def test_a_body_of_megabytes_is_refused(somebody):
    assert somebody.tell("label/", "x" * 3_000_000).status_code == 400


@pytest.mark.parametrize("count", [0, -1, 1001, "many", None])
def test_an_odd_number_of_images_is_refused(somebody, count):
    assert somebody.tell("lease/", {"count": count}).json()["reason"] == "malformed"


def test_an_image_of_somebody_else_cannot_be_answered(somebody, study):
    foreign = make_lease(annotator=make_annotator(study=study, now=timezone.now()), now=timezone.now())
    answer = somebody.tell("label/", submission(somebody, assignment=foreign.token))
    assert (answer.status_code, answer.json()["reason"]) == (404, "unknown_assignment")


def test_an_answer_after_its_lease_has_run_out_is_saved_without_a_word(somebody):
    sent = submission(somebody)
    Assignment.objects.update(leased_at="2020-01-01T00:00Z", expires_at="2020-01-02T00:00Z")
    assert somebody.tell("label/", sent).json()["saved"] is True


def test_a_paused_study_still_takes_answers_and_gives_no_images(somebody, study):
    sent = submission(somebody)
    pause_study(study=study, now=NOW)
    assert somebody.tell("label/", sent).json()["saved"] is True
    lease = somebody.tell("lease/", {"count": 10})
    assert (lease.status_code, lease.json()["reason"]) == (409, "paused")
    page = somebody.to("label/")
    assert page.status_code == 403
    assert "Thank you for the 1 picture that you named" in page.text


def test_a_paused_study_sends_the_plain_form_to_the_page_that_says_so(somebody, study):
    sent = form_of(somebody)
    pause_study(study=study, now=NOW)
    page = somebody.press("label/", sent, follow=True)
    assert "taking a break" in page.text
    assert Label.objects.count() == 1


def test_a_closed_study_gives_whoever_took_part_a_code(study):
    study = make_pictured_study(now=timezone.now(), labels_per_annotator=10)
    client = AnnotatorClient(study).join()
    client.tell("label/", submission(client))
    close_study(study=study, reason="enough", now=timezone.now())
    assert client.tell("lease/", {"count": 10}).json()["reason"] == "over"
    page = client.to("label/")
    assert page.status_code == 410
    assert "Finish and get my code" in page.text
    assert client.press("finish/")["Location"] == f"{client.base}thanks/"


def test_somebody_for_whom_nothing_is_left_is_told_and_thanked():
    study = make_pictured_study(now=timezone.now(), sample_size=2, redundancy=2, labels_per_annotator=2)
    first = AnnotatorClient(study).join()
    own = submission(first)
    first.tell("label/", own)
    # The other image gets its two labels from others while the study still wants one for the first.
    answered = first.annotator.assignments.get(token=own["assignment"]).sample_item
    place_of_other = study.places.exclude(sample_item=answered)
    place_of_other.update(available_from=None)
    page = first.to("label/")
    assert page.status_code == 200
    assert "Nothing is left for you" in page.text
    assert "Thank you for the 1 picture that you named" in page.text
    assert first.press("finish/")["Location"] == f"{first.base}thanks/"


def test_somebody_waits_while_others_hold_the_last_images(study):
    study = make_pictured_study(now=timezone.now(), sample_size=1, redundancy=1)
    AnnotatorClient(study).join()
    late = AnnotatorClient(study).join()
    page = late.to("label/")
    assert page.status_code == 200
    assert "Nothing for you right now" in page.text
    assert "link brings you back" in page.text
    assert "Your completion code comes after your last picture." in page.text
    assert f'href="{late.base}pause/"' in page.text
    assert "/back/" in late.to("pause/").text
    assert late.tell("lease/", {"count": 10}).json() == {"assignments": []}


def test_somebody_without_an_image_in_hand_takes_the_next_by_a_button(somebody):
    Assignment.objects.all().update(state="released", place=None)
    page = somebody.to("label/")
    assert "Show me the next picture" in page.text
    assert not somebody.annotator.assignments.leased().exists()


def test_addresses_that_only_take_forms_lead_back_to_the_pictures(somebody):
    assert somebody.to("start/")["Location"] == f"{somebody.base}label/"
    assert somebody.to("finish/")["Location"] == f"{somebody.base}label/"
    assert somebody.to("lease/").status_code == 405


def test_a_submission_without_the_forms_mark_is_refused(study):
    joined = AnnotatorClient(study).join()
    client = AnnotatorClient(study, enforce_csrf_checks=True)
    client.cookies = joined.cookies
    answer = client.tell("label/", {})
    assert (answer.status_code, answer.json()) == (403, {"saved": False, "reason": "csrf"})
    page = client.press("label/")
    assert page.status_code == 403
    assert "Please try once more" in page.text


def test_the_queries_of_a_page_a_lease_and_a_submission_are_few(somebody, django_assert_max_num_queries):
    token = somebody.annotator.assignments.leased().get().token
    with django_assert_max_num_queries(6):
        somebody.to("label/")
    with django_assert_max_num_queries(14):  # for ten images, the savepoint included
        assert len(somebody.tell("lease/", {"count": 10}).json()["assignments"]) == 10
    with django_assert_max_num_queries(14):  # the savepoint included
        somebody.tell("label/", {"assignment": token, "category": 1, "submission_key": "k", "response_ms": 5})


def test_ten_answers_in_one_submission_take_as_many_queries_as_one(somebody, django_assert_max_num_queries):
    leased = somebody.tell("lease/", {"count": 10}).json()["assignments"]
    answers = [
        {"assignment": each["assignment"], "category": 2, "submission_key": f"k{number}"}
        for number, each in enumerate(leased)
    ]
    with django_assert_max_num_queries(14):
        assert len(somebody.tell("label/", {"answers": answers}).json()["answers"]) == 10


def test_reading_leases_that_are_held_takes_as_many_queries_for_ten_as_for_one(
    somebody, django_assert_max_num_queries, django_assert_num_queries
):
    with django_assert_max_num_queries(11) as few:
        somebody.tell("lease/", {"count": 1})
    expected = len(few)
    somebody.tell("lease/", {"count": 10})
    with django_assert_num_queries(expected):
        somebody.tell("lease/", {"count": 10})


def test_no_page_of_an_annotator_touches_sessions_or_sign_in(somebody, django_assert_max_num_queries):
    with django_assert_max_num_queries(16) as seen:
        for page in ("", "guide/", "label/", "pause/"):
            somebody.to(page)
    assert not [query for query in seen if "django_session" in query["sql"] or "auth_" in query["sql"]]


def test_several_answers_of_the_script_are_saved_together(somebody):
    leased = somebody.tell("lease/", {"count": 3}).json()["assignments"]
    answers = [
        {"assignment": each["assignment"], "category": 2, "submission_key": f"k{number}", "response_ms": 900}
        for number, each in enumerate(leased)
    ]
    reply = somebody.tell("label/", {"answers": answers})
    assert reply.json() == {
        "answers": [{"assignment": sent["assignment"], "category": 2, "saved": True} for sent in answers]
    }
    assert Label.objects.count() == 3


def test_of_several_answers_each_is_told_what_became_of_it(somebody):
    sent = submission(somebody)
    answers = [{**sent, "category": "shirt"}, 7, {**sent, "category": 10}, sent, {**sent, "category": 5}]
    reply = somebody.tell("label/", {"answers": answers})
    assert reply.status_code == 200
    assert [each.get("reason", "") for each in reply.json()["answers"]] == [
        "malformed",
        "malformed",
        "unknown_category",
        "",
        "conflict",
    ]


@pytest.mark.parametrize("answers", [[], {}, None, "all", [{}] * 11])
def test_an_odd_list_of_answers_is_refused(somebody, answers):
    reply = somebody.tell("label/", {"answers": answers})
    assert (reply.status_code, reply.json()["reason"]) == (400, "malformed")
