"""Checks on the annotator's pages: answered like any image, and told from one by nothing but their words."""

import json
import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.utils import timezone

from labelling.models import Annotator, Check, Label, Study
from labelling.services.studies import close_study, pause_study
from tests.factories import NOW, make_pictured_study, picture_source
from tests.labelling.views.conftest import AnnotatorClient

pytestmark = pytest.mark.django_db

CHECKS = {"gold_items": 8, "gold_every": 5, "repeat_every": 5, "attention_every": 5}


def checked_study(**fields: object) -> Study:
    given = {"sample_size": 30, "guide_examples": 0, "labels_per_annotator": 25, **CHECKS}
    return make_pictured_study(now=timezone.now(), **{**given, **fields})


@pytest.fixture
def client() -> AnnotatorClient:
    return AnnotatorClient(checked_study()).join()


def kind_of(entry: dict[str, object]) -> str:
    """Look in the database for what the browser cannot know."""
    check = Check.objects.filter(token=entry["assignment"]).first()
    return check.kind if check else "image"


def answer_for(entry: dict[str, object], category: int = 3) -> dict[str, object]:
    token = entry["assignment"]
    return {"assignment": token, "category": category, "submission_key": f"k-{token}", "response_ms": 900}


def stream(client: AnnotatorClient, count: int = 10) -> Iterator[dict[str, object]]:
    """Lease and answer until nothing is left; yield each entry before it is answered."""
    while True:
        leased = client.tell("lease/", {"count": count}).json().get("assignments", [])
        if not leased:
            return
        for entry in leased:
            yield entry
            client.tell("label/", answer_for(entry))


def until(client: AnnotatorClient, kind: str) -> dict[str, object]:
    """Answer all that comes before an entry of this kind, and return that."""
    for entry in stream(client, count=1):
        if kind_of(entry) == kind:
            return entry
    raise AssertionError(f"no {kind} came")


def test_gold_and_repeats_come_as_images_and_instructions_as_words(client):
    shapes: dict[str, set[tuple[str, ...]]] = {}
    for entry in stream(client):
        assert re.fullmatch(r"[0-9a-f]{32}", str(entry["assignment"]))
        shapes.setdefault(kind_of(entry), set()).add(tuple(sorted(entry)))
    picture = {("assignment", "image")}
    assert shapes == {
        "image": picture,
        "gold": picture,
        "repeat": picture,
        "attention": {("assignment", "instruction")},
    }


def test_the_quota_counts_images_alone(client):
    for _ in stream(client):
        pass
    assert Label.objects.count() == 25
    assert Check.objects.filter(answered_at=None).count() == 0
    assert client.press("finish/")["Location"].endswith("/thanks/")


@pytest.mark.parametrize("kind", ["image", "gold", "repeat", "attention"])
def test_every_answer_gets_the_reply_of_any_image(client, kind):
    entry = until(client, kind)
    reply = client.tell("label/", answer_for(entry))
    assert reply.status_code == 200
    assert reply.json() == {"assignment": entry["assignment"], "category": 3, "saved": True}
    again = client.tell("label/", answer_for(entry))
    assert (again.status_code, again.content) == (200, reply.content)
    assert sorted(again.headers) == sorted(reply.headers)


@pytest.mark.parametrize("kind", ["image", "gold", "repeat", "attention"])
@pytest.mark.parametrize(
    ("changed", "status", "reason"),
    [
        ({"category": 99}, 400, "unknown_category"),
        ({"category": None}, 400, "unknown_category"),
        ({"response_ms": "soon"}, 400, "malformed"),
    ],
)
def test_an_answer_that_cannot_be_taken_is_refused_like_one_to_any_image(
    client, kind, changed, status, reason
):
    reply = client.tell("label/", answer_for(until(client, kind)) | changed)
    assert (reply.status_code, reply.json()) == (status, {"saved": False, "reason": reason})


@pytest.mark.parametrize("kind", ["image", "gold", "repeat", "attention"])
def test_a_second_answer_is_refused_like_one_to_any_image(client, kind):
    entry = until(client, kind)
    client.tell("label/", answer_for(entry))
    for changed, reason in (
        ({"category": 5}, "conflict"),
        ({"submission_key": "other"}, "already_labelled"),
    ):
        reply = client.tell("label/", answer_for(entry) | changed)
        assert (reply.status_code, reply.json()) == (409, {"saved": False, "reason": reason})


@pytest.mark.parametrize("kind", ["image", "gold", "attention"])
@pytest.mark.parametrize("step", ["pause", "close"])
def test_an_answer_is_taken_while_the_study_rests_and_when_it_is_closed(client, kind, step):
    entry = until(client, kind)
    if step == "pause":
        pause_study(study=client.study, now=NOW)
    else:
        close_study(study=client.study, reason="Enough.", now=NOW)
    assert client.tell("label/", answer_for(entry)).json()["saved"] is True
    reason = "paused" if step == "pause" else "over"
    assert client.tell("lease/", {"count": 5}).json() == {"saved": False, "reason": reason}


def test_answers_that_piled_up_are_told_one_by_one_whatever_they_answer(client):
    leased = client.tell("lease/", {"count": 8}).json()["assignments"][:10]
    assert {kind_of(entry) for entry in leased} >= {"image", "gold"}
    sent = [answer_for(entry) for entry in leased]
    sent[2] |= {"category": 99}
    told = client.tell("label/", {"answers": sent}).json()["answers"]
    assert [each.get("reason", "") for each in told] == ["", "", "unknown_category", *[""] * (len(sent) - 3)]


