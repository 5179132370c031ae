"""What the rules say of annotators on the desk: what a report says, computed from the same labels."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from evaluation.check_outcomes import CheckOutcomes
from labelling.models import Study
from labelling.selectors.check_outcomes import check_outcomes, is_passed
from labelling.selectors.label_table import study_report
from labelling.selectors.quality import annotator_signs
from labelling.services.exclusions import exclude_annotator
from labelling.services.withdrawal import withdraw_annotator
from tests.factories import NOW, at, make_annotator, make_dataset, make_study
from tests.labelling.checked_study import answer_shown, checks_of, make_checked_study, truth, wrong

pytestmark = pytest.mark.django_db

RULES = [
    {"rule": "too_fast", "threshold": 2000, "exclude": False},
    {"rule": "straight_lining", "threshold": 0.5, "exclude": False},
    {"rule": "low_agreement", "threshold": 0.5, "exclude": False},
    {"rule": "gold_wrong", "threshold": 0.5, "exclude": False},
    {"rule": "repeats_differ", "threshold": 0.3, "exclude": False},
    {"rule": "attention_failed", "threshold": 2, "exclude": False},
]


@pytest.fixture
def study() -> Study:
    """A careful annotator, one who fails every check, and one who names all alike; each labels 30 images."""
    study = make_checked_study(quality_rules=RULES, labels_per_annotator=30)
    for choose in (truth, wrong, lambda each: 0):
        answer_shown(make_annotator(study=study), images=30, choose=choose)
    return study


def test_the_signs_flag_whom_a_report_flags(study):
    report = study_report(study=study, resamples=0)
    told = {entry.annotator: entry.rules for entry in report.quality.flagged}
    signs = annotator_signs(study=study)
    assert {s.annotator.pseudonym: tuple(f.rule.rule for f in s.flags) for s in signs if s.flags} == told
    assert {rule for rules in told.values() for rule in rules} >= {"gold_wrong", "attention_failed"}


def test_an_exclusion_changes_no_sign(study):
    before = annotator_signs(study=study)
    exclude_annotator(annotator=before[1].annotator, reason="why", by="ada", now=at(1))
    after = annotator_signs(study=study)
    assert [entry.signs for entry in after] == [entry.signs for entry in before]
    assert [entry.exclusion is not None for entry in after] == [False, True, False]


def test_the_signs_of_one_are_those_among_all(study):
    for entry in annotator_signs(study=study):
        assert annotator_signs(study=study, annotator=entry.annotator) == [entry]


def test_the_number_of_queries_does_not_grow_with_the_annotators(study):
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            annotator_signs(study=study)
        counts.append(len(queries))
        answer_shown(make_annotator(study=study), images=5)
    assert counts[0] == counts[1] <= 5


def test_who_has_no_label_has_no_signs_and_a_study_without_labels_none_at_all():
    study = make_study()
    make_annotator(study=study)
    assert annotator_signs(study=study) == []


def test_labels_that_nobody_could_tell_are_no_sign():
    study = make_study(dataset=make_dataset(size=30), sample_size=20, cant_tell="counts")
    annotator = make_annotator(study=study)
    answer_shown(annotator, images=12, choose=lambda each: None)
    assert annotator_signs(study=study) == []


def test_outcomes_are_counted_by_kind(study):
    careful, failing, *_ = study.annotators.order_by("pk")
    by_name = {outcome.annotator: outcome for outcome in check_outcomes(study=study)}
    given = {kind: careful.checks.filter(kind=kind).count() for kind in ("gold", "repeat", "attention")}
    assert by_name[careful.pseudonym] == CheckOutcomes(
        careful.pseudonym, gold=given["gold"], repeats=given["repeat"], attention=given["attention"]
    )
    of_failing = by_name[failing.pseudonym]
    assert of_failing.gold_wrong == of_failing.gold == given["gold"] > 0
    assert of_failing.attention_failed == of_failing.attention > 0


def test_what_a_withdrawal_erased_is_counted_nowhere(study):
    careful = study.annotators.order_by("pk").first()
    withdraw_annotator(annotator=careful, now=NOW)
    assert careful.pseudonym not in {outcome.annotator for outcome in check_outcomes(study=study)}


def test_checks_that_wait_for_an_answer_are_not_counted():
    annotator = make_annotator(study=make_checked_study())
    shown = answer_shown(annotator, images=6, batch=6)
    answered = sum(check.kind == "gold" for check in checks_of(shown))
    [outcome] = check_outcomes(study=annotator.study)
    assert outcome.gold == answered


@pytest.mark.parametrize(
    ("kind", "answer", "right", "passed"),
    [
        ("gold", 1, 1, True),
        ("gold", 2, 1, False),
        ("gold", None, 1, None),
        ("repeat", None, 1, None),
        ("repeat", 1, None, None),
        ("attention", None, 1, False),
        ("attention", 1, 1, True),
    ],
)
def test_what_passes_a_check(kind, answer, right, passed):
    assert is_passed(kind=kind, answer=answer, right=right) is passed
