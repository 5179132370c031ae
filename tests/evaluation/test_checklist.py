import json
import re

import numpy as np
import pytest

from evaluation import BadTable, EvaluationConfig, StudyFacts, evaluate
from evaluation.checklist import OPEN, answered_checklist, with_checklist
from evaluation.checklist_answers import FUNCTIONS
from evaluation.checklist_facts import LONGEST_ANSWER, ChecklistAnswer, ChecklistFacts, PlannedComparison
from evaluation.checklist_items import ITEMS, SECTIONS
from evaluation.render.checklist import checklist_markdown
from evaluation.render.json import render
from tests.evaluation.tables import make_table, random_table

TOO_FAST = ({"rule": "too_fast", "threshold": 4500},)
HERE = {"joined": 9, "consented": 8, "labelled": 8, "finished": 7}


def entries(
    table=None, *, facts=None, study=None, predictions=None, resamples=0, excluded=0, quality_rules=()
):
    """Answer the checklist of a small study, and give the entries by number."""
    table = random_table(1) if table is None else table
    report = evaluate(
        table,
        EvaluationConfig(resamples=resamples, quality_rules=quality_rules),
        study=study or StudyFacts(population=100, strategy="simple", seed=7),
        excluded_annotators=excluded,
        predictions=predictions,
    )
    made = answered_checklist(report, facts or ChecklistFacts(**HERE))
    return {entry.number: entry for entry in made}


def told(entry):
    return (entry.choice, entry.words)


def test_the_numbers_are_those_of_the_published_checklist():
    counted = {section: sum(item.section == section for item in ITEMS) for section in SECTIONS}
    assert counted == {0: 10, 1: 12, 2: 18, 3: 13, 4: 8, 5: 10}
    assert [item.number for item in ITEMS if item.section == 2][7:13] == [
        "2.5",
        "2.6",
        "2.6.1",
        "2.6.2",
        "2.6.2.1",
        "2.7",
    ]
    assert len({item.number for item in ITEMS}) == len(ITEMS)


def test_every_function_answers_an_item_and_every_item_has_its_function():
    assert {item.function for item in ITEMS if item.function} == set(FUNCTIONS)


def test_the_record_answers_with_the_studys_own_numbers():
    made = entries()
    assert told(made["0.8"])[1].startswith("100 images")
    assert told(made["1.1"]) == (None, "8 people.")
    assert told(made["1.2"]) == (None, "40 of the 40 images of the sample.")
    assert told(made["1.2.1"]) == (None, "Simple random sample, without replacement, seed 7.")
    assert told(made["1.3"]) == (None, "3 planned, by different people; 3.00 on average.")
    assert made["1.4"].words.startswith("Median ")
    assert made["1.1"].answered_by == "record"
    assert made["1.1"].function == "number_of_people"


def test_a_whole_dataset_needs_no_sampling():
    made = entries(study=StudyFacts(population=40, sample_size=40, strategy="simple", seed=7))
    assert made["1.2.1"].words == "Does not apply: these are all images of the dataset."


def test_what_the_record_does_not_know_stays_open_with_a_reason():
    assert (entries()["1.9"].answered_by, entries()["1.9"].reason) == (None, OPEN)


def test_the_researchers_answer_stands_where_the_record_is_silent():
    facts = ChecklistFacts(**HERE, answers=(ChecklistAnswer("1.9", "yes", "Board 12."),))
    made = entries(facts=facts)
    assert (made["1.9"].answered_by, told(made["1.9"])) == ("researcher", ("yes", "Board 12."))


def test_the_record_goes_before_the_researcher():
    facts = ChecklistFacts(**HERE, answers=(ChecklistAnswer("1.1", words="A thousand."),))
    assert entries(facts=facts)["1.1"].words == "8 people."


def test_without_a_machine_the_questions_about_machines_are_the_researchers():
    made = entries()
    assert {made[number].answered_by for number in ("0.9", "0.10", "4.1", "4.1.1", "4.3", "4.4")} == {None}


def test_with_a_machine_the_test_and_the_metric_are_told():
    table = random_table(1)
    made = entries(table, predictions={"net": table.truth})
    assert made["0.9"].words == "The same images that people labelled: net on 40."
    assert made["4.1"].choice == "yes"
    assert re.search(r"net: p = [\d.e-]+\.$", made["4.1"].words)
    assert made["4.3"].choice == "partial"
    assert "McNemar" in made["4.1.1"].words


def test_the_intervals_that_are_defined_are_named():
    assert told(entries(resamples=50)["4.2"])[1].startswith("95 % intervals of people's accuracy: bootstrap")
    nothing = entries(make_table([[None]]))["4.2"]
    assert nothing.choice == "no"


def test_quality_rules_and_exclusions_are_told():
    facts = ChecklistFacts(**HERE, excluded_labels=12)
    made = entries(facts=facts, excluded=1, quality_rules=TOO_FAST)
    assert told(made["3.2"]) == ("yes", "1 quality rule declared before launch; 1 person excluded.")
    assert made["3.2.1"].words.startswith("A median response time below a threshold.")
    assert made["3.2.2"].words == "1 person excluded, with 12 labels."
    assert entries()["3.2"].choice == "no"
    assert entries()["4.6"].choice == "not_applicable"


