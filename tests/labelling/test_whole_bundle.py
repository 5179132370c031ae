"""A bundle with everything in it: what others' tools read in it, and what nobody may find in it."""

import base64
import io
import json
import re
from fnmatch import fnmatch

import numpy as np
import pyarrow.parquet as pq
import pytest
import yaml
from django.apps import apps
from django.db import models, transaction
from django.test import override_settings
from jsonschema import Draft202012Validator

from evaluation.report_schema import report_schema
from labelling.services.bundle import bundle_files
from tests.labelling.rich_study import make_rich_study, rows_of
from tests.source_files import ROOT

pytestmark = [pytest.mark.django_db, pytest.mark.only_sqlite]

# Text about people that is published. What the database knows beside this is in no file.
PUBLISHED = {
    "Annotator": {"pseudonym", "consent_version"},
    "Assignment": {"state"},
    "Label": set(),
}
# Models that tell of the study and not of people; of these, these fields are secrets.
SECRET = {"Study": {"join_code"}, "Item": {"token", "image"}}


def secrets_of(model) -> set[str]:
    """Return what must be in no file: text and keys of a model that tells of people, tokens of others."""
    name = model.__name__
    texts = [
        field.attname
        for field in model._meta.fields
        if isinstance(field, models.CharField | models.TextField)
    ]
    texts += [field.attname for field in model._meta.fields if isinstance(field, models.FileField)]
    fields = SECRET.get(name, set(texts) - PUBLISHED[name] if name in PUBLISHED else set())
    values = {str(value) for row in model.objects.values_list(*fields) for value in row} if fields else set()
    return {value for value in values if len(value) > 3}


def test_nothing_that_the_database_knows_of_people_beyond_their_labels_is_in_any_file(tmp_path):
    """No secret, key or code; new fields of these models are secret until they are said to be published."""
    with override_settings(MEDIA_ROOT=tmp_path), transaction.atomic():
        study = make_rich_study(contact="contact@researchers.example")
        files = bundle_files(study=study, resamples=0)
        secret = [secrets_of(apps.get_model("labelling", name)) for name in (*PUBLISHED, *SECRET)]
        transaction.set_rollback(True)
    planted = set().union(*secret)
    assert len(planted) > 50
    for name, content in files.items():
        found = [value for value in planted if value.encode() in content]
        assert not found, f"{name} has {found[0]}"


def test_the_page_opens_from_disk_without_any_request(bundle):
    page = bundle["report.html"].decode()
    assert page.count("<style") == 1
    assert not re.search(r"<script|<link|<iframe|@import|url\((?!#)| style=|\bon\w+=", page)
    assert not re.search(r"""(?:src|href)=["'](?!#|data:image/png;base64,|[\w./-]+["'])""", page)


def test_the_page_has_under_three_megabytes(bundle):
    assert len(bundle["report.html"]) < 3_000_000


def test_markup_in_names_is_text_in_the_page(bundle):
    page = bundle["report.html"].decode()
    assert "&lt;img src=x&gt; &amp; co" in page
    assert "<img src=x" not in page


def test_a_cell_that_a_spreadsheet_would_run_is_defused_in_every_table(bundle):
    tables = {name: content.decode() for name, content in bundle.items() if name.endswith(".csv")}
    named = [name for name, text in tables.items() if "SUM(A1:A9)" in text]
    assert {"labels.csv", "sample.csv", "soft_labels.csv", "tables/per_category.csv"} <= set(named)
    for name, text in tables.items():
        assert not re.search(r"(?m)(?:^|,|\")=", text), name


def test_parquet_and_csv_have_the_same_labels(bundle):
    table = pq.read_table(io.BytesIO(bundle["labels.parquet"]))
    rows = rows_of(bundle["labels.csv"])
    assert table.column_names == list(rows[0])
    assert [str(item) for item in table["item"].to_pylist()] == [row["item"] for row in rows]
    assert table["annotator"].to_pylist() == [row["annotator"] for row in rows]
    assert table["label"].to_pylist() == [row["label"].lstrip("'") for row in rows]
    known = ["" if time is None else str(time) for time in table["response_ms"].to_pylist()]
    assert known == [row["response_ms"] for row in rows]
    moments = [f"{moment:%Y-%m-%dT%H:%M:%S.%fZ}" for moment in table["submitted_at"].to_pylist()]
    assert moments == [row["submitted_at"] for row in rows]
    assert "" in known