def test_two_tabs_are_given_the_same_checks_and_one_answer_stands(client):
    first = client.tell("lease/", {"count": 8}).json()["assignments"]
    second = client.tell("lease/", {"count": 8}).json()["assignments"]
    assert first == second
    gold = next(entry for entry in first if kind_of(entry) == "gold")
    client.tell("label/", answer_for(gold))
    other = client.tell("label/", answer_for(gold, category=4) | {"submission_key": "second-tab"})
    assert other.json() == {"saved": False, "reason": "already_labelled"}


def test_anothers_check_is_unknown_like_anothers_image(client):
    entry = until(client, "gold")
    stranger = AnnotatorClient(client.study).join()
    reply = stranger.tell("label/", answer_for(entry))
    assert (reply.status_code, reply.json()["reason"]) == (404, "unknown_assignment")


def page_without_names(client: AnnotatorClient) -> tuple[str, str]:
    """Return what the page shows, and its text without random names and counts."""
    shown = client.to("label/")
    kind = kind_of({"assignment": shown.context["assignment"]})
    text = shown.text
    for name in ("assignment", "submission_key", "image", "store", "csrf_token"):
        if shown.context[name]:
            text = text.replace(str(shown.context[name]), name)
    text = re.sub(r'(<span id="\w+">)\d+|((?:max|value)=")\d+', r"\1\2", text)
    return kind, text


def test_the_plain_page_is_the_same_for_an_image_a_gold_image_and_a_repeat(client):
    pages: dict[str, set[str]] = {}
    while len(pages) < 4:
        kind, text = page_without_names(client)
        pages.setdefault(kind, set()).add(text)
        shown = client.to("label/").context
        sent = {
            "assignment": shown["assignment"],
            "submission_key": shown["submission_key"],
            "category": 3,
        }
        assert client.press("label/", sent)["Location"].endswith("/label/")
    assert len(pages["image"] | pages["gold"] | pages["repeat"]) == 1


def test_the_plain_page_says_an_instruction_in_words_with_its_key(client):
    until(client, "attention")
    shown = client.to("label/")
    check = Check.objects.get(token=shown.context["assignment"])
    wanted = check.instructed
    assert f"Attention check: choose “{wanted.name}” now." in shown.text
    assert re.search(
        r'<p class="instruction" role="alert">.*<kbd aria-hidden="true">\d</kbd></p></div>', shown.text
    )
    frame = shown.text[shown.text.index('id="frame"') :].partition("</div>")[0]
    assert "<img" not in frame
    sent = {"assignment": check.token, "submission_key": "form", "category": wanted.position}
    assert client.press("label/", sent).status_code == 303
    check.refresh_from_db()
    assert check.category == wanted


def test_progress_counts_what_is_shown_and_ends_where_it_said():
    client = AnnotatorClient(checked_study()).join()
    shown = client.to("label/").context["standing"]
    goal = shown.goal
    assert shown.answered == 0
    assert goal > 25
    answered = 0
    for _ in stream(client, count=1):
        answered += 1
        if answered % 7 == 0 and answered < goal - 1:
            shown = client.to("label/").context["standing"]
            assert (shown.answered, shown.goal) == (answered - 1, goal)
    assert answered == goal
    client.press("finish/")
    assert f"You named {goal} pictures" in client.to("thanks/").text


def planted_study() -> Study:
    names = tuple(f"planted-category-{place}" for place in range(10))
    source = picture_source(names=names, name="planted-data", size=400)
    return checked_study(source=source, sample_size=200, labels_per_annotator=150, gold_items=60)


def test_no_byte_tells_a_check_its_ground_truth_or_its_place_in_the_dataset():
    study = planted_study()
    client = AnnotatorClient(study).join()
    received = []
    for entry in stream(client):
        reply = client.tell("label/", answer_for(entry))
        page = client.to("label/") if kind_of(entry) == "gold" else reply
        received.append(
            (entry, json.dumps(dict(reply.headers)) + reply.text + json.dumps(dict(page.headers)))
        )
        if len(received) > 40:
            break
    assert {kind_of(entry) for entry, _ in received} == {"image", "gold", "repeat", "attention"}
    text = "".join(json.dumps(entry) + told for entry, told in received)
    assert "planted" not in text
    for item in study.dataset.items.all():
        assert item.token not in text
        assert item.pixel_sha256 not in text
    gold = [entry for entry, _ in received if kind_of(entry) == "gold"]
    assert {len(str(entry["image"])) for entry in gold} == {
        len(str(entry["image"])) for entry, _ in received if kind_of(entry) == "image"
    }


def test_looking_at_the_page_gives_no_check(client):
    until(client, "image")
    before = Check.objects.count()
    for _ in range(3):
        client.to("label/")
        client.to("pause/")
    assert Check.objects.count() == before


def test_who_has_no_cookie_is_told_so_as_ever(client):
    entry = until(client, "gold")
    reply = Client().post(
        client.base + "label/", json.dumps(answer_for(entry)), content_type="application/json"
    )
    assert reply.status_code == 403
    assert not Annotator.objects.filter(checks__token=entry["assignment"], checks__answered_at__isnull=False)