def test_the_spread_over_all_combinations_of_the_rules_is_told():
    words = entries(quality_rules=TOO_FAST)["4.6"].words
    assert words.startswith("The report has the accuracy under 2 combinations of the quality rules: from")


def test_response_times_are_told_in_seconds_and_their_absence_too():
    assert re.match(r"Median \d\.\d s from first sight", entries()["5.1.3"].words)
    assert entries(make_table([[0, 0]]))["5.1.3"].choice == "no"


def test_who_did_not_finish_is_told():
    assert entries()["5.1.5"].words == (
        "9 opened the study, 8 consented, 8 answered at least one image, 7 said that they had finished."
    )


def test_labels_that_were_given_elsewhere_leave_how_they_were_given_to_the_researcher():
    elsewhere = entries(facts=ChecklistFacts(joined=8, labelled=8))
    numbers = ("2.6", "2.6.1", "3.1", "3.1.1", "3.3", "3.6", "5.1.2", "5.1.5")
    assert {elsewhere[number].answered_by for number in numbers} == {None}


def test_a_study_without_a_label_has_a_whole_checklist():
    made = entries(make_table([[None]]), facts=ChecklistFacts())
    assert len(made) == len(ITEMS)
    assert made["1.3"].words == "3 planned; none has come in."


@pytest.mark.parametrize(
    ("number", "choice", "words", "message"),
    [
        ("9.9", "", "x", "no item '9.9'"),
        ("5.1", "yes", "", "no item '5.1'"),
        ("0.1", "yes", "", "takes words, and no choice"),
        ("1.9", "maybe", "", "'maybe' is none of yes, partial"),
        ("1.9", "", " ", "is empty"),
        ("1.9", "", "x" * (LONGEST_ANSWER + 1), "2001 characters"),
    ],
)
def test_an_answer_that_does_not_fit_its_item_is_refused(number, choice, words, message):
    with pytest.raises(BadTable, match=message):
        ChecklistAnswer(number, choice, words)


def test_the_report_has_the_checklist_only_where_the_record_was_given():
    table, config = random_table(1), EvaluationConfig(resamples=0)
    assert "checklist" not in json.loads(render(evaluate(table, config)))
    written = json.loads(render(with_checklist(evaluate(table, config), ChecklistFacts())))["checklist"]
    assert [entry["number"] for entry in written] == [item.number for item in ITEMS]
    ethics = next(entry for entry in written if entry["number"] == "1.9")
    assert (ethics["choice"], ethics["words"], ethics["reason"]) == (None, None, OPEN)


def test_the_order_of_labels_changes_no_answer():
    table = random_table(1)
    rows = np.random.default_rng(1).permutation(table.n_labels)
    shuffled = type(table).from_codes(
        items=table.items,
        annotators=table.annotators,
        categories=table.categories,
        truth=table.truth,
        item_codes=table.item_codes[rows],
        annotator_codes=table.annotator_codes[rows],
        category_codes=table.category_codes[rows],
        response_ms=table.response_ms[rows],
    )
    assert entries(table, resamples=20) == entries(shuffled, resamples=20)


def test_the_markdown_counts_the_open_items_and_plays_no_tricks_with_an_answer():
    facts = ChecklistFacts(answers=(ChecklistAnswer("1.9", "yes", "See *this*\n# [board](http://x)"),))
    report = with_checklist(evaluate(random_table(1), EvaluationConfig(resamples=0)), facts)
    text = checklist_markdown(report.checklist, marks=["REHEARSAL. Nothing is said about people."])
    assert "> **REHEARSAL. Nothing is said about people.**" in text
    assert r"Yes. See \*this\* \# \[board\](http://x) *(by the researcher)*" in text
    assert re.search(r"\d+ of 71 items are answered, \d+ are open\.", text)
    assert text.count("\n## ") == len(SECTIONS)


PLANNED_FOR = StudyFacts(population=10_000, sample_size=1000, strategy="simple", seed=7)


def test_the_plan_answers_the_power_analysis():
    made = entries(facts=ChecklistFacts(**HERE, planned=PlannedComparison(0.835, 0.9)), study=PLANNED_FOR)
    choice, words = told(made["1.8"])
    assert choice == "yes"
    assert "1000 images, people at 0.835, a machine at 0.9, error consistency 0" in words
    assert words.endswith("has a power of 98.9 %.")
    assert told(made["1.8.1"])[1].startswith("4.5 points in favour of the machine")


def test_a_plan_without_a_comparison_tells_the_width_that_was_expected():
    made = entries(facts=ChecklistFacts(**HERE, planned=PlannedComparison(0.835)), study=PLANNED_FOR)
    choice, words = told(made["1.8"])
    assert choice == "no"
    assert "an interval of 4.6 points was expected" in words
    assert made["1.8.1"].answered_by is None


def test_a_plan_for_a_few_images_says_that_nothing_can_be_detected():
    few = StudyFacts(population=10_000, sample_size=5, strategy="simple", seed=7)
    made = entries(facts=ChecklistFacts(**HERE, planned=PlannedComparison(0.9, 1.0)), study=few)
    assert told(made["1.8.1"])[1].startswith("None: not even a machine")


def test_without_a_plan_the_power_analysis_is_the_researcher_s_to_answer():
    assert entries(study=PLANNED_FOR)["1.8"].reason == OPEN