def test_soft_labels_count_the_labels_in_the_sample_s_order(bundle):
    counts = np.load(io.BytesIO(bundle["soft_labels.npy"]), allow_pickle=False)
    sample, labels = rows_of(bundle["sample.csv"]), rows_of(bundle["labels.csv"])
    categories = bundle["categories.txt"].decode().splitlines()
    for place, item in enumerate(row["item"] for row in sample):
        for code, category in enumerate(categories):
            given = sum(row["item"] == item and row["label"] == category for row in labels)
            assert counts[place, code] == given
    written = [[int(row[name]) for name in categories] for row in rows_of(bundle["soft_labels.csv"])]
    assert counts.tolist() == written


def test_the_citation_is_valid_yaml_with_what_the_format_wants(bundle):
    document = yaml.safe_load(bundle["CITATION.cff"])
    assert document["cff-version"] == "1.2.0"
    assert document["type"] == "dataset"
    assert document["title"] == "<img src=x> & co: a human baseline on Pictures"
    assert document["message"]
    assert [set(author) for author in document["authors"]] == [{"name"}]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", document["date-released"])
    assert {"type", "value", "description"} == set(document["identifiers"][0])
    assert "people" in document["abstract"]
    known = {"cff-version", "type", "title", "message", "authors", "abstract", "version", "identifiers"}
    assert set(document) == known | {"keywords", "date-released"}


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::PendingDeprecationWarning")
def test_croissant_is_valid_and_its_records_are_the_labels(bundle, tmp_path):
    import mlcroissant

    for name, content in bundle.items():
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).write_bytes(content)
    dataset = mlcroissant.Dataset(tmp_path / "croissant.json")
    told = dataset.metadata.ctx.issues
    assert not told.errors
    assert [warning for warning in told.warnings if "license" not in warning] == []
    records = list(dataset.records("labels"))
    rows = rows_of(bundle["labels.csv"])
    assert [record["labels/item"] for record in records] == [int(row["item"]) for row in rows]
    assert [record["labels/label"].decode() for record in records] == [row["label"] for row in rows]


def test_croissant_names_every_data_file_with_its_digest(bundle):
    document = json.loads(bundle["croissant.json"])
    sums = dict(reversed(line.split("  ")) for line in bundle["SHA256SUMS"].decode().splitlines())
    listed = {entry["name"]: entry["sha256"] for entry in document["distribution"]}
    assert {"labels.csv", "labels.parquet", "soft_labels.npy", "events.jsonl"} <= set(listed)
    assert all(sums[name] == digest for name, digest in listed.items())


def test_the_report_names_the_record_of_events(bundle):
    told = json.loads(bundle["report.json"])["events"]
    assert told["events"] == bundle["events.jsonl"].count(b"\n")
    assert told["chains"] == 7
    assert re.fullmatch("[0-9a-f]{64}", told["root"])


def test_the_images_that_the_page_shows_are_files_too(bundle):
    images = {
        base64.b64encode(content).decode() for name, content in bundle.items() if name.startswith("images/")
    }
    shown = set(re.findall(r"data:image/png;base64,([^\"]+)", bundle["report.html"].decode()))
    assert images
    assert shown == images


def test_the_report_is_what_its_published_schema_says(bundle):
    report = json.loads(bundle["report.json"])
    faults = Draft202012Validator(report_schema(strict=True)).iter_errors(report)
    assert [f"{fault.json_path}: {fault.message}" for fault in faults] == []
    assert report["checklist"]
    assert report["machines"]


def test_every_file_is_described_in_the_documentation(bundle):
    page = (ROOT / "docs" / "report.md").read_text(encoding="utf-8")
    table = page[page.index("## The files") : page.index("An **item** is named")]
    named = re.findall(r"`([^`]+)`", table)
    patterns = [name.replace("NAME", "*") + ("*" if name.endswith("/") else "") for name in named]
    undescribed = [name for name in bundle if not any(fnmatch(name, pattern) for pattern in patterns)]
    assert undescribed == []
