import json

import pytest

from evaluation.bundle.derived_files import FILES
from evaluation.bundle.inputs import evaluate_record
from evaluation.bundle.reading import read_inputs
from evaluation.bundle.source_files import source_files
from evaluation.checklist_facts import ChecklistAnswer, PlannedComparison
from labelling.errors import ChecklistError
from labelling.models import ChecklistAnswer as Stored
from labelling.selectors.bundle_inputs import bundle_inputs
from labelling.selectors.checklist import checklist_facts
from labelling.services.checklist import answer_checklist, given_answer
from labelling.services.drafts import revise_draft
from labelling.services.exclusions import exclude_annotator
from labelling.services.studies import launch_study
from tests.factories import NOW, at, label_everything, make_annotator, make_draft, make_study

pytestmark = pytest.mark.django_db


def answer(study, item="1.9", choice="yes", words="Board 12.", now=NOW):
    made = given_answer(item=item, choice=choice, words=words)
    return answer_checklist(study=study, answers=[(item, made)], now=now, by="researcher 1")


def test_an_answer_is_stored_with_its_moment():
    study = make_study()
    assert answer(study) == 1
    stored = Stored.objects.get()
    assert (stored.item, stored.choice, stored.words, stored.answered_at) == ("1.9", "yes", "Board 12.", NOW)


def test_another_answer_takes_the_place_of_the_first():
    study = make_study()
    answer(study)
    answer(study, choice="no", words="", now=at(9))
    stored = Stored.objects.get()
    assert (stored.choice, stored.words, stored.answered_at) == ("no", "", at(9))


def test_the_same_answer_again_changes_nothing():
    study = make_study()
    answer(study)
    assert answer(study, now=at(9)) == 0
    assert Stored.objects.get().answered_at == NOW
    assert study.events.filter(kind="checklist_answered").count() == 1


def test_an_answer_is_taken_back_by_giving_none():
    study = make_study()
    answer(study)
    assert answer(study, choice="", words=" \n ") == 1
    assert not Stored.objects.exists()
    assert study.events.filter(kind="checklist_answered").count() == 2


def test_an_event_tells_that_there_is_an_answer_and_not_its_words():
    study = make_study()
    answer(study, words="A secret that was taken back.")
    event = study.events.get(kind="checklist_answered")
    payload = json.loads(event.payload)
    assert (payload["item"], payload["choice"], payload["by"]) == ("1.9", "yes", "researcher 1")
    assert "secret" not in event.payload


def test_line_ends_and_blanks_are_evened():
    assert given_answer(item="1.9", choice="", words=" a \r\nb\r\n") == ChecklistAnswer("1.9", "", "a\nb")


@pytest.mark.parametrize(
    ("item", "choice", "words", "message"),
    [("7.1", "", "x", "no item"), ("1.9", "perhaps", "", "none of"), ("0.1", "", "x" * 2001, "2001 char")],
)
def test_an_answer_that_does_not_fit_is_refused_at_its_item(item, choice, words, message):
    with pytest.raises(ChecklistError, match=message) as refusal:
        given_answer(item=item, choice=choice, words=words)
    assert refusal.value.item == item


def test_answers_of_one_study_are_not_those_of_another():
    first, second = make_study(), make_study()
    answer(first)
    assert checklist_facts(study=second).answers == ()


def test_people_are_counted_by_how_far_they_came():
    study = make_study()
    label_everything(study=study, annotators=2)
    make_annotator(study=study)
    facts = checklist_facts(study=study)
    assert (facts.joined, facts.consented, facts.labelled, facts.finished) == (3, 3, 2, 0)


def test_labels_of_the_excluded_are_counted():
    study = make_study()
    label_everything(study=study, annotators=2)
    exclude_annotator(annotator=study.annotators.first(), reason="Asked to.", by="the tests", now=NOW)
    assert checklist_facts(study=study).excluded_labels == 6


def test_the_plan_goes_into_the_bundle_and_answers_the_power_analysis():
    draft = make_draft()
    assumptions = {"expected_accuracy": 0.8, "machine_accuracy": 0.9, "error_consistency": None}
    revise_draft(study=draft, now=NOW, assumptions=assumptions)
    study = launch_study(study=draft, now=NOW)
    label_everything(study=study)

    read = read_inputs(source_files(bundle_inputs(study=study, resamples=0)))

    assert read.record.checklist.planned == PlannedComparison(0.8, 0.9, 0.0)
    report = evaluate_record(read.table, read.record)
    entry = next(entry for entry in report.checklist if entry.number == "1.8")
    assert (entry.answered_by, entry.choice) == ("record", "yes")


def test_the_bundle_has_the_answers_and_gives_them_back():
    study = make_study()
    label_everything(study=study)
    answer(study)
    inputs = bundle_inputs(study=study, resamples=0)
    read = read_inputs(source_files(inputs))
    assert read.record.checklist == checklist_facts(study=study)
    report = evaluate_record(read.table, read.record)
    entry = next(entry for entry in report.checklist if entry.number == "1.9")
    assert (entry.answered_by, entry.choice, entry.words) == ("researcher", "yes", "Board 12.")
    assert "Yes. Board 12. *(by the researcher)*" in FILES["checklist.md"](report, read)
