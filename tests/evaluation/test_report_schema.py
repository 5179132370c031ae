import json
import subprocess
import sys

import pytest
from jsonschema import Draft202012Validator

from evaluation import EvaluationConfig, LabelTable, evaluate
from evaluation.render.json import render
from evaluation.report_schema import report_schema, schema_text
from tests.source_files import ROOT

PUBLISHED = ROOT / "docs" / "report.schema.json"
TRUTH = ["cat", "dog", "cat", "dog"]


def test_the_published_schema_is_that_of_the_classes():
    assert PUBLISHED.read_text() == schema_text(), (
        "Write it again: .venv/bin/python -m evaluation.report_schema > docs/report.schema.json"
    )


def test_the_published_schema_is_a_json_schema():
    Draft202012Validator.check_schema(json.loads(PUBLISHED.read_text()))


def test_the_command_prints_it():
    done = subprocess.run(
        [sys.executable, "-m", "evaluation.report_schema"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == schema_text()


@pytest.mark.parametrize(
    "labels",
    [
        [(item, who, TRUTH[(item + who) % 4]) for item in range(4) for who in range(3)],
        [(0, "ann", "cat")],
        [],
    ],
    ids=["many", "one", "none"],
)
def test_a_report_has_every_key_of_the_schema_and_no_other(labels):
    table = LabelTable.from_labels(labels, truth=TRUTH)
    report = json.loads(render(evaluate(table, EvaluationConfig(resamples=20, population=9))))
    faults = Draft202012Validator(report_schema(strict=True)).iter_errors(report)
    assert [f"{fault.json_path}: {fault.message}" for fault in faults] == []


def test_a_key_too_many_and_a_wrong_type_are_faults():
    report = json.loads(render(evaluate(LabelTable.from_labels([(0, "ann", "cat")], truth=["cat"]))))
    report["counts"]["more"] = 1
    report["input_sha256"] = None
    strict, published = (Draft202012Validator(report_schema(strict=strict)) for strict in (True, False))
    assert {fault.json_path for fault in strict.iter_errors(report)} == {"$.counts", "$.input_sha256"}
    assert {fault.json_path for fault in published.iter_errors(report)} == {"$.input_sha256"}
