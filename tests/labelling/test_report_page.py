import json
import re
import shlex
from html import unescape

import pytest

from evaluation.__main__ import main
from labelling.report_page import report_page
from labelling.selectors.label_table import study_report
from labelling.services.bundle import write_bundle
from tests.factories import label_everything, make_study

pytestmark = pytest.mark.django_db


def page(study, resamples: int = 0) -> str:
    return report_page(study=study, report=study_report(study=study, resamples=resamples))


def words(html: str) -> str:
    """Return what a reader sees, without figures."""
    body = re.sub(r"<svg.*?</svg>|<style.*?</style>", "", html, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", body)).replace("\N{NO-BREAK SPACE}", " ").split())


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ("random", "A tie earns the chance of being right"),
        ("wrong", "A tie is no majority, and counts as an error."),
        ("optimistic", "A tie that includes the ground truth counts as right."),
        ("seeded", "A tie is broken by one random draw"),
    ],
)
def test_the_headline_says_its_tie_rule_in_words(rule, sentence):
    study = make_study(tie_rule=rule)
    label_everything(study=study)
    assert f"Where no single category leads. {sentence}" in words(page(study))


def test_the_headline_says_what_was_labelled_by_how_many_and_how_often_they_were_right():
    study = make_study(sample_size=12, guide_examples=0)
    label_everything(study=study, category=1)
    text = words(page(study, resamples=50))
    assert "Each of 12 images of the Shapes test set was labelled by 3 people" in text
    assert "On 33.3 % of the images, the one category with the most labels is the dataset" in text
    assert "95 % interval: " in text


def test_wilsons_interval_is_an_approximation_where_ties_have_fractional_credit():
    study = make_study(redundancy=2)
    for category in (0, 1):
        label_everything(study=study, annotators=1, category=category)
    report = study_report(study=study, resamples=0)
    assert report.accuracy.tie_ledger.ties
    assert report.accuracy.majority.intervals.wilson.low is None
    ledger = words(report_page(study=study, report=report)).partition("The tie ledger")[2]
    random, wrong = re.findall(r"(?:random this study|wrong) [\d.]+ % (about )?[\d.]+ % to", ledger)[:2]
    assert (random, wrong) == ("about ", "")


def test_a_study_without_labels_has_no_headline():
    html = page(make_study())
    assert "There is no label yet" in words(html)
    assert 'class="range"' not in html


def test_a_stratified_study_shows_the_weighted_estimate():
    study = make_study(strategy="stratified")
    label_everything(study=study)
    assert "Weighted to the strata" in words(page(study))


def test_a_stratified_sample_that_misses_a_category_says_why_there_is_no_weighted_estimate():
    study = make_study(strategy="stratified", sample_size=2)
    label_everything(study=study)
    assert "there is no estimate weighted to the dataset" in words(page(study))


def test_an_undefined_figure_is_a_dash_with_its_reason():
    study = make_study(redundancy=1)
    label_everything(study=study, annotators=1)
    text = words(page(study))
    assert "alpha \N{EN DASH} Fleiss" in text
    assert "Pairs that agree \N{EN DASH}" in text
    assert study_report(study=study, resamples=0).agreement.reason in text


def test_the_command_in_the_report_computes_the_same_figures_again(tmp_path, monkeypatch, capsys):
    study, folder = make_study(seed=12), tmp_path / "bundle"
    label_everything(study=study, category=2)
    write_bundle(study=study, folder=folder, resamples=30)
    command = re.search(
        r"<pre>(python -m evaluation .*?)</pre>", (folder / "report.html").read_text(), re.DOTALL
    )
    monkeypatch.chdir(folder)
    assert main(shlex.split(command[1].replace("\\\n", ""))[3:]) == 0
    exported, again = (
        json.loads(path.read_text()) for path in (folder / "report.json", folder / "again" / "report.json")
    )
    # What the two files cannot know: the study, its protocol and who was excluded.
    told = {"study", "config", "quality", "multiverse", "sample_check", "published"}
    assert exported["study"] != again["study"]
    assert {key: exported[key] for key in again.keys() - told} == {
        key: again[key] for key in again.keys() - told
    }
    exported_table = (folder / "tables" / "per_category.csv").read_bytes()
    assert exported_table == (folder / "again" / "per_category.csv").read_bytes()
