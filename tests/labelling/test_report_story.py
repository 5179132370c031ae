"""The report's story, rendered from labels alone: no database, as a bundle's check renders it."""

import io
import re
from html import unescape

import numpy as np
import pytest
from PIL import Image

from evaluation import EvaluationConfig, LabelTable, StudyFacts, evaluate
from evaluation.quality_rule import QualityRule
from labelling.models import Dataset, Study
from labelling.report_page import pictured_items, report_page
from tests.evaluation.tables import make_table, random_table

RULES = (QualityRule("too_fast", 300), QualityRule("straight_lining", 0.5), QualityRule("low_agreement", 0.4))


def report_of(table, *, facts=None, set_aside=None, excluded=0, **settings):
    config = EvaluationConfig(**{"resamples": 20, "labels_per_item": 3, "quality_rules": RULES, **settings})
    facts = StudyFacts(**{"deviations": (), **(facts or {})})
    return evaluate(table, config, facts, excluded_annotators=excluded, set_aside=set_aside)


def html_of(report, *, state="complete", images=None):
    dataset = Dataset(name="shapes", title="Shapes", split="test", size=500, height=28, width=28)
    study = Study(title="A study", slug="study", dataset=dataset, seed=1, state=state, sample_size=9)
    return report_page(study=study, report=report, images=images or {})


def words(html):
    body = re.sub(r"<svg.*?</svg>|<style.*?</style>", "", html, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", body)).replace("\N{NO-BREAK SPACE}", " ").split())


@pytest.fixture(scope="module")
def usual():
    sizes = dict.fromkeys(("c0", "c1", "c2", "c3"), 125)
    return html_of(report_of(random_table(1, n_items=60), category_populations=sizes))


def test_the_story_is_told_in_order_and_the_contents_lead_to_it(usual):
    story = (
        *(
            "headline",
            "ties",
            "crowd",
            "confusion",
            "pairs",
            "categories",
            "agreement",
            "times",
            "annotators",
        ),
        *("quality", "exclusions", "validity", "sample", "deviations", "limits", "recompute"),
    )
    places = [usual.index(f'id="{name}"') for name in story]
    assert places == sorted(places)
    for name in re.findall(r'<a href="#([\w-]+)"', usual):
        assert usual.count(f'id="{name}"') == 1


def test_the_page_holds_everything_in_itself(usual):
    assert not re.search(r'(src|href)="(?!#|data:)', usual)
    assert "<script" not in usual
    assert " style=" not in usual


def test_what_a_model_says_is_marked_as_extrapolated(usual):
    assert "Extrapolated, not observed." in words(usual)
    assert "A model, not observed" in usual


def test_the_sample_is_held_against_the_dataset(usual):
    assert re.search(r"p = 0\.\d{3}, Pearson.s chi-square test", words(usual))


def test_a_study_that_went_as_planned_says_so(usual):
    assert "None is recorded: the study was not paused" in words(usual)
    assert "Nobody is excluded" in words(usual)


def test_every_estimate_of_a_category_has_its_interval_beside_it(usual):
    rows = re.findall(r'<tr><th scope="row">c\d</th>.*?</tr>', usual)
    scored = [row for row in rows if row.count('class="within"') == 3]
    assert len(scored) == 4


def test_flagged_annotators_and_the_multiverse_are_shown():
    truth = ["xyz"[item % 3] for item in range(12)]
    labels = [(item, who, truth[item]) for item in range(12) for who in ("ann", "bob")]
    labels += [(item, "cid", "x") for item in range(12)]
    table = LabelTable.from_labels(labels, truth)
    html = html_of(report_of(table))
    text = words(html)
    assert "1 of 3 annotators is flagged by at least one" in text
    assert "cid 12 one category nearly always, agrees too little with the others" in text
    assert "Straight lining" in html
    assert "8 in all" in text
    assert "nobody the protocol 0 36" in text  # the combination that this protocol declares: flags only


def test_before_and_after_exclusions_stand_side_by_side():
    truth = ["x", "y", "y"]
    counted = LabelTable.from_labels([(i, "ann", truth[i]) for i in range(3)], truth)
    apart = LabelTable.from_labels([(i, "bob", "x") for i in range(3)], truth)
    text = words(html_of(report_of(counted, set_aside=apart, excluded=1)))
    assert "would give 66.7 % in the place of 100.0 %, a difference of +33.3 points" in text


def test_deviations_are_listed():
    told = {"kind": "paused", "at": "2026-01-02T03:04:05Z", "text": "The study was paused."}
    text = words(html_of(report_of(random_table(1), facts={"deviations": [told]})))
    assert "2026-01-02 03:04 The study was paused." in text


def test_published_results_stand_behind_fashion_mnist_alone(usual):
    facts = {"dataset": "fashion-mnist", "split": "test"}
    html = html_of(report_of(random_table(1), facts=facts))
    assert "Human Performance (README)" in html
    assert "whole test set" in words(html)
    assert 'id="published"' not in usual


def png(shade):
    file = io.BytesIO()
    Image.fromarray(np.full((28, 28), shade, dtype=np.uint8)).save(file, "PNG")
    return file.getvalue()


def test_pairs_and_candidates_are_shown_with_their_images_where_these_are_at_hand():
    report = report_of(make_table([[1, 1, 1], [0, 0, 0], [0, 1, 0]]))
    images = {item: png(40) for item in pictured_items(report=report)}
    html = html_of(report, images=images)
    assert html.count('<img src="data:image/png;base64,') == 3  # two of the pair, one candidate
    assert "On 1 image all annotators agree on another category" in words(html)
    bare = html_of(report)
    assert "<img" not in bare
    assert "The images themselves are not at hand here" in words(bare)
    assert "Images 0, 2 of the dataset." in words(bare)


def test_one_annotator_is_evaluated_and_what_needs_more_says_so():
    text = words(html_of(report_of(make_table([[0], [1], [0]], truth=[0, 1, 1]), labels_per_item=1)))
    assert "All labels come from one annotator" in text
    assert "nothing to agree with" in text
    assert "With one label an item nothing tells" in text


def test_no_tie_and_all_ties_are_clear():
    none = words(html_of(report_of(make_table([[0, 0, 0], [1, 1, 0]] * 3, truth=[0, 1] * 3))))
    assert "Tied images 0 of 6" in none
    everything = words(html_of(report_of(make_table([[0, 1, 2]] * 5))))
    assert "Tied images 5 of 5" in everything
    assert "counted by their chance of being right, that makes 33.3 %." in everything


def test_a_category_that_nobody_sampled_has_dashes_and_a_reason():
    report = report_of(make_table([[0, 0, 0], [1, 1, 0]] * 3, truth=[0, 1] * 3, n_categories=3))
    html = html_of(report)
    assert '<th scope="row">c2</th><td class="number">0</td><td class="number">\N{EN DASH}' in html
    assert "c2: precision: no item has this majority category. recall: no item with labels" in words(html)


def test_an_incomplete_study_is_marked_with_what_is_missing():
    text = words(html_of(report_of(make_table([[0, 0, 0], [1, 1], [None]])), state="running"))
    assert "INTERIM. 1 of 3 images have all 3 labels. 1 of 3 images have no label yet." in text
