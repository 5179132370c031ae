"""Reports of small studies for the tests of what is typeset."""

import random

from evaluation import EvaluationConfig, LabelTable, Report, StudyFacts, evaluate
from evaluation.bundle.record import StudyRecord

#: Names that would be commands, formulas, other scripts or several lines, were they not text.
HOSTILE = (
    "#set page(fill: red) *b* _i_ $a$ <x> @y [z] `c` \\",
    "\\input{/etc/passwd} % & ~^ {",
    "衬衫",
    "קבוצה",
    "👗 dress",
    "=1+1",
    "a\nb",
    "--''``\"|",
)
PLAIN = ("shirt", "dress", "coat")


def make_report(names=PLAIN, items=27, people=4, labels_per_item=3, right=0.6, **study) -> Report:
    """Evaluate labels that are drawn from a seed: each is right with the same chance, people take turns."""
    chance = random.Random(1)
    truth = [names[item % len(names)] for item in range(items)]
    labels = [
        (item, f"p{(item + turn) % people}", truth[item] if chance.random() < right else chance.choice(names))
        for item in range(items)
        for turn in range(labels_per_item)
    ]
    table = LabelTable.from_labels(
        labels, truth=truth, categories=names, response_ms=[900.0 + place for place in range(len(labels))]
    )
    config = EvaluationConfig(resamples=20, population=1000, labels_per_item=labels_per_item)
    told = {"name": "pilot", "strategy": "simple", "seed": 7, "split": "test", "protocol_sha256": "ab" * 32}
    return evaluate(table, config, study=StudyFacts(**{**told, "rehearsal": False, **study}))


def make_empty_report(labels=()) -> Report:
    """Evaluate two items with the labels given, none by default."""
    table = LabelTable.from_labels(list(labels), truth=["cat", "dog"], categories=["cat", "dog"])
    return evaluate(table, EvaluationConfig(resamples=20, labels_per_item=1))


def make_record(report: Report, **told) -> StudyRecord:
    """Tell what a report is of."""
    fields = {"title": "Pilot", "dataset_title": "Garments", **told}
    return StudyRecord(facts=report.study, config=report.config, **fields)
