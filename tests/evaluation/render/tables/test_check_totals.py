"""Checks in the tables to be read, in CSV and in the methods."""

from dataclasses import replace

import pytest

from evaluation import EvaluationConfig, evaluate
from evaluation.check_outcomes import CheckOutcomes
from evaluation.quality_rule import RULE_KINDS, QualityRule
from evaluation.render.csv import tables
from evaluation.render.methods.files import methods_files
from evaluation.render.tables.checks import RULE_NAMES, check_totals, quality, threshold
from tests.evaluation.render.studies import make_record
from tests.evaluation.test_quality import crowd

CHECKS = (
    CheckOutcomes("ann", gold=5, gold_wrong=1, attention=2),
    CheckOutcomes("cid", gold=5, gold_wrong=5, attention=2, attention_failed=2),
)


@pytest.fixture(scope="module")
def report():
    rules = (QualityRule("gold_wrong", 0.5), QualityRule("attention_failed", 2))
    return evaluate(crowd(), EvaluationConfig(resamples=0, quality_rules=rules), checks=CHECKS)


def test_attention_checks_stand_apart_from_gold(report):
    assert [row[:4] for row in check_totals(report).rows] == [
        ("Gold images answered wrong", "2", "10", "6"),
        ("Attention checks failed", "2", "4", "2"),
    ]


def test_a_study_without_checks_has_no_such_table(report):
    bare = replace(report, quality=replace(report.quality, checks=()))
    assert check_totals(bare) is None
    assert "check_totals.csv" not in tables(bare)


def test_every_rule_has_a_name_and_a_threshold_with_its_unit(report):
    assert set(RULE_NAMES) == set(RULE_KINDS)
    assert [row[1].replace("\N{NO-BREAK SPACE}", " ") for row in quality(report).rows] == ["50.0 %", "2"]
    assert threshold("too_fast", 300).endswith("ms")


def test_the_csv_has_the_totals(report):
    assert tables(report)["check_totals.csv"].splitlines() == [
        "kind,annotators,answers,failed",
        "gold,2,10,6",
        "attention,2,4,2",
    ]


def test_the_methods_tell_of_checks_only_where_there_were_any(report):
    def told(made):
        return methods_files(made, make_record(made))["methods.md"].replace("\N{NO-BREAK SPACE}", " ")

    assert "Gold images answered wrong: 6 of 10 answers; Attention checks failed: 2 of 4" in told(report)
    assert "mixed in" not in told(replace(report, quality=replace(report.quality, checks=())))
