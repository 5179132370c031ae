"""What the report's page says of machines and of the checklist."""

import re

import pytest
from django.template.loader import render_to_string

from evaluation import EvaluationConfig, evaluate
from evaluation.checklist import with_checklist
from evaluation.checklist_facts import ChecklistAnswer, ChecklistFacts
from labelling.report_checklist import arranged
from labelling.report_machines import MOST_SHOWN, machine_sections, shown_items
from labelling.selectors.item_pictures import Picture
from tests.evaluation.tables import make_table, random_table
from tests.labelling.test_report_page import words


def report_of(table, *, resamples=20, **options):
    return evaluate(table, EvaluationConfig(resamples=resamples), **options)


def machines_page(report, pictures=None) -> str:
    context = {
        "report": report,
        "confidence": "95",
        "figures": {},
        "machines": machine_sections(report=report, pictures=pictures or {}),
    }
    return render_to_string("report/machines.html", context)


def checklist_page(facts) -> str:
    report = with_checklist(report_of(random_table(1), resamples=0), facts)
    return render_to_string("report/checklist.html", {"checklist": arranged(report.checklist)})


@pytest.fixture(scope="module")
def compared():
    table = random_table(1, n_items=200)
    return report_of(table, predictions={"net": table.truth})


def test_the_difference_and_the_pairs_are_printed(compared):
    text = words(machines_page(compared))
    machine = compared.machines[0]
    assert f"net 200 100.0 % {100 * machine.human_accuracy:.1f} %" in text
    assert f"{machine.mcnemar.both} 0 {machine.mcnemar.only_machine} 0" in text
    assert "ties are broken by one recorded draw" in text


def test_a_gallery_shows_its_first_images_and_says_how_many_there_are(compared):
    pictures = dict.fromkeys(shown_items(report=compared), Picture("data:image/png;base64,AA", 28, 28))
    page = machines_page(compared, pictures)
    total = compared.machines[0].mcnemar.only_machine
    assert total > MOST_SHOWN
    assert f"Only the machine is right: {total} images, against net" in page
    assert page.count("<img ") == MOST_SHOWN
    assert "Only people are right" not in page


def test_an_image_that_is_not_in_the_storage_is_named_all_the_same(compared):
    page = machines_page(compared)
    assert "<img" not in page
    assert f"<dd>{shown_items(report=compared)[0]}</dd>" in page


def test_what_is_undefined_is_a_dash_with_its_reason():
    text = words(machines_page(report_of(make_table([[None]]), predictions={"net": [0]})))
    assert "No item has a label." in text
    alike = words(machines_page(report_of(make_table([[0, 0]] * 5), predictions={"net": [0] * 5})))
    assert "All resamples gave the same" in alike
    assert "Both are always right" in alike


def test_the_checklist_counts_its_answers_and_shows_an_answer_as_text():
    facts = ChecklistFacts(answers=(ChecklistAnswer("1.9", "yes", "<b>Board</b>\n12"),))
    page = checklist_page(facts)
    assert "&lt;b&gt;Board&lt;/b&gt;<br>12" in page
    assert re.search(r"\d+ of 71 are answered from the study.s record, 1 by the researchers", words(page))
    assert page.count("<details>") == 6
