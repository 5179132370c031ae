"""Checks in a bundle: they count in the quality rules alone, and the record of events vouches for them."""

import json

import pytest

from evaluation.bundle import derived_files
from evaluation.verification import bundle_check
from evaluation.verification.bundle_check import verify_folder
from labelling.selectors.label_table import study_report
from labelling.services.bundle import bundle_files
from labelling.services.withdrawal import withdraw_annotator
from tests.factories import at, make_annotator, make_dataset
from tests.labelling.checked_study import answer_shown, make_checked_study, truth, wrong
from tests.labelling.rich_study import events_of, rows_of, with_new_sums, write_files

pytestmark = [pytest.mark.django_db, pytest.mark.only_sqlite]

RULES = [
    {"rule": "gold_wrong", "threshold": 0.5, "exclude": False},
    {"rule": "attention_failed", "threshold": 2, "exclude": False},
]


@pytest.fixture
def study():
    """Three annotators, of whom one fails the checks and one withdraws."""
    study = make_checked_study(
        quality_rules=RULES, sample_size=30, accuracy_sealed=False, dataset=make_dataset(size=50)
    )
    for choose in (truth, wrong):
        answer_shown(make_annotator(study=study), images=28, choose=choose)
    leaving = make_annotator(study=study)
    answer_shown(leaving, images=15)  # with a check among them, whatever the order
    withdraw_annotator(annotator=leaving, now=at(9))
    return study


@pytest.fixture
def files(study, monkeypatch):
    monkeypatch.setattr(derived_files, "FAMILIES", derived_files.FAMILIES[:1])  # what is typeset takes long
    monkeypatch.setattr("labelling.report_page.figures", lambda *_: {})
    monkeypatch.setattr(bundle_check, "check_page", lambda *_: [])
    return bundle_files(study=study, resamples=0)


def test_the_bundle_is_what_it_says(files, tmp_path):
    found = verify_folder(write_files(tmp_path, files))
    assert "\n".join(map(str, found.faults)) == ""


def test_labels_are_of_the_sample_alone_and_of_each_image_once(files, study):
    sampled = set(study.sample.filter(role="sampled").values_list("item__index", flat=True))
    rows = [(int(row["item"]), row["annotator"]) for row in rows_of(files["labels.csv"])]
    assert {item for item, _ in rows} <= sampled
    assert len(set(rows)) == len(rows)


def test_the_report_has_the_checks_in_the_quality_rules_and_is_the_databases(files, study):
    told = json.loads(files["report.json"])
    failing = study.annotators.order_by("pk")[1].pseudonym
    assert [entry["annotator"] for entry in told["quality"]["flagged"]] == [failing]
    assert [entry["kind"] for entry in told["quality"]["checks"]] == ["gold", "repeats", "attention"]
    assert "check_totals.csv" in {name.rpartition("/")[2] for name in files}
    report = study_report(study=study, resamples=0)
    assert [entry.left_out for entry in report.multiverse] == [
        tuple(made["left_out"]) for made in told["multiverse"]
    ]
    assert (failing,) in {entry.left_out for entry in report.multiverse}


def test_an_event_of_a_check_names_no_image(files):
    payloads = [event["payload"] for event in events_of(files["events.jsonl"]) if event["kind"] == "checked"]
    assert None in payloads  # erased by the withdrawal
    assert {tuple(sorted(payload)) for payload in payloads if payload} == {("check", "passed", "salt")}


def test_outcomes_that_were_changed_are_found(files, tmp_path):
    record = json.loads(files["study.json"])
    failing = next(entry for entry in record["checks"] if entry["gold_wrong"])
    failing["gold_wrong"] = 0
    changed = with_new_sums({**files, "study.json": json.dumps(record, indent=2).encode() + b"\n"})
    found = "\n".join(map(str, verify_folder(write_files(tmp_path, changed)).faults))
    assert f"the checks of {failing['annotator']} are others than events.jsonl tells of" in found
