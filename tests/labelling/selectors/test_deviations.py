import pytest

from labelling.selectors.deviations import deviations
from labelling.selectors.label_table import study_report
from labelling.services.exclusions import exclude_annotator
from labelling.services.reinstatement import reinstate_annotator
from labelling.services.studies import close_study, pause_study, resume_study
from labelling.services.withdrawal import withdraw_annotator
from tests.factories import answer, at, label_everything, make_annotator, make_lease, make_study

pytestmark = pytest.mark.django_db


def test_a_study_that_went_as_planned_has_none():
    study = make_study()
    label_everything(study=study)
    assert deviations(study=study) == ()


def test_what_happened_stands_in_the_order_that_it_happened():
    study = make_study()
    pause_study(study=study, now=at(1))
    resume_study(study=study, now=at(2))
    annotator = make_annotator(study=study, now=at(3))
    answer(assignment=make_lease(annotator=annotator, now=at(3)), now=at(3))
    exclude_annotator(annotator=annotator, reason="secret reason", by="someone", now=at(4))
    reinstate_annotator(annotator=annotator, reason="secret reason", by="someone", now=at(5))
    withdraw_annotator(annotator=annotator, now=at(6))
    close_study(study=study, reason="The money\nran out.", now=at(7))
    found = deviations(study=study)
    assert [entry.kind for entry in found] == [
        *("paused", "resumed", "excluded", "reinstated", "withdrawn", "closed"),
    ]
    assert found[0].at == "2026-11-22T12:00:01.000000Z"
    assert "The money ran out." in found[-1].text
    assert not any("secret" in entry.text or "someone" in entry.text for entry in found)


def test_the_report_knows_rules_category_sizes_and_the_labels_set_aside():
    study = make_study()
    label_everything(study=study)
    annotator = study.annotators.order_by("pk").first()
    exclude_annotator(annotator=annotator, reason="Asked to.", by="the tests", now=at(4))
    report = study_report(study=study, resamples=0)
    assert [rule.rule for rule in report.config.quality_rules] == [
        *("too_fast", "straight_lining", "low_agreement"),
    ]
    assert report.config.category_populations == {"Category 0": 4, "Category 1": 4, "Category 2": 4}
    made = report.exclusions
    assert (made.excluded, made.everybody.labels, made.in_force.labels) == (1, 18, 12)
    assert report.study.deviations[0].kind == "excluded"
