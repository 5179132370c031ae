"""The checklist's page: what the record answers, and the researcher's own answers."""

import re

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from labelling.models import ChecklistAnswer, Study
from labelling.services.checklist import answer_checklist, given_answer
from tests.factories import NOW, label_everything, make_draft, make_study

pytestmark = pytest.mark.django_db


@pytest.fixture
def researcher(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("researcher"))
    return client


def url(study: Study) -> str:
    return f"/admin/labelling/study/{study.pk}/checklist/"


def fields_of(page: str) -> dict[str, str]:
    """What a browser would send back of the page as it is: nothing is answered yet."""
    return dict.fromkeys(re.findall(r'name="((?:initial-)?(?:choice|words)-[\d.]+)"', page), "")


def give(study: Study, item: str, choice: str, words: str) -> None:
    answer = given_answer(item=item, choice=choice, words=words)
    answer_checklist(study=study, answers=[(item, answer)], now=NOW)


def test_the_record_s_answers_stand_there_without_a_field(researcher):
    study = make_study()
    label_everything(study=study)
    page = researcher.get(url(study)).content.decode()
    assert "1 person." not in page
    assert "3 people." in page
    assert 'name="words-1.1"' not in page
    assert 'name="choice-1.9"' in page
    assert 'name="choice-0.1"' not in page
    assert 'name="words-0.1"' in page


def test_answers_are_stored_and_shown_again(researcher):
    study = make_study()
    form = fields_of(researcher.get(url(study)).content.decode())
    answer = researcher.post(url(study), form | {"choice-1.9": "yes", "words-0.1": "On garments"})
    assert answer.url == url(study)
    assert set(ChecklistAnswer.objects.values_list("item", "choice", "words")) == {
        ("1.9", "yes", ""),
        ("0.1", "", "On garments"),
    }
    page = researcher.get(url(study)).content.decode()
    assert "Saved: 2 answers changed." in page
    assert '<option value="yes" selected>' in page


def test_a_page_that_stood_open_overwrites_nothing_that_was_answered_meanwhile(researcher):
    study = make_study()
    form = fields_of(researcher.get(url(study)).content.decode())
    give(study, "1.9", "no", "Answered by somebody else.")
    researcher.post(url(study), form | {"words-0.1": "On garments"})
    assert ChecklistAnswer.objects.get(item="1.9").choice == "no"
    assert ChecklistAnswer.objects.filter(item="0.1").exists()


def test_an_answer_is_taken_back_by_emptying_it(researcher):
    study = make_study()
    give(study, "0.1", "", "On garments")
    form = fields_of(researcher.get(url(study)).content.decode())
    researcher.post(url(study), form | {"initial-words-0.1": "On garments", "words-0.1": ""})
    assert not ChecklistAnswer.objects.exists()


@pytest.mark.parametrize(
    ("change", "field"), [({"words-0.1": "x" * 2001}, "words-0.1"), ({"choice-1.9": "perhaps"}, "choice-1.9")]
)
def test_a_faulty_answer_is_said_at_its_field_and_nothing_is_stored(researcher, change, field):
    study = make_study()
    form = fields_of(researcher.get(url(study)).content.decode())
    answer = researcher.post(url(study), form | {"words-0.2": "https://example.org"} | change)
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [field]
    assert not ChecklistAnswer.objects.exists()


def test_an_answer_to_what_the_record_answers_is_passed_over(researcher):
    study = make_study()
    researcher.post(url(study), {"words-1.1": "A thousand.", "initial-words-1.1": ""})
    assert not ChecklistAnswer.objects.exists()


def test_who_may_only_look_sees_answers_and_no_form(client):
    reader = User.objects.create_user("reader", is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_study"))
    client.force_login(reader)
    study = make_study()
    give(study, "0.1", "", "On garments")
    page = client.get(url(study)).content.decode()
    assert "On garments" in page
    assert "Save the answers" not in page
    assert client.post(url(study), {"words-0.2": "x", "initial-words-0.2": ""}).status_code == 403
    assert ChecklistAnswer.objects.count() == 1


def test_a_draft_is_sent_back_with_a_sentence(researcher):
    draft = make_draft()
    assert researcher.get(url(draft)).url == f"/admin/labelling/study/{draft.pk}/dashboard/"


def test_the_queries_do_not_grow_with_labels_and_answers(researcher):
    few, many = make_study(), make_study(sample_size=12, guide_examples=0)
    label_everything(study=few, annotators=3)
    label_everything(study=many, annotators=3)
    for item in ("0.1", "0.2", "1.9"):
        give(many, item, "", "Something.")

    def queries(study: Study) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert researcher.get(url(study)).status_code == 200
        return len(captured)

    assert queries(few) == queries(many) <= 30


def test_where_there_are_too_many_labels_for_a_page_the_record_s_answers_are_left_to_the_bundle(
    researcher, monkeypatch
):
    study = make_study()
    give(study, "1.9", "yes", "By the board of our university.")
    monkeypatch.setattr("labelling.selectors.study_size.MOST_LABELS", 17)

    page = researcher.get(url(study)).content.decode()

    assert "The record answers this in the report bundle" in page
    assert "By the board of our university." in page
