"""Automatic exclusion: only where the protocol says so, with rule, threshold and value in the reason."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from labelling.errors import NotFinished, ProtocolError
from labelling.models import Annotator, Check, Exclusion, Study
from labelling.selectors.checks import Shown
from labelling.selectors.verification import verify_study
from labelling.services.exclusions import exclude_annotator
from labelling.services.finishing import finish_annotator
from labelling.services.quality import exclude_by_rules
from labelling.services.reinstatement import reinstate_annotator
from labelling.services.studies import close_study
from tests.factories import NOW, at, make_annotator, make_dataset, make_study
from tests.labelling.checked_study import Choose, answer_shown, make_checked_study, truth

pytestmark = pytest.mark.django_db


def rule(name: str, threshold: float, *, exclude: bool = True) -> dict[str, Any]:
    return {"rule": name, "threshold": threshold, "exclude": exclude}


def study_with(*rules: dict[str, Any], **fields: Any) -> Study:
    """Make a study of 12 images with two labels each and these rules."""
    dataset = make_dataset(size=20)
    given = {"dataset": dataset, "sample_size": 12, "redundancy": 2, "quality_rules": list(rules)}
    return make_study(**{**given, **fields})


def labelled_by(study: Study, choose: Choose = truth, *, images: int = 12) -> Annotator:
    annotator = make_annotator(study=study)
    answer_shown(annotator, images=images, choose=choose)
    return annotator


def always_0(_shown: object) -> int:
    return 0


def test_who_is_flagged_by_an_excluding_rule_is_excluded_with_rule_value_and_threshold():
    annotator = labelled_by(study_with(rule("straight_lining", 0.5)), always_0)
    [exclusion] = exclude_by_rules(study=annotator.study, now=at(9))
    assert (exclusion.annotator, exclusion.excluded_by) == (annotator, "rule straight_lining")
    assert exclusion.reason == (
        "straight_lining: 1; the threshold is 0.5 (share of labels in one category, above which an annotator "
        "is flagged)."
    )


def test_who_is_flagged_by_several_is_excluded_once_and_the_reason_names_them_all():
    annotator = labelled_by(study_with(rule("too_fast", 2000), rule("straight_lining", 0.5)), always_0)
    [exclusion] = exclude_by_rules(study=annotator.study, now=NOW)
    assert exclusion.excluded_by == "rule too_fast"
    assert "too_fast: 1500; the threshold is 2000" in exclusion.reason
    assert "straight_lining: 1;" in exclusion.reason


def test_a_rule_that_only_flags_excludes_nobody_and_asks_nothing():
    study = study_with(rule("straight_lining", 0.5, exclude=False))
    annotator = labelled_by(study, always_0)
    with CaptureQueriesContext(connection) as queries:
        assert exclude_by_rules(study=annotator.study, now=NOW) == []
    assert len(queries) == 0


def test_with_too_few_labels_nobody_is_excluded():
    annotator = labelled_by(study_with(rule("straight_lining", 0.5)), always_0, images=9)
    assert exclude_by_rules(study=annotator.study, now=NOW) == []


@pytest.mark.parametrize(
    ("name", "threshold"), [("gold_wrong", 0.5), ("attention_failed", 2), ("repeats_differ", 0.5)]
)
def test_checks_exclude_where_the_protocol_says_so(name, threshold):
    # Repeats that come before anything can be repeated are left out, and five are needed to judge by.
    study = make_checked_study(
        dataset=make_dataset(size=120), sample_size=90, gold_items=20, quality_rules=[rule(name, threshold)]
    )
    careful, careless = make_annotator(study=study), make_annotator(study=study)
    answer_shown(careful, images=80)
    answer_shown(careless, images=80, choose=fails_every_check)
    assert [each.annotator for each in exclude_by_rules(study=study, now=NOW)] == [careless]


def fails_every_check(shown: Shown) -> int:
    """Name the images by the ground truth, and everything else otherwise."""
    return (truth(shown) + isinstance(shown, Check)) % 3


def test_finishing_excludes_the_one_who_finished_and_gives_the_code_all_the_same():
    study = study_with(rule("straight_lining", 0.5), labels_per_annotator=12, redundancy=3)
    before = labelled_by(study, always_0)
    annotator = labelled_by(study, always_0)
    finished = finish_annotator(annotator=annotator, now=at(9))
    assert finished.completion_code
    assert [each.annotator for each in Exclusion.objects.all()] == [annotator]
    assert before.exclusions.count() == 0


def test_finishing_again_asks_no_rule():
    study = study_with(rule("straight_lining", 0.5), labels_per_annotator=12, redundancy=3)
    annotator = labelled_by(study, always_0)
    finish_annotator(annotator=annotator, now=at(9))
    reinstate_annotator(annotator=annotator, reason="Looked again.", by="ada", now=at(10))
    assert finish_annotator(annotator=annotator, now=at(11)).completion_code
    assert not annotator.exclusions.in_force().exists()


def test_who_has_not_finished_is_judged_by_nothing_yet():
    study = study_with(rule("straight_lining", 0.5), labels_per_annotator=12)
    annotator = labelled_by(study, always_0, images=11)
    with pytest.raises(NotFinished):
        finish_annotator(annotator=annotator, now=NOW)
    assert not Exclusion.objects.exists()


def test_the_last_label_completes_no_study_whose_labels_a_rule_takes_away():
    study = study_with(rule("straight_lining", 0.5))
    labelled_by(study, truth)
    careless = labelled_by(study, always_0)
    study.refresh_from_db()
    assert study.state == Study.State.RUNNING
    assert study.places.unfilled().count() == 12
    assert not study.events.filter(kind="completed").exists()
    assert careless.exclusions.in_force().get().excluded_by == "rule straight_lining"
    labelled_by(study, truth)
    study.refresh_from_db()
    assert study.state == Study.State.COMPLETE
    assert verify_study(study=study) == []


def test_whom_a_person_has_taken_in_again_the_same_rule_leaves_in():
    study = study_with(rule("straight_lining", 0.5), redundancy=3)
    annotator = labelled_by(study, always_0)
    exclude_by_rules(study=study, now=at(1))
    reinstate_annotator(annotator=annotator, reason="A study of trousers.", by="ada", now=at(2))
    assert exclude_by_rules(study=study, now=at(3)) == []


def test_another_rule_may_still_exclude_whom_a_person_has_taken_in_again():
    study = study_with(rule("straight_lining", 0.5), rule("too_fast", 2000), redundancy=3)
    annotator = labelled_by(study, always_0)
    exclude_annotator(annotator=annotator, reason="why", by="rule straight_lining", now=at(1))
    reinstate_annotator(annotator=annotator, reason="Looked again.", by="ada", now=at(2))
    [exclusion] = exclude_by_rules(study=study, now=at(3))
    assert exclusion.excluded_by == "rule too_fast"
    assert "straight_lining" not in exclusion.reason


def test_who_is_excluded_already_is_not_excluded_again():
    study = study_with(rule("straight_lining", 0.5), redundancy=3)
    annotator = labelled_by(study, always_0)
    exclude_annotator(annotator=annotator, reason="By hand.", by="ada", now=at(1))
    assert exclude_by_rules(study=study, now=at(2)) == []


def test_a_study_that_is_over_excludes_nobody():
    study = study_with(rule("straight_lining", 0.5), redundancy=3)
    labelled_by(study, always_0)
    study = close_study(study=study, reason="Enough.", now=NOW)
    assert exclude_by_rules(study=study, now=NOW) == []


@pytest.mark.parametrize("name", ["gold_wrong", "repeats_differ", "attention_failed"])
def test_a_rule_that_would_have_nothing_to_go_by_is_refused(name):
    with pytest.raises(ProtocolError, match=f"The rule {name} has nothing to go by"):
        study_with(rule(name, 1))


@pytest.mark.parametrize(("name", "threshold"), [("attention_failed", 0), ("gold_wrong", 1.5)])
def test_a_threshold_that_makes_no_sense_is_refused(name, threshold):
    checks = {"gold_items": 2, "gold_every": 5, "attention_every": 5}
    with pytest.raises(ProtocolError, match=f"The threshold of {name} is {threshold}; give a number from"):
        study_with(rule(name, threshold), **checks)
